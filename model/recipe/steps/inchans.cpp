// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/numberor.h"
#include "model/recipe/steps/channels.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

struct AsTarget
{
    static constexpr std::string_view text = "target";
    static constexpr std::optional<qint64> least = 1;
    static QString expected() { return tr("a number of channels from 1, or target"); }
};
struct Auto
{
    static constexpr std::string_view text = "auto";
    static constexpr std::optional<qint64> least = 1;
    static QString expected() { return tr("a number of channels from 1, or auto"); }
};

/// A matrix, or the one in a file.
struct Weights
{
    WeightMatrix matrix;
    std::string file;

    bool isGiven() const { return matrix.rows > 0 || !file.empty(); }
    bool operator==(const Weights &) const = default;
};
}

template<>
struct Codec<Weights> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"anyOf": [{"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 1, "items": {"type": "number"}}}, {"type": "string"}]})";
    }
    static Result<Weights> parse(const Node &node)
    {
        if (node.isScalar() && !node.text.empty())
            return Weights{{}, node.text};
        Result<WeightMatrix> matrix = WeightMatrix::parse(node);
        if (!matrix)
            return matrix.error();
        return Weights{std::move(*matrix), {}};
    }
    static Node print(const Weights &weights)
    {
        if (!weights.isGiven())
            return {};
        return weights.file.empty() ? weights.matrix.print() : Node::scalar(weights.file);
    }
};

namespace {
/// Gives the tensors that take an image in another number of channels.
struct InChans
{
    NumberOr<AsTarget> to;
    NumberOr<Auto> from;
    ChannelMode mode = ChannelMode::Timm;
    Weights weights;
    ChannelLayout layout = ChannelLayout::Auto;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("to", &InChans::to, "How many input channels afterwards, or as many as the target has.", mainField),
            field("from", &InChans::from,
                  "How many the checkpoint's images had; auto: 3 for timm and in groups, else all there are."),
            field("mode", &InChans::mode,
                  "How new channels are made: one as the sum and more by repeating, as timm does; the sum or the mean "
                  "of all in each; repeated whatever timm refuses; the first alone; zeros behind them; by weights."),
            field("weights", &InChans::weights,
                  "For each new channel a list with a weight of each old one; or a file with a line of them each."),
            field("layout", &InChans::layout,
                  "Where the channels lie: in the second axis, there in groups behind a space-to-depth, or in a linear "
                  "embedding of patches, a channel or a pixel after the other."),
            field("where", &InChans::where,
                  "Which keys; without it the first convolution, by what the target says or by its shape.")};
    }

    Result<void> check() const
    {
        if (mode == ChannelMode::Weights && !weights.isGiven())
            return badStep(tr("“mode: weights” of “in-chans” needs “weights”."));
        if (weights.isGiven() && !byWeights())
            return badStep(tr("“in-chans” takes either “weights” or “mode: %1”.")
                               .arg(QLatin1StringView(enumWords<ChannelMode>[std::size_t(mode)])));
        const QString problem = weights.matrix.rows > 0 ? otherCounts(weights.matrix) : QString();
        return problem.isEmpty() ? Result<void>() : Result<void>(badStep(problem));
    }

    Result<void> resolve(const StepFiles &files)
    {
        if (weights.file.empty())
            return {};
        Result<WeightMatrix> read = WeightMatrix::read(QString::fromStdString(weights.file), files.folder);
        if (!read)
            return read.error();
        m_loaded = std::make_shared<const WeightMatrix>(std::move(*read));
        return {};
    }

    void moveFrom(const QString &folder) { weights.file = pathFrom(folder, weights.file); }

    bool sameResolved(const InChans &other) const { return isSameRead(m_loaded, other.m_loaded); }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts;
        if (weights.isGiven() && !weights.file.empty())
            parts = {plain(tr("Mix input channels by the weights in ")), code(weights.file)};
        else if (weights.isGiven())
            parts = {plain(
                tr("Make %1 input channels of %2 by weights").arg(weights.matrix.rows).arg(weights.matrix.columns))};
        else
            parts = {plain((!to.number            ? tr("Adapt to the input channels of the target")
                                : *to.number == 1 ? tr("Adapt to one input channel")
                                                  : tr("Adapt to %1 input channels").arg(*to.number))
                           + modeWords())};
        return std::move(parts) + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        if (!weights.file.empty() && !m_loaded)
            return run.error(tr("its matrix “%1” has not been loaded.").arg(displayName(weights.file)));
        const WeightMatrix &matrix = m_loaded ? *m_loaded : weights.matrix;
        if (const QString problem = m_loaded ? otherCounts(matrix) : QString(); !problem.isEmpty())
            return run.error(problem);
        ChannelWish wish{to.number, from.number, byWeights() ? ChannelMode::Weights : mode, layout};
        if (byWeights()) {
            wish.to = matrix.rows;
            wish.from = matrix.columns;
        }
        TargetShapes targets(run);
        if (const Result<void> ok = wish.to ? Result<void>() : targets.check(); !ok)
            return ok;
        ChannelAdapter adapter(run, wish.mode, matrix);
        const auto adapt = [&](std::size_t index) { return adaptRow(run, index, wish, targets, adapter); };
        Result<void> done;
        if (where.isAll()) {
            const Result<std::vector<std::size_t>> rows = firstConvRows(run, wish);
            done = rows ? eachOf(run, *rows, adapt) : rows.error();
        } else {
            done = eachRow(run, where, [&](std::size_t index, auto) { return adapt(index); });
        }
        targets.report();
        return done;
    }

private:
    /// A matrix alone says that it is meant.
    bool byWeights() const { return weights.isGiven() && (mode == ChannelMode::Timm || mode == ChannelMode::Weights); }

    /// Why a matrix does not go with the numbers that are given; empty: it does.
    QString otherCounts(const WeightMatrix &matrix) const
    {
        if (to.number && *to.number != matrix.rows)
            return tr("“to” of “in-chans” is %1, and “weights” has %2 rows.").arg(*to.number).arg(matrix.rows);
        if (from.number && *from.number != matrix.columns)
            return tr("“from” of “in-chans” is %1, and “weights” has %2 columns.")
                .arg(*from.number)
                .arg(matrix.columns);
        return {};
    }

    QString modeWords() const
    {
        switch (mode) {
        case ChannelMode::Sum: return tr(", each the sum of the old");
        case ChannelMode::Mean: return tr(", each the mean of the old");
        case ChannelMode::Repeat: return tr(", the old ones repeated");
        case ChannelMode::First: return tr(", the first of the old");
        case ChannelMode::ZeroPad: return tr(", new ones of zeros");
        default: return {};
        }
    }

    Result<void> adaptRow(StepRun &run, std::size_t index, const ChannelWish &wish, TargetShapes &targets,
                          ChannelAdapter &adapter) const
    {
        run.matched(index);
        const Row row = run.rows()[index];
        const Shape &shape = *row.value->shape;
        if (const Result<void> movable = checkMovable(*row.value); !movable)
            return rowError(run, row, movable.error().message);
        const Shape *wanted = wish.to ? nullptr : targets.find(row);
        if (!wish.to && (!wanted || *wanted == shape))
            return {};
        if (wanted && !differInChannels(shape, *wanted)) {
            targets.leave(row, tr("does not become the target's %1 with other channels.").arg(shapeText(*wanted)));
            return {};
        }
        const Result<std::optional<Channels>> channels = Channels::of(shape, wish, wanted);
        if (!channels)
            return rowError(run, row, channels.error().message);
        if (!*channels)
            return {};
        if ((*channels)->isGuess)
            run.finding(Finding::Severity::Info, "space-to-depth",
                        tr("%1 takes the inputs of “%2” (%3) for groups of %4 channels, as behind a space-to-depth.")
                            .arg(run.title(), displayName(row.name), shapeText(shape))
                            .arg((*channels)->before),
                        row.name);
        const auto adapted = adapter.adapted(*row.value, **channels);
        if (!adapted)
            return rowError(run, row, adapted.error().message);
        run.setValue(index, *adapted);
        return {};
    }

    std::shared_ptr<const WeightMatrix> m_loaded; ///< from a file
};
}

const StepKind &inChansStep()
{
    static const StepKind kind = stepKind<InChans>(
        {.word = "in-chans",
         .title = "Adapt input channels",
         .group = "Adapting",
         .help = "Gives the first convolution another number of input channels, as timm does for in_chans: one is the "
                 "sum of the old; more are the old ones repeated, times old by new number, which keeps the response "
                 "when the number is a multiple. It refuses what timm refuses; repeat does the same to any number and "
                 "layout. sum and mean give each new channel that of all old ones, first keeps the first, zero-pad "
                 "adds zeros, and weights gives each the old ones times a row of a matrix, added up in float64.",
         .exampleStep = "in-chans: {to: 4, where: {exact: conv1.weight}}",
         .exampleBefore = "conv1.weight float32 64x3x7x7",
         .exampleAfter = "conv1.weight float32 64x4x7x7"});
    return kind;
}
