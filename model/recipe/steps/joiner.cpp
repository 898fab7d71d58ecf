// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/joiner.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
constexpr std::size_t mostPatterns = 1000;
constexpr std::size_t rowsPerPoll = 4096;

QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}
}

const std::vector<qint64> &Joiner::starts(const Expression &concat)
{
    std::vector<qint64> &starts = m_starts[&concat];
    if (starts.empty()) {
        starts.push_back(0);
        for (const Expression *input : concat.arrangement->inputs)
            starts.push_back(starts.back() + (*input->shape)[concat.arrangement->axis]);
    }
    return starts;
}

Result<const Expression *> Joiner::piece(const Expression &value, qsizetype axis, qint64 first, qint64 count)
{
    if (count == (*value.shape)[axis])
        return &value;
    if (value.kind == Expression::Kind::Concat && value.arrangement->axis == axis && count > 0) {
        const std::vector<qint64> &at = starts(value);
        const std::vector<const Expression *> &inputs = value.arrangement->inputs;
        const auto from = std::size_t(std::upper_bound(at.begin(), at.end(), first) - at.begin()) - 1;
        const auto to = std::size_t(std::lower_bound(at.begin(), at.end(), first + count) - at.begin());
        if (to == from + 1)
            return piece(*inputs[from], axis, first - at[from], count);
        if (at[from] == first && at[to] == first + count)
            return joined({inputs.begin() + qsizetype(from), inputs.begin() + qsizetype(to)}, axis);
    }
    const Walks::Start start = Walks::start(value);
    Rearranged to{start.way};
    to.way.slice(axis, first, count, 1);
    return m_walks.walk(*start.base, to);
}

Result<const Expression *> Joiner::slice(const Expression &value, qsizetype axis, qint64 index)
{
    const bool isJoined = value.kind == Expression::Kind::Concat && value.arrangement->axis == axis;
    const Result<const Expression *> from = isJoined ? piece(value, axis, index, 1) : &value;
    if (!from)
        return from;
    const Walks::Start start = Walks::start(**from);
    Rearranged to{start.way};
    to.way.select(axis, isJoined ? 0 : index);
    return m_walks.walk(*start.base, to);
}

Result<const Expression *> Joiner::withAxis(const Expression &value, qsizetype axis)
{
    const Walks::Start start = Walks::start(value);
    Rearranged to{start.way};
    to.way.sizes.insert(axis, 1);
    to.way.strides.insert(axis, 1);
    return m_walks.walk(*start.base, to);
}

/// Pieces of one value that follow each other are that value, walked.
std::optional<Walks::Start> Joiner::oneWalk(const std::vector<const Expression *> &inputs, qsizetype axis)
{
    Walks::Start whole = Walks::start(*inputs.front());
    std::optional<qint64> stride;
    qint64 next = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Walks::Start piece = Walks::start(*inputs[i]);
        const Strided &way = piece.way;
        if (piece.base != whole.base
            || (way.sizes[axis] > 1 && stride.value_or(way.strides[axis]) != way.strides[axis]))
            return std::nullopt;
        for (qsizetype other = 0; other < way.sizes.size(); ++other) {
            if (other != axis && way.sizes[other] > 1 && way.strides[other] != whole.way.strides[other])
                return std::nullopt;
        }
        if (way.sizes[axis] > 1)
            stride = way.strides[axis];
        else if (i == 1 && !stride)
            stride = way.offset - whole.way.offset;
        if (i > 0 && (*stride == 0 || way.offset != whole.way.offset + next * *stride))
            return std::nullopt;
        next += way.sizes[axis];
    }
    whole.way.sizes[axis] = next;
    whole.way.strides[axis] = stride.value_or(whole.way.strides[axis]);
    return whole;
}

Result<const Expression *> Joiner::joined(const std::vector<const Expression *> &inputs, qsizetype axis)
{
    if (inputs.size() == 1)
        return inputs.front();
    SizeList sizes = inputs.front()->shape->sizes();
    sizes[axis] = 0;
    std::vector<const Expression *> filled;
    for (const Expression *input : inputs) {
        if (__builtin_add_overflow(sizes[axis], (*input->shape)[axis], &sizes[axis]))
            return unfit(tr("would have more elements than can be counted."));
        if ((*input->shape)[axis] > 0)
            filled.push_back(input);
    }
    if (filled.size() < 2)
        return filled.empty() ? inputs.front() : filled.front();
    if (elementCount(*filled.front()->shape).value_or(0) > 0) {
        if (const std::optional<Walks::Start> whole = oneWalk(filled, axis))
            return m_walks.walk(*whole->base, {whole->way});
    }
    Arrangement along;
    along.axis = axis;
    Expression concat;
    concat.kind = Expression::Kind::Concat;
    concat.dtype = filled.front()->dtype;
    concat.shape = m_walks.shape(Shape(sizes));
    concat.input = filled.front();
    along.inputs = std::move(filled);
    concat.arrangement = m_run.arrangement(std::move(along));
    return computed(m_run, concat);
}

const Expression *Joiner::zeros(DType dtype, const Shape &shape)
{
    Expression zeros;
    zeros.kind = Expression::Kind::Zeros;
    zeros.dtype = dtype;
    zeros.shape = m_walks.shape(shape);
    return m_run.expression(zeros);
}

std::vector<SentencePart> alongAxis(qint64 dim)
{
    return dim == 0 ? std::vector<SentencePart>() : std::vector{plain(tr(" along axis %1").arg(dim))};
}

Result<RowPatterns> RowPatterns::compile(const std::vector<std::string> &texts, const QString &field)
{
    if (texts.empty())
        return badStep(tr("“%1” names no keys.").arg(field));
    if (texts.size() > mostPatterns)
        return badStep(
            tr("“%1” has %2 patterns; at most %3 are possible.").arg(field).arg(texts.size()).arg(mostPatterns));
    RowPatterns all;
    all.m_texts = texts;
    for (const std::string &text : texts) {
        if (text.empty())
            return badStep(tr("“%1” cannot look for empty text.").arg(field));
        Result<NamePattern> pattern = all.m_patterns.empty()
            ? NamePattern::compile(text, NamePattern::At::Whole)
            : NamePattern::compile(text, NamePattern::At::Whole, all.m_patterns.front());
        if (!pattern)
            return pattern.error();
        const CaptureScope &first = all.m_patterns.empty() ? pattern->scope() : all.scope();
        for (const Capture &capture : first.captures) {
            if (!pattern->scope().find(capture.name))
                return badStep(
                    tr("The patterns of “%1” need the same captures: “%2” has no {%3}, which “%4” has.")
                        .arg(field, displayName(text), displayName(capture.name), displayName(texts.front())));
        }
        std::vector<int> slots(std::size_t(pattern->scope().slotCount), 0);
        for (const Capture &capture : pattern->scope().captures) {
            const Capture *known = first.find(capture.name);
            if (!known)
                return badStep(
                    tr("The patterns of “%1” need the same captures: “%2” has no {%3}, which “%4” has.")
                        .arg(field, displayName(texts.front()), displayName(capture.name), displayName(text)));
            slots[std::size_t(capture.slot)] = known->slot;
        }
        all.m_slots.push_back(std::move(slots));
        all.m_patterns.push_back(std::move(*pattern));
    }
    return all;
}

Result<void> RowPatterns::each(StepRun &run, const Visit &visit) const
{
    std::vector<RegexMatcher> matchers;
    for (const NamePattern &pattern : m_patterns)
        matchers.emplace_back(pattern.regex());
    std::vector<std::string_view> values(std::size_t(scope().slotCount));
    for (std::size_t row = 0; row < run.rows().size(); ++row) {
        for (std::size_t pattern = 0; pattern < size(); ++pattern) {
            if ((row * size() + pattern) % rowsPerPoll == 0 && run.stopRequested())
                return cancelled();
            RegexMatcher &matcher = matchers[pattern];
            const Name name = run.rows()[row].name;
            const auto outcome = matcher.search(name);
            if (outcome == RegexMatcher::Outcome::GaveUp)
                return run.error(matcher.gaveUp(name).message);
            if (outcome == RegexMatcher::Outcome::NotFound)
                continue;
            for (std::size_t slot = 1; slot < m_slots[pattern].size(); ++slot)
                values[std::size_t(m_slots[pattern][slot])] = matcher.group(int(slot));
            if (const Result<void> done = visit(row, pattern, values); !done)
                return done;
        }
    }
    return {};
}

std::string RowPatterns::nameOf(std::size_t pattern, std::span<const std::string_view> values) const
{
    const auto name =
        NameTemplate::compile(NamePattern::asResult(m_texts[pattern]), scope(), NameTemplate::Escapes::None);
    std::string text;
    return name && name->append(text, values) ? text : m_texts[pattern];
}

std::string RowPatterns::key(std::span<const std::string_view> values, int except)
{
    std::string key;
    for (std::size_t slot = 1; slot < values.size(); ++slot) {
        if (int(slot) != except)
            ((key += std::to_string(values[slot].size())) += ':') += values[slot];
    }
    return key;
}

Result<void> RowMaker::add(const NameTemplate &name, std::span<const std::string_view> values, const Expression *value,
                           std::span<const std::size_t> origins)
{
    const std::size_t first = origins.front();
    const QString from = displayName(m_run.rows()[first].name);
    std::string text;
    if (const Result<void> made = name.append(text, values); !made)
        return m_run.error(tr("“%1”: %2").arg(from, made.error().message));
    m_bytes += qint64(text.size());
    if (++m_rows > mostRows)
        return m_run.error(
            tr("it would make more than %1 keys, “%2” the first beyond.").arg(exactText(mostRows), displayName(text)));
    if (m_bytes > mostNameBytes)
        return m_run.error(tr("the names of the keys it makes would take more than %1 bytes, “%2” the first beyond.")
                               .arg(exactText(mostNameBytes), displayName(std::string_view(text).substr(0, 200))));
    m_run.addJoined(text, value, origins, first, m_place);
    return {};
}
