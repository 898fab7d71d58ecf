// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/numberor.h"
#include "model/recipe/numbersfile.h"
#include "model/recipe/steps/calculator.h"
#include "model/recipe/steps/filling.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

struct AsTarget
{
    static constexpr std::string_view text = "target";
    static constexpr std::optional<qint64> least = 0;
    static QString expected() { return tr("a number of rows from 0, or target"); }
};
using Rows = NumberOr<AsTarget>;

enum class Kept : quint8 { First, Last };

/// What new rows are: the mean of the old ones, or what new tensors are.
struct RowFilling
{
    bool isMean = false;
    Filling filling;

    bool operator==(const RowFilling &) const = default;
};

/// The old row that each new one is, or that it is new: a list, or the list in a file.
struct RowMap
{
    static constexpr qint64 isNew = std::numeric_limits<qint64>::min();
    std::vector<qint64> list;
    std::string file;

    bool isGiven() const { return !list.empty() || !file.empty(); }
    bool operator==(const RowMap &) const = default;
};
}

template<>
inline constexpr auto enumWords<Kept> = std::array<std::string_view, 2>{"first", "last"};

template<>
struct Codec<RowFilling> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema() { return R"({"anyOf": [{"const": "mean"}, )" + Codec<Filling>::schema() + "]}"; }
    static Result<RowFilling> parse(const Node &node)
    {
        if (node.isScalar() && node.text == "mean")
            return RowFilling{true, {}};
        const Result<Filling> filling = Codec<Filling>::parse(node);
        if (filling)
            return RowFilling{false, *filling};
        return node.isScalar()
            ? Result<RowFilling>(expected(node, tr("zeros, mean, a number, or {normal: deviation, seed: number}")))
            : filling.error();
    }
    static Node print(const RowFilling &filling)
    {
        return filling.isMean ? Node::scalar("mean") : Codec<Filling>::print(filling.filling);
    }
};

template<>
struct Codec<RowMap> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"anyOf": [{"type": "array", "minItems": 1, "items": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]}}, {"type": "string"}]})";
    }
    static Result<RowMap> parse(const Node &node)
    {
        if (node.isScalar() && !node.text.empty())
            return RowMap{{}, node.text};
        if (!node.isList() || node.items.empty())
            return expected(node, tr("a list of old rows, null for a new one, such as [2, 0, null]; or a file of one"));
        RowMap map;
        for (const Node &item : node.items) {
            const Result<qint64> row = item.isNull() ? Result<qint64>(RowMap::isNew) : parseInteger(item);
            if (!row || (!item.isNull() && *row < 0))
                return expected(item, tr("the number of an old row from 0, or null"));
            map.list.push_back(*row);
        }
        return map;
    }
    static Node print(const RowMap &map)
    {
        if (!map.isGiven() || !map.file.empty())
            return map.isGiven() ? Node::scalar(map.file) : Node();
        std::vector<Node> items;
        for (const qint64 row : map.list)
            items.push_back(row == RowMap::isNew ? Node() : Node::scalar(std::to_string(row)));
        return Node::list(std::move(items));
    }
};

namespace {
/// Gives tensors fewer or more rows.
struct ResizeRows
{
    Rows rows;
    qint64 dim = 0;
    Kept keep = Kept::First;
    RowFilling fill;
    RowMap map;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("rows", &ResizeRows::rows, "How many rows afterwards, or as many as the target has.", mainField),
            field("dim", &ResizeRows::dim, "The axis whose slices are the rows."),
            field("keep", &ResizeRows::keep, "Which rows stay, or stand before the new ones: the first or the last."),
            field(
                "fill", &ResizeRows::fill,
                "What new rows are: zeros, the mean of the old ones, a number, or {normal: deviation, seed: number}."),
            field("map", &ResizeRows::map,
                  "Instead: of each row afterwards the old one, counted from 0, or null for a new one; or a file of "
                  "that."),
            field("where", &ResizeRows::where, "Which keys.")};
    }

    Result<void> check() const
    {
        if (rows.number && !map.list.empty() && *rows.number != qint64(map.list.size()))
            return badStep(
                tr("“rows” of “resize-rows” is %1, and “map” lists %2 rows.").arg(*rows.number).arg(map.list.size()));
        if (map.isGiven() && keep == Kept::Last)
            return badStep(tr("“resize-rows” takes either “map” or “keep”: a map says of each row which it is."));
        return {};
    }

    Result<void> resolve(const StepFiles &files)
    {
        if (map.file.empty())
            return {};
        Result<std::vector<qint64>> read = readNumbers(QString::fromStdString(map.file), files.folder, RowMap::isNew);
        if (!read)
            return read.error();
        const auto isNone = [](qint64 row) { return row < 0 && row != RowMap::isNew; };
        if (const auto bad = std::find_if(read->begin(), read->end(), isNone); bad != read->end())
            return badStep(tr("The list “%1” has the row %2; expected numbers of old rows from 0, or null.")
                               .arg(displayName(map.file))
                               .arg(*bad));
        m_loaded = std::make_shared<const std::vector<qint64>>(std::move(*read));
        return {};
    }

    void moveFrom(const QString &folder) { map.file = pathFrom(folder, map.file); }

    bool sameResolved(const ResizeRows &other) const { return isSameRead(m_loaded, other.m_loaded); }

    std::vector<SentencePart> sentence() const
    {
        const QString filled = fill.isMean ? tr(" of their mean") : fill.filling.words();
        std::vector<SentencePart> parts;
        if (!map.file.empty())
            parts = {plain(tr("Take the rows of ")), code(map.file), plain(tr(", new ones%1").arg(filled))};
        else if (!map.list.empty())
            parts = {plain(tr("Take %1 rows by a list, new ones%2").arg(map.list.size()).arg(filled))};
        else if (rows.number)
            parts = {plain(tr("Resize to %1 rows, new ones%2").arg(*rows.number).arg(filled))};
        else
            parts = {plain(tr("Resize to the rows of the target, new ones%1").arg(filled))};
        return std::move(parts) + alongAxis(dim) + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        if (!map.file.empty() && !m_loaded)
            return run.error(tr("its list “%1” has not been loaded.").arg(displayName(map.file)));
        const std::vector<qint64> &listed = m_loaded ? *m_loaded : map.list;
        if (m_loaded && rows.number && *rows.number != qint64(listed.size()))
            return run.error(tr("“rows” is %1, and the list has %2 rows.").arg(*rows.number).arg(listed.size()));
        TargetShapes targets(run);
        const bool asksTarget = !rows.number && listed.empty();
        if (const Result<void> ok = asksTarget ? targets.check() : Result<void>(); !ok)
            return ok;
        Resizer resizer{*this, run, listed};
        const Result<void> done = eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            const Row row = run.rows()[index];
            const RowView view{index, row, {}};
            if (const Result<void> sound = resizer.rearranger.check(view); !sound)
                return sound;
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!asksTarget) {
                const Result<void> resized =
                    axis ? resizer.resize(view, *axis, rows.number.value_or(0)) : Result<void>(axis.error());
                return resized || resized.error().kind == Error::Kind::Cancelled
                    ? resized
                    : rowError(run, row, resized.error().message);
            }
            const Shape *wanted = targets.find(row);
            if (!wanted || *wanted == view.shape())
                return {};
            SizeList others = view.shape().sizes();
            if (axis && wanted->size() == view.rank())
                others[*axis] = (*wanted)[*axis];
            if (Shape(others) != *wanted) {
                targets.leave(row, tr("does not become the target's %1 with other rows.").arg(shapeText(*wanted)));
                return {};
            }
            const Result<void> resized = resizer.resize(view, *axis, (*wanted)[*axis]);
            return resized ? resized : rowError(run, row, resized.error().message);
        });
        targets.report();
        return done;
    }

private:
    /// Errors as those of a rule.
    struct Resizer
    {
        const ResizeRows &step;
        StepRun &run;
        const std::vector<qint64> &listed;
        qint64 listedNew = std::count(listed.begin(), listed.end(), RowMap::isNew);
        qint64 highest = listed.empty() ? 0 : *std::max_element(listed.begin(), listed.end());
        Rearranger rearranger{run};
        Joiner joiner{run};
        Calculator calculator{run};

        Result<void> resize(const RowView &view, qsizetype axis, qint64 count)
        {
            const Expression &value = *view.row.value;
            const qint64 before = view.shape()[axis];
            const qint64 after = listed.empty() ? count : qint64(listed.size());
            const qint64 added = listed.empty() ? after - before : listedNew;
            if (!listed.empty() && highest >= before)
                return unfit(tr("has %1 elements along the axis %2, and none with the number %3.")
                                 .arg(before)
                                 .arg(axis)
                                 .arg(highest));
            const auto all = added > 0 ? extended(value, axis, added) : Result<const Expression *>(&value);
            if (!all)
                return all.error();
            if (!listed.empty())
                return mapped(view, **all, axis);
            auto resized = all;
            if (added < 0)
                resized = joiner.piece(value, axis, step.keep == Kept::First ? 0 : -added, after);
            if (!resized)
                return resized.error();
            if (*resized != &value)
                run.setValue(view.index, *resized);
            return {};
        }

        Result<void> mapped(const RowView &view, const Expression &all, qsizetype axis)
        {
            const qint64 before = view.shape()[axis];
            qint64 next = 0;
            const bool isSame = qint64(listed.size()) == before
                && std::all_of(listed.begin(), listed.end(), [&](qint64 row) { return row == next++; });
            if (isSame)
                return {};
            return rearranger.gather(view, all, axis, [&] {
                std::vector<qint64> indices;
                qint64 made = before;
                for (const qint64 row : listed)
                    indices.push_back(row == RowMap::isNew ? made++ : row);
                return indices;
            });
        }

        /// With new rows behind the old ones, or before them where the last are kept.
        Result<const Expression *> extended(const Expression &value, qsizetype axis, qint64 added)
        {
            SizeList sizes = value.shape->sizes();
            const qint64 before = sizes[axis];
            if (__builtin_add_overflow(before, added, &sizes[axis]))
                return unfit(tr("would have more elements than can be counted."));
            if (const QString problem = sizeProblem(Shape(sizes), value.dtype); !problem.isEmpty())
                return unfit(problem);
            sizes[axis] = added;
            const auto fresh = step.fill.isMean ? means(value, axis, Shape(sizes)) : filled(value, Shape(sizes));
            if (!fresh)
                return fresh;
            return step.keep == Kept::First ? joiner.joined({&value, *fresh}, axis)
                                            : joiner.joined({*fresh, &value}, axis);
        }

        Result<const Expression *> filled(const Expression &value, const Shape &shape)
        {
            if (const QString problem = step.fill.filling.problem(value.dtype); !problem.isEmpty())
                return unfit(tr("gets new rows: a tensor that %1").arg(problem));
            return step.fill.filling.expression(run, value.dtype, run.shape(shape));
        }

        Result<const Expression *> means(const Expression &value, qsizetype axis, const Shape &shape)
        {
            const DTypeKind kind = info(value.dtype).kind;
            if (kind != DTypeKind::Float && kind != DTypeKind::Complex)
                return unfit(
                    tr("is %1, whose rows have no mean; expected another “fill”.").arg(displayName(word(value.dtype))));
            if ((*value.shape)[axis] == 0)
                return unfit(tr("has no rows that new ones could be the mean of."));
            auto mean = calculator.cast(value, kind == DTypeKind::Float ? DType::Float64 : DType::Complex128);
            mean = mean ? calculator.mean(**mean, axis, true) : mean;
            mean = mean ? calculator.cast(**mean, value.dtype) : mean;
            return mean ? calculator.expanded(**mean, shape) : mean;
        }
    };

    std::shared_ptr<const std::vector<qint64>> m_loaded; ///< from a file
};
}

const StepKind &resizeRowsStep()
{
    static const StepKind kind = stepKind<ResizeRows>(
        {.word = "resize-rows",
         .title = "Resize rows",
         .group = "Values",
         .help = "Gives tensors fewer or more rows, as vocabularies and classes have: the first or last stay, and what "
                 "is new is filled; or each is chosen by a list.",
         .exampleStep = "resize-rows: {where: {exact: embed.weight}, rows: 32064, fill: mean}",
         .exampleBefore = "embed.weight float32 32000x4096",
         .exampleAfter = "embed.weight float32 32064x4096"});
    return kind;
}
