// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keyleaves.h"

#include <array>
#include <span>

namespace {
Name parentOf(Name name)
{
    const std::size_t dot = name.rfind('.');
    return dot == Name::npos ? Name() : name.substr(0, dot);
}

KeyVerdict verdictOf(const TargetOutcome &outcome)
{
    switch (outcome.verdict) {
    case TargetVerdict::Loaded: return outcome.dtypeDiffers ? KeyVerdict::DTypeDiffers : KeyVerdict::Loaded;
    case TargetVerdict::Adapted: return KeyVerdict::Adapted;
    case TargetVerdict::Created: return KeyVerdict::Created;
    case TargetVerdict::Skipped: return KeyVerdict::Skipped;
    case TargetVerdict::Ignored: return KeyVerdict::Ignored;
    case TargetVerdict::Missing: return KeyVerdict::Missing;
    case TargetVerdict::MissingTied: return KeyVerdict::MissingTied;
    case TargetVerdict::SizeMismatch: return KeyVerdict::SizeMismatch;
    case TargetVerdict::Filled: return KeyVerdict::Filled;
    }
    Q_UNREACHABLE();
}

/// Of a row that no target key has the name of.
KeyVerdict verdictOf(const RowOutcome &outcome)
{
    switch (outcome.verdict) {
    case RowVerdict::Used:
    case RowVerdict::UsedMore: return KeyVerdict::Loaded;
    case RowVerdict::Unexpected: return KeyVerdict::Unexpected;
    case RowVerdict::IgnoredUnexpected: return KeyVerdict::Ignored;
    case RowVerdict::SkippedByPolicy: return KeyVerdict::Skipped;
    case RowVerdict::SizeMismatch: return KeyVerdict::SizeMismatch;
    }
    Q_UNREACHABLE();
}

/// Collects the leaves of one plan.
class Collector
{
public:
    explicit Collector(std::shared_ptr<const Plan> source)
    {
        m_leaves.plan = std::move(source);
        m_targets = std::span(plan().targets);
        m_rows = std::span(plan().rows);
        if (plan().error && plan().target)
            matchByName();
    }

    KeyLeaves take()
    {
        const std::size_t expected = plan().table->rows.size() + m_targets.size() + plan().dropped.size();
        m_leaves.names.reserve(expected);
        m_leaves.leaves.reserve(expected);
        m_leaves.verdicts.reserve(expected);
        addTargets();
        addRows();
        addDropped();
        return std::move(m_leaves);
    }

private:
    const Plan &plan() const { return *m_leaves.plan; }

    void add(Name name, const KeyLeaf &leaf, KeyVerdict verdict)
    {
        m_leaves.names.push_back(name);
        m_leaves.leaves.push_back(leaf);
        m_leaves.verdicts.push_back(verdict);
    }

    /// A plan that stopped has no outcomes: hold the state before the failed step against the target, so that the tree
    /// stays where it is while a step is being written.
    void matchByName()
    {
        const std::vector<Row> &rows = plan().table->rows;
        m_ownTargets.resize(plan().target->keys().size());
        m_ownRows.assign(rows.size(), {RowVerdict::Unexpected, noRow});
        for (quint32 row = 0; row < rows.size(); ++row) {
            const quint32 key = plan().target->find(rows[row].name);
            if (key == NameIndex::none)
                continue;
            const bool fits = plan().target->keys()[key].takes(*rows[row].value->shape);
            m_ownTargets[key] = {fits ? TargetVerdict::Loaded : TargetVerdict::SizeMismatch, false, row};
            m_ownRows[row].target = key;
        }
        m_targets = std::span(std::as_const(m_ownTargets));
        m_rows = std::span(std::as_const(m_ownRows));
    }

    /// Equal as text; the row's own often is a piece of the source key in memory, which searching makes use of.
    Name nameOf(quint32 key) const
    {
        const quint32 row = m_targets[key].row;
        return row == noRow ? plan().target->keys()[key].name : plan().table->rows[row].name;
    }

    void addTargets()
    {
        for (quint32 key = 0; key < m_targets.size(); ++key)
            add(nameOf(key), {.row = m_targets[key].row, .target = key}, verdictOf(m_targets[key]));
    }

    void addRows()
    {
        const std::vector<Row> &rows = plan().table->rows;
        for (quint32 row = 0; row < rows.size(); ++row) {
            if (!plan().target)
                add(rows[row].name, {.row = row}, KeyVerdict::None);
            else if (m_rows[row].target == noRow)
                add(rows[row].name, {.row = row}, verdictOf(m_rows[row]));
        }
    }

    void addDropped()
    {
        if (plan().dropped.empty())
            return;
        const NameIndex siblings = siblingRows();
        for (quint32 dropped = 0; dropped < plan().dropped.size(); ++dropped) {
            const Name name = placeOf(plan().dropped[dropped].row, siblings);
            const quint32 key = plan().target ? plan().target->find(name) : NameIndex::none;
            if (key != NameIndex::none && m_targets[key].row == noRow)
                m_leaves.leaves[key].dropped = dropped; // one row: wanted by the target, dropped by the recipe
            else
                add(name, {.dropped = dropped}, KeyVerdict::Dropped);
        }
    }

    Name sourceName(const Row &row) const
    {
        const std::optional<TensorIndex> first = firstSource(*row.value);
        return first ? plan().checkpoint->tensors()[*first].name : Name();
    }

    Name sourceParent(quint32 row) const { return parentOf(sourceName(plan().table->rows[row])); }

    /// From the source parent of a dropped row to a row that stayed and has the same source parent.
    NameIndex siblingRows() const
    {
        const auto parentOfDropped = [this](quint32 at) { return parentOf(sourceName(plan().dropped[at].row)); };
        NameIndex wanted(plan().dropped.size());
        for (quint32 dropped = 0; dropped < plan().dropped.size(); ++dropped)
            wanted.insert(dropped, parentOfDropped);
        NameIndex found(wanted.size());
        Name last{};
        for (quint32 row = 0; row < plan().table->rows.size() && found.size() < wanted.size(); ++row) {
            const Name parent = sourceParent(row);
            if (parent == last && row > 0)
                continue;
            last = parent;
            if (wanted.find(parent, parentOfDropped) != NameIndex::none)
                found.insert(row, [this](quint32 at) { return sourceParent(at); });
        }
        return found;
    }

    /// The name that a dropped row would have beside the siblings it had in the file; its last name without any.
    Name placeOf(const Row &row, const NameIndex &siblings)
    {
        const Name source = sourceName(row);
        const quint32 sibling = siblings.find(parentOf(source), [this](quint32 at) { return sourceParent(at); });
        if (sibling == NameIndex::none)
            return row.name;
        const Name parent = parentOf(plan().table->rows[sibling].name);
        if (parent == parentOf(row.name))
            return row.name;
        const Name last = row.name.substr(row.name.rfind('.') + 1);
        return parent.empty() ? last : m_leaves.arena.store(parent, ".", last);
    }

    KeyLeaves m_leaves;
    std::span<const TargetOutcome> m_targets;
    std::span<const RowOutcome> m_rows;
    std::vector<TargetOutcome> m_ownTargets;
    std::vector<RowOutcome> m_ownRows;
};

void addOtherSources(KeyLeaves &all, quint32 leaf)
{
    const Expression *value = all.value(leaf);
    if (!value || !lowest(*value).takesSeveral())
        return;
    const std::vector<TensorIndex> from = sources(*value);
    for (std::size_t i = 1; i < from.size(); ++i)
        all.moreSources[leaf].push_back(all.plan->checkpoint->tensors()[from[i]].name);
}

/// A prefix that more than half of the source keys have before their result key, found by majority vote.
std::string commonPrefix(const KeyLeaves &all)
{
    const auto prefixOf = [&all](std::size_t leaf) -> std::optional<Name> {
        const Name source = all.sources[leaf];
        if (source.empty() || !source.ends_with(all.names[leaf]))
            return std::nullopt;
        return source.substr(0, source.size() - all.names[leaf].size());
    };
    Name candidate;
    qint64 votes = 0;
    for (std::size_t leaf = 0; leaf < all.names.size(); ++leaf) {
        const auto prefix = prefixOf(leaf);
        if (!prefix)
            continue;
        if (votes == 0)
            candidate = *prefix;
        votes += *prefix == candidate ? 1 : -1;
    }
    return votes > 0 ? std::string(candidate) : std::string();
}
}

KeyLeaves collectLeaves(std::shared_ptr<const Plan> plan)
{
    return Collector(std::move(plan)).take();
}

void arrangeLeaves(KeyLeaves &leaves, const std::vector<quint32> &order)
{
    const auto arranged = [&order](const auto &values) {
        std::decay_t<decltype(values)> result;
        result.reserve(order.size());
        for (const quint32 from : order)
            result.push_back(values[from]);
        return result;
    };
    leaves.names = arranged(leaves.names);
    leaves.leaves = arranged(leaves.leaves);
    leaves.verdicts = arranged(leaves.verdicts);
    leaves.sources.resize(order.size());
    leaves.parameters.resize(order.size());
    leaves.bytes.resize(order.size());
    std::array<bool, 256> isThere{};
    for (quint32 at = 0; at < order.size(); ++at) {
        isThere[quint8(leaves.dtype(at))] = true;
        if (const Tensor *source = leaves.source(at))
            leaves.sources[at] = source->name;
        addOtherSources(leaves, at);
        const bool isAny = leaves.leaves[at].row == noRow && leaves.target(at) && leaves.target(at)->anyShape;
        leaves.parameters[at] = isAny ? 0 : elementCount(leaves.shape(at)).value_or(0);
        if (__builtin_mul_overflow(leaves.parameters[at], byteSize(leaves.dtype(at)), &leaves.bytes[at]))
            leaves.bytes[at] = 0;
    }
    for (std::size_t dtype = std::size_t(DType::Unknown) + 1; dtype < isThere.size(); ++dtype) {
        if (isThere[dtype])
            leaves.dtypes.push_back(DType(dtype));
    }
    leaves.sourcePrefix = commonPrefix(leaves);
}
