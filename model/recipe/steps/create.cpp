// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/calculator.h"
#include "model/recipe/steps/filling.h"
#include "model/recipe/steps/newshape.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class IfPresent : quint8 { Keep, Replace, Error };

/// A dtype, or that of the tensor to be like.
struct NewDType
{
    DType dtype = DType::Unknown; ///< Unknown: like

    bool operator==(const NewDType &) const = default;
};
}

template<>
inline constexpr auto enumWords<IfPresent> = std::array<std::string_view, 3>{"keep", "replace", "error"};

template<>
struct Codec<NewDType>
{
    static constexpr FieldType type = FieldType::Choice;
    static std::span<const std::string_view> choices()
    {
        static const std::vector<std::string_view> words = [] {
            std::vector<std::string_view> list{"like"};
            const auto dtypes = Codec<DType>::choices();
            list.insert(list.end(), dtypes.begin(), dtypes.end());
            return list;
        }();
        return words;
    }
    static std::string schema() { return choiceSchema(choices()); }
    static Result<NewDType> parse(const Node &node)
    {
        if (node.isScalar() && node.text == "like")
            return NewDType{};
        const Result<DType> dtype = Codec<DType>::parse(node);
        return dtype ? Result<NewDType>(NewDType{*dtype}) : dtype.error();
    }
    static Node print(const NewDType &value)
    {
        return Node::scalar(value.dtype == DType::Unknown ? "like" : std::string(word(value.dtype)));
    }
};

namespace {
/// Makes a new tensor.
struct Create
{
    std::string name;
    std::optional<NewShape> shape;
    std::string like;
    std::optional<qint64> dim;
    Filling fill;
    NewDType dtype;
    IfPresent ifPresent = IfPresent::Keep;
    RowPlace place = RowPlace::Here;

    static FieldLines fields()
    {
        return FieldLines{
            field("name", &Create::name, "Its key.", mainField | requiredField),
            field("shape", &Create::shape, "The target's, or a list of sizes.", oneOfField | usualField),
            field("like", &Create::like, "A key whose tensor has its shape.", oneOfField),
            field("dim", &Create::dim, "With like: one axis, as long as this one of that tensor."),
            field("fill", &Create::fill, "zeros, ones, a number, or {normal: deviation, seed: number} as torch draws."),
            field("dtype", &Create::dtype, "Its dtype; without like, float32 unless stated."),
            field("if-present", &Create::ifPresent, "What to do where the key is there already."),
            field("place", &Create::place,
                  "Where it stands: behind all others or in place of the present one; or at "
                  "an end.")};
    }

    Result<void> check(const Lets &lets) const
    {
        if (dim && like.empty())
            return badStep(tr("“dim” of “create” goes with “like” only."));
        for (const std::string &templated : {name, like}) {
            if (const auto made = NameTemplate::compile(templated, {}, NameTemplate::Escapes::None, lets); !made)
                return made.error();
        }
        const auto compiled = shape.value_or(NewShape()).compile({}, lets);
        return compiled ? Result<void>() : compiled.error();
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(tr("Create ")), code(name)};
        if (!like.empty())
            parts = std::move(parts)
                + std::vector{plain(dim ? tr(" as long as axis %1 of ").arg(*dim) : tr(" like ")), code(like)};
        else if (shape && shape->isTarget)
            parts.push_back(plain(tr(" as the target has it")));
        else if (shape && !shape->sizes.empty())
            parts = std::move(parts) + std::vector{plain(tr(" with the shape ")), code(shape->listText())};
        parts.push_back(plain(fill.words()));
        return parts;
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<std::string> made = text(name, run.lets()), model = text(like, run.lets());
        if (!made || !model)
            return run.error((made ? model : made).error().message);
        const std::optional<std::size_t> present = find(run, *made);
        if (present && ifPresent == IfPresent::Keep) {
            run.matched(*present);
            return {};
        }
        if (present && ifPresent == IfPresent::Error)
            return run.error(tr("“%1” is there already, and “if-present” is “error”; expected no such key.")
                                 .arg(displayName(*made)));
        const std::optional<std::size_t> likeRow = find(run, *model);
        if (!like.empty() && !likeRow)
            return run.error(
                tr("“%1” cannot be made like “%2”, which is not there.").arg(displayName(*made), displayName(*model)));
        const Expression *pattern = likeRow ? run.rows()[*likeRow].value : nullptr;
        const Result<std::optional<Shape>> sizes = pattern ? likeShape(*pattern->shape) : newShape(run, *made);
        if (!sizes)
            return run.error(tr("“%1” %2").arg(displayName(*made), sizes.error().message));
        if (!*sizes)
            return {};
        const DType given = dtype.dtype != DType::Unknown ? dtype.dtype : pattern ? pattern->dtype : DType::Float32;
        if (const QString problem = problemOf(**sizes, given); !problem.isEmpty())
            return run.error(tr("“%1” %2").arg(displayName(*made), problem));
        const Expression *value = fill.expression(run, given, run.shape(**sizes));
        const std::size_t count = run.rows().size();
        if (present)
            run.drop(*present);
        const RowPlace at = place == RowPlace::Here && count == 0 ? RowPlace::End : place;
        run.add(*made, value, std::nullopt, present.value_or(std::max<std::size_t>(count, 1) - 1), at);
        return {};
    }

private:
    static Result<std::string> text(const std::string &templated, const Lets &lets)
    {
        const Result<NameTemplate> result = NameTemplate::compile(templated, {}, NameTemplate::Escapes::None, lets);
        if (!result)
            return result.error();
        std::string made;
        if (const Result<void> done = result->append(made, {}); !done)
            return done.error();
        return made;
    }

    static std::optional<std::size_t> find(const StepRun &run, std::string_view key)
    {
        const auto &rows = run.rows();
        const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row &row) { return row.name == key; });
        return found == rows.end() ? std::nullopt : std::optional(std::size_t(found - rows.begin()));
    }

    Result<std::optional<Shape>> likeShape(const Shape &model) const
    {
        if (!dim)
            return std::optional(model);
        const Result<qsizetype> axis = axisOf(*dim, model.size());
        if (!axis)
            return unfit(
                tr("cannot be made: “%1” (%2) %3").arg(displayName(like), shapeText(model), axis.error().message));
        return std::optional(Shape{model[*axis]});
    }

    /// Nothing where the target has no shape for it, which is said.
    Result<std::optional<Shape>> newShape(StepRun &run, std::string_view made) const
    {
        const auto compiled = shape->compile({}, run.lets());
        if (!compiled)
            return compiled.error();
        const bool asksTarget = shape->isTarget
            || std::any_of(compiled->begin(), compiled->end(), [](const auto &size) { return size.needsTarget(); });
        const Shape *wanted = nullptr;
        if (asksTarget) {
            if (!run.target())
                return unfit(tr("asks for the target, and there is none."));
            const quint32 key = run.target()->find(made);
            if (key == NameIndex::none || run.target()->keys()[key].anyShape) {
                run.checksOnly();
                run.finding(
                    Finding::Severity::Info, "no-target-row",
                    tr("%1 creates nothing: the target has no shape for “%2”.").arg(run.title(), displayName(made)));
                return std::optional<Shape>();
            }
            wanted = &run.target()->keys()[key].shape;
        }
        if (shape->isTarget)
            return std::optional(*wanted);
        // `in` is of no tensor here: it has no axis.
        const Shape none;
        const Expression nothing{Expression::Kind::Zeros, DType::Float32, {}, 0, 0, &none, nullptr};
        const Row row{made, &nothing, nullptr};
        SizeList sizes;
        for (const SizeExpression &expression : *compiled) {
            const Result<qint64> size = expression.evaluate({0, row, {}}, wanted);
            if (!size)
                return unfit(tr("cannot be made: %1").arg(size.error().message));
            if (*size < 0)
                return unfit(tr("cannot be made: there is no size %1.").arg(*size));
            sizes.append(*size);
        }
        return std::optional(Shape(sizes));
    }

    QString problemOf(const Shape &sizes, DType given) const
    {
        if (const QString problem = fill.problem(given); !problem.isEmpty())
            return problem;
        return sizeProblem(sizes, given);
    }
};
}

const StepKind &createStep()
{
    static const StepKind kind = stepKind<Create>(
        {.word = "create",
         .title = "Create",
         .group = "Values",
         .help = "Makes a new tensor of zeros, ones, a number, or normal values, the same as torch.randn gives after "
                 "torch.manual_seed.",
         .exampleStep = "create: {name: head.bias, like: head.weight, dim: 0}",
         .exampleBefore = "head.weight float32 1000x768",
         .exampleAfter = "head.weight float32 1000x768\nhead.bias float32 1000"});
    return kind;
}
