// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}
}

Result<void> checkMovable(const Expression &value)
{
    const DTypeKind kind = info(value.dtype).kind;
    if (kind == DTypeKind::Unknown || kind == DTypeKind::Quantized)
        return unfit(tr("is %1, whose values cannot be moved.").arg(displayName(word(value.dtype))));
    if (!elementCount(*value.shape))
        return unfit(tr("has more elements than can be counted."));
    return {};
}

Walks::Start Walks::start(const Expression &value)
{
    const bool isMoved = value.kind == Expression::Kind::View && Shape(value.arrangement->way.sizes) == *value.shape;
    const bool isReshaped = value.kind == Expression::Kind::Reshape;
    return {isMoved || isReshaped ? value.input : &value,
            isMoved ? value.arrangement->way : Strided::dense(*value.shape)};
}

Result<const Expression *> Walks::walk(const Expression &base, const Rearranged &to)
{
    const Shape shape = to.shape.value_or(Shape(to.way.sizes));
    // Walking all of it in order is no move.
    const bool isWhole = to.way.isRun() && to.way.offset == 0 && elementCount(shape) == elementCount(*base.shape);
    if (isWhole && shape == *base.shape)
        return &base;
    Expression walked;
    walked.kind = isWhole ? Expression::Kind::Reshape : Expression::Kind::View;
    walked.dtype = base.dtype;
    walked.input = &base;
    const auto [sharedShape, arrangement] = share(isWhole ? Strided() : to.way, shape);
    walked.shape = sharedShape;
    walked.arrangement = isWhole ? nullptr : arrangement;
    return computed(m_run, walked);
}

const Shape *Walks::shape(const Shape &shape)
{
    return share({}, shape).first;
}

std::pair<const Shape *, const Arrangement *> Walks::share(const Strided &way, const Shape &shape)
{
    std::vector<qint64> numbers{way.offset};
    numbers.insert(numbers.end(), way.sizes.begin(), way.sizes.end());
    numbers.insert(numbers.end(), way.strides.begin(), way.strides.end());
    auto &shared = m_shared[Key(std::move(numbers), shape)];
    if (!shared.first) {
        Arrangement walked;
        walked.way = way;
        shared = {m_run.shape(shape), m_run.arrangement(std::move(walked))};
    }
    return shared;
}

Result<void> Rearranger::check(const RowView &view)
{
    m_run.matched(view.index);
    const Result<void> movable = checkMovable(*view.row.value);
    return movable ? movable : rowError(m_run, view.row, movable.error().message);
}

Result<void> Rearranger::change(const RowView &view, const RearrangeRule &rule)
{
    const Row row = view.row;
    const Expression &value = *row.value;
    if (const Result<void> sound = check(view); !sound)
        return sound;
    const Walks::Start start = Walks::start(value);
    Rearranged to{start.way};
    if (const Result<void> done = rule(view, to); !done)
        return done.error().kind == Error::Kind::Cancelled ? done : rowError(m_run, row, done.error().message);
    if (to.shape.value_or(Shape(to.way.sizes)) == *value.shape && to.way == start.way)
        return {};
    const Result<const Expression *> moved = m_walks.walk(*start.base, to);
    if (!moved)
        return rowError(m_run, row, moved.error().message);
    m_run.setValue(view.index, *moved);
    return {};
}

Result<void> Rearranger::gather(const RowView &view, qsizetype axis,
                                const std::function<std::vector<qint64>()> &indices)
{
    return gather(view, *view.row.value, axis, indices);
}

Result<void> Rearranger::gather(const RowView &view, const Expression &value, qsizetype axis,
                                const std::function<std::vector<qint64>()> &indices)
{
    SizeList sizes = value.shape->sizes();
    const Arrangement *&arrangement = m_gathers[{axis, sizes[axis]}];
    if (!arrangement) {
        Arrangement gathered;
        gathered.axis = axis;
        gathered.indices = indices();
        m_gathered += qint64(gathered.indices.size());
        if (m_gathered > mostIndices)
            return rowError(m_run, view.row,
                            tr("needs another list of %1 numbers of slices; a step keeps up to %2 in all.")
                                .arg(exactText(qint64(gathered.indices.size())), exactText(mostIndices)));
        arrangement = m_run.arrangement(std::move(gathered));
    }
    sizes[axis] = qint64(arrangement->indices.size());
    const Shape shape(sizes);
    Expression gather;
    gather.kind = Expression::Kind::Gather;
    gather.dtype = value.dtype;
    gather.input = &value;
    gather.shape = shape == *value.shape ? value.shape : m_walks.shape(shape);
    gather.arrangement = arrangement;
    return setComputed(m_run, view.index, gather);
}

Result<void> rearrangeRows(StepRun &run, const Selector &where, const RearrangeRule &rule)
{
    Rearranger rearranger(run);
    return eachRow(run, where, [&](std::size_t index, std::span<const std::string_view> captures) {
        return rearranger.change({index, run.rows()[index], captures}, rule);
    });
}

Result<void> rearrangeRows(StepRun &run, const std::vector<std::size_t> &rows, const RearrangeRule &rule)
{
    Rearranger rearranger(run);
    return eachOf(run, rows, [&](std::size_t index) {
        return rearranger.change({index, run.rows()[index], {}}, rule);
    });
}

Result<const Expression *> computed(StepRun &run, const Expression &value)
{
    const auto isDeep = [](const Expression *input) { return input->depth >= Expression::deepest; };
    if ((value.input && isDeep(value.input))
        || (value.takesSeveral()
            && std::any_of(value.arrangement->inputs.begin(), value.arrangement->inputs.end(), isDeep)))
        return unfit(tr("is computed by more than %1 operations on one another.").arg(Expression::deepest));
    if (!elementCount(*value.shape) || elements(value) > std::numeric_limits<qint64>::max() / 16)
        return unfit(tr("would have more elements than can be counted."));
    return run.expression(value);
}

Result<void> setComputed(StepRun &run, std::size_t index, Expression value)
{
    const Result<const Expression *> made = computed(run, value);
    if (!made)
        return rowError(run, run.rows()[index], made.error().message);
    run.setValue(index, *made);
    return {};
}

Error rowError(StepRun &run, const Row &row, const QString &what)
{
    return run.error(tr("“%1” (%2) %3").arg(displayName(row.name), shapeText(*row.value->shape), what));
}

Error unfit(const QString &what)
{
    return {Error::Kind::BadRecipe, what};
}

Result<qsizetype> axisOf(qint64 dim, qsizetype rank)
{
    if (dim < -qint64(rank) || dim >= rank)
        return unfit(tr("has no axis %1.").arg(dim));
    return qsizetype(dim < 0 ? dim + rank : dim);
}

Result<void> TargetShapes::check() const
{
    return m_run.target() ? Result<void>() : m_run.error(tr("it asks for the target, and there is none."));
}

const Shape *TargetShapes::find(const Row &row)
{
    const Target *target = m_run.target();
    const quint32 key = target->find(row.name);
    if (key != NameIndex::none && !target->keys()[key].anyShape)
        return &target->keys()[key].shape;
    if (m_missing++ == 0)
        m_firstMissing = row.name;
    return nullptr;
}

void TargetShapes::leave(const Row &row, const QString &what)
{
    if (m_left++ == 0)
        m_firstLeft = tr("“%1” (%2) %3").arg(displayName(row.name), shapeText(*row.value->shape), what);
}

void TargetShapes::report()
{
    const QString step = tr("%1 leaves ").arg(m_run.title());
    if (m_missing == 1)
        m_run.finding(Finding::Severity::Info, "no-target-row",
                      step + tr("“%1” as it is: the target has no shape for it.").arg(displayName(m_firstMissing)));
    else if (m_missing > 1)
        m_run.finding(Finding::Severity::Info, "no-target-row",
                      step
                          + tr("%1 keys as they are, “%2” the first: the target has no shape for them.")
                                .arg(exactText(m_missing), displayName(m_firstMissing)));
    if (m_left == 1)
        m_run.finding(Finding::Severity::Warning, "left", step + tr("a key as it is: %1").arg(m_firstLeft));
    else if (m_left > 1)
        m_run.finding(Finding::Severity::Warning, "left",
                      step + tr("%1 keys as they are, the first: %2").arg(exactText(m_left), m_firstLeft));
}

Result<SizeExpression> SizeExpression::compile(std::string_view text, const CaptureScope &scope, const Lets &lets)
{
    if (const auto clear = scope.checkNames(lets); !clear)
        return clear.error();
    SizeExpression size;
    const auto resolve = [&](std::string_view name) -> Result<int> {
        Slot slot;
        if (const std::size_t bracket = name.find('['); bracket != std::string_view::npos) {
            slot.kind = name.starts_with("in") ? Slot::Kind::In : Slot::Kind::Target;
            std::from_chars(name.data() + bracket + 1, name.data() + name.size(), slot.number);
        } else if (const Capture *capture = scope.find(name)) {
            slot.number = capture->slot;
        } else {
            QString message = tr("“%1” is not known; there are in[axis], target[axis] and the captures of “where”.")
                                  .arg(displayName(name));
            if (const std::string near = nearest(name, lets.names()); !near.empty())
                message += tr(" Did you mean “%1”?").arg(displayName(near));
            return badStep(message);
        }
        size.m_slots.push_back(slot);
        return int(size.m_slots.size()) - 1;
    };
    if (text.size() > 1 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, text.size() - 2);
    Result<Arithmetic> number = Arithmetic::parse(text, Arithmetic::Grammar::Value, resolve, lets);
    if (!number)
        return number.error();
    size.m_number = std::move(*number);
    return size;
}

Result<qint64> SizeExpression::evaluate(const RowView &view, const Shape *target) const
{
    return m_number.evaluate([&](int index) -> Result<qint64> {
        const Slot &slot = m_slots[std::size_t(index)];
        if (slot.kind == Slot::Kind::Capture) {
            const std::string_view text = view.captures[std::size_t(slot.number)];
            qint64 value = 0;
            const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (text.empty() || problem != std::errc() || end != text.data() + text.size())
                return badStep(tr("“%1” is not a whole number").arg(displayName(text)));
            return value;
        }
        const Shape &shape = slot.kind == Slot::Kind::In ? view.shape() : *target;
        if (slot.number < -shape.size() || slot.number >= shape.size())
            return badStep(tr("there is no axis %1 in the shape %2").arg(slot.number).arg(shapeText(shape)));
        return shape[slot.number < 0 ? slot.number + shape.size() : slot.number];
    });
}

bool SizeExpression::needsTarget() const
{
    return std::any_of(m_slots.begin(), m_slots.end(),
                       [](const Slot &slot) { return slot.kind == Slot::Kind::Target; });
}
