// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/decimal.h"
#include "model/recipe/steps/calculator.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// What is added to a variance, as written.
struct Epsilon
{
    double number = 1e-5;
    std::string text = "1e-5";

    bool operator==(const Epsilon &other) const { return number == other.number; }
};
}

template<>
struct Codec<Epsilon> : PlainCodec
{
    static constexpr FieldType type = FieldType::Number;
    static std::string schema() { return R"({"type": "number", "minimum": 0})"; }
    static Result<Epsilon> parse(const Node &node)
    {
        const std::optional<double> number = node.isScalar() ? parseDecimal(node.text) : std::nullopt;
        if (!number || *number < 0)
            return expected(node, tr("a number from 0, such as 1e-5"));
        return Epsilon{*number, node.text};
    }
    static Node print(const Epsilon &epsilon) { return Node::scalar(epsilon.text); }
};

namespace {
/// The keys of a convolution and of the norm behind it.
enum Part : std::size_t { ConvWeight, ConvBias, Weight, Bias, Mean, Variance, Batches, PartCount };
constexpr std::array<const char *, PartCount> endings{
    ".weight", ".bias", ".weight", ".bias", ".running_mean", ".running_var", ".num_batches_tracked"};
constexpr std::size_t none = std::size_t(-1);

/// Rows that belong together, by part.
struct Modules
{
    std::array<std::size_t, PartCount> rows;
    std::vector<std::string_view> values; ///< what the patterns captured

    Modules() { rows.fill(none); }
    bool has(Part part) const { return rows[part] != none; }
    bool hasNorm() const
    {
        return std::any_of(rows.begin() + Weight, rows.end(), [](std::size_t row) { return row != none; });
    }
};

/// Folds norms into the convolutions before them.
struct FoldBatchNorm
{
    std::string conv;
    std::string norm;
    Epsilon eps;

    static FieldLines fields()
    {
        return FieldLines{
            field("conv", &FoldBatchNorm::conv, "A pattern of the convolutions: layer{i}.conv.", requiredField),
            field("norm", &FoldBatchNorm::norm, "A pattern of their norms, with the same captures.", requiredField),
            field("eps", &FoldBatchNorm::eps, "What the norm adds to a variance.")};
    }

    Result<void> check() const
    {
        const Result<RowPatterns> patterns = compile();
        return patterns ? Result<void>() : patterns.error();
    }

    std::vector<SentencePart> sentence() const
    {
        return {plain(tr("Fold the norm ")), code(norm), plain(tr(" into ")), code(conv)};
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<RowPatterns> patterns = compile();
        if (!patterns)
            return run.error(patterns.error().message);
        std::vector<Modules> all;
        std::unordered_map<std::string, std::size_t> known;
        const Result<void> found = patterns->each(run, [&](std::size_t row, std::size_t part, auto values) {
            const auto [at, isNew] = known.try_emplace(RowPatterns::key(values), all.size());
            if (isNew) {
                all.emplace_back();
                all.back().values.assign(values.begin(), values.end());
            }
            all[at->second].rows[part] = row;
            return Result<void>();
        });
        if (!found)
            return found;
        Calculator calculator(run);
        Joiner joiner(run);
        Alone convs, norms;
        std::size_t done = 0;
        for (const Modules &modules : all) {
            constexpr std::size_t modulesPerPoll = 1024;
            if (++done % modulesPerPoll == 0 && run.stopRequested())
                return cancelled();
            if (!modules.has(ConvWeight) || !modules.hasNorm()) {
                Alone &alone = modules.hasNorm() ? norms : convs;
                if ((modules.hasNorm() || modules.has(ConvWeight)) && alone.count++ == 0)
                    alone.first = displayName(patterns->nameOf(modules.hasNorm() ? ConvWeight : Mean, modules.values));
                continue;
            }
            const Result<void> folded = fold(run, modules, *patterns, calculator, joiner);
            if (!folded)
                return folded;
        }
        report(run, convs, tr("convolutions"));
        report(run, norms, tr("norms"));
        return {};
    }

private:
    /// Modules without their partners.
    struct Alone
    {
        qint64 count = 0;
        QString first; ///< what is not there
    };

    Result<RowPatterns> compile() const
    {
        if (conv.empty() || norm.empty())
            return badStep(tr("“conv” and “norm” of “fold-batch-norm” are patterns of modules; one of them is empty."));
        std::vector<std::string> texts;
        for (std::size_t part = 0; part < PartCount; ++part)
            texts.push_back((part <= ConvBias ? conv : norm) + endings[part]);
        return RowPatterns::compile(texts, QStringLiteral("fold-batch-norm"));
    }

    static void report(StepRun &run, const Alone &alone, const QString &what)
    {
        if (alone.count == 0)
            return;
        run.finding(Finding::Severity::Info, "incomplete",
                    tr("%1 leaves %2 %3 as they are: “%4” is the first key that is not there.")
                        .arg(run.title(), exactText(alone.count), what, alone.first));
    }

    Result<void> fold(StepRun &run, const Modules &modules, const RowPatterns &patterns, Calculator &calculator,
                      Joiner &joiner) const
    {
        const Row weight = run.rows()[modules.rows[ConvWeight]];
        for (const Part part : {Mean, Variance}) {
            if (!modules.has(part))
                return rowError(run, weight,
                                tr("cannot take its norm in: “%1” is not there.")
                                    .arg(displayName(patterns.nameOf(part, modules.values))));
        }
        const Result<DType> dtype = checkParts(run, modules);
        if (!dtype)
            return dtype.error();
        std::array<const Expression *, PartCount> parts{};
        for (std::size_t part = 0; part < Batches; ++part) {
            if (modules.rows[part] == none)
                continue;
            const auto value = calculator.cast(*run.rows()[modules.rows[part]].value, *dtype);
            if (!value)
                return rowError(run, weight, value.error().message);
            parts[part] = *value;
        }
        if (!parts[ConvBias])
            parts[ConvBias] = joiner.zeros(*dtype, *parts[Mean]->shape);
        const DType biasDType =
            modules.has(ConvBias) ? run.rows()[modules.rows[ConvBias]].value->dtype : weight.value->dtype;
        const auto folded = foldedParts(parts, calculator);
        const auto newWeight = folded ? calculator.cast(*folded->first, weight.value->dtype) : folded.error();
        const auto newBias = newWeight ? calculator.cast(*folded->second, biasDType) : newWeight;
        if (!newBias)
            return rowError(run, weight, newBias.error().message);
        put(run, modules, *newWeight, *newBias);
        return {};
    }

    /// torch.nn.utils.fusion.fuse_conv_bn_weights (torch 2.11), operation by operation.
    Result<std::pair<const Expression *, const Expression *>>
    foldedParts(const std::array<const Expression *, PartCount> &parts, Calculator &calculator) const
    {
        std::optional<Error> problem;
        const auto computed = [&](const Result<const Expression *> &made) -> const Expression & {
            if (!made && !problem)
                problem = made.error();
            return made ? **made : *parts[Mean]; // after a problem nothing counts
        };
        const auto of = [&](Operation operation, const Expression &first, const auto &second) -> const Expression & {
            return computed(calculator.of(operation, first, second));
        };
        const Expression &root = of(Operation::ReciprocalSqrt, of(Operation::Add, *parts[Variance], eps.number), 0.0);
        const Expression &scale = parts[Weight] ? of(Operation::Multiply, *parts[Weight], root) : root;
        SizeList sizes(parts[ConvWeight]->shape->size(), 1);
        sizes[0] = (*parts[ConvWeight]->shape)[0];
        const Expression &weight =
            of(Operation::Multiply, *parts[ConvWeight], computed(calculator.reshaped(scale, Shape(sizes))));
        const Expression &centred =
            of(Operation::Multiply, of(Operation::Subtract, *parts[ConvBias], *parts[Mean]), root);
        const Expression &scaled = parts[Weight] ? of(Operation::Multiply, centred, *parts[Weight]) : centred;
        const Expression &bias =
            parts[Bias] ? of(Operation::Add, scaled, *parts[Bias]) : of(Operation::Add, scaled, 0.0);
        if (problem)
            return *problem;
        return std::pair(&weight, &bias);
    }

    /// The dtype to compute in.
    static Result<DType> checkParts(StepRun &run, const Modules &modules)
    {
        const Row weight = run.rows()[modules.rows[ConvWeight]];
        const Shape &shape = *weight.value->shape;
        if (shape.size() < 2)
            return rowError(run, weight,
                            tr("has %1 axes; the weight of a convolution has 2 or more.").arg(shape.size()));
        DType dtype = DType::Float32;
        for (std::size_t part = 0; part < Batches; ++part) {
            if (modules.rows[part] == none)
                continue;
            const Row row = run.rows()[modules.rows[part]];
            if (info(row.value->dtype).kind != DTypeKind::Float || calculatedIn(row.value->dtype) == DType::Unknown)
                return rowError(run, row,
                                tr("is %1; expected a floating dtype.").arg(displayName(word(row.value->dtype))));
            dtype = wider(dtype, calculatedIn(row.value->dtype));
            if (part != ConvWeight && *row.value->shape != Shape{shape[0]})
                return rowError(run, row,
                                tr("does not fit “%1” (%2); expected the shape %3, one number for each output.")
                                    .arg(displayName(weight.name), shapeText(shape), shapeText(Shape{shape[0]})));
        }
        return dtype;
    }

    static void put(StepRun &run, const Modules &modules, const Expression *weight, const Expression *bias)
    {
        const auto origins = [&](std::initializer_list<Part> parts) {
            std::vector<std::size_t> rows;
            for (const Part part : parts) {
                if (modules.has(part))
                    rows.push_back(modules.rows[part]);
            }
            return rows;
        };
        const std::size_t conv = modules.rows[ConvWeight];
        const std::size_t behind = modules.has(ConvBias) ? modules.rows[ConvBias] : conv;
        const std::string name(run.rows()[conv].name);
        const std::string biasName =
            name.substr(0, name.size() - std::string_view(endings[ConvWeight]).size()) + endings[ConvBias];
        run.addJoined(name, weight, origins({ConvWeight, Weight, Variance}), conv);
        run.addJoined(biasName, bias, origins({ConvBias, Bias, Weight, Mean, Variance}), behind);
        for (const std::size_t row : origins({ConvWeight, ConvBias, Weight, Bias, Mean, Variance}))
            run.consume(row);
        if (modules.has(Batches))
            run.drop(modules.rows[Batches]);
    }
};
}

const StepKind &foldBatchNormStep()
{
    static const StepKind kind = stepKind<FoldBatchNorm>(
        {.word = "fold-batch-norm",
         .title = "Fold batch norms",
         .group = "Values",
         .help = "Makes a batch norm part of the convolution before it, as torch.nn.utils.fusion does for inference. "
                 "Modules that differ in the same captures belong together.",
         .exampleStep = "fold-batch-norm: {conv: 'layer{i}.conv', norm: 'layer{i}.bn'}",
         .exampleBefore = "layer1.conv.weight float32 64x3x7x7\nlayer1.bn.weight float32 64\nlayer1.bn.bias float32 "
                          "64\nlayer1.bn.running_mean float32 64\nlayer1.bn.running_var float32 64",
         .exampleAfter = "layer1.conv.weight float32 64x3x7x7\nlayer1.conv.bias float32 64"});
    return kind;
}
