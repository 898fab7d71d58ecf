// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keymatches.h"

#include "model/base/release.h"
#include "model/base/text.h"
#include "model/items/keytext.h"

#include <algorithm>

KeyMatches::KeyMatches(std::shared_ptr<const KeyTree> tree, int step) : m_tree(std::move(tree)), m_step(step)
{
    const Plan &plan = *m_tree->all->plan;
    const auto at = std::size_t(step);
    const bool hasRun =
        at < plan.steps.size() && !plan.steps[at].skipped && (plan.failedStep < 0 || step <= plan.failedStep);
    if (hasRun)
        m_finder.emplace(plan.recipe.steps()[at]);
}

KeyMatches::~KeyMatches()
{
    releaseElsewhere(std::move(m_tree));
}

/// As it is now, or was when it left; null when it had left before the step, or was never there.
const Row *KeyMatches::rowOf(quint32 leaf) const
{
    const Plan &plan = *m_tree->all->plan;
    const KeyLeaf &facts = m_tree->all->leaves[leaf];
    if (facts.row != noRow)
        return &plan.table->rows[facts.row];
    const DroppedRow *dropped = facts.dropped != noRow ? &plan.dropped[facts.dropped] : nullptr;
    return dropped && dropped->step >= m_step ? &dropped->row : nullptr;
}

QList<int> KeyMatches::rangesIn(quint32 node)
{
    constexpr quint32 mostLooked = 16;
    const KeyNode &at = m_tree->nodes[node];
    if (!m_finder || at.isBundle())
        return {};
    QString shown = sourceText(*m_tree, node).text;
    if (at.family == KeyNode::Family::Group)
        shown.chop(familyText(*m_tree, node).size() + 1);
    for (quint32 place = at.firstLeaf; place < at.firstLeaf + std::min(at.leafCount, mostLooked); ++place) {
        const QList<int> ranges = rangesIn(node, m_tree->order[place], shown);
        if (!ranges.isEmpty())
            return ranges;
    }
    return {};
}

/// What a row shows is the end of its path in the source: of the whole key for a leaf.
QList<int> KeyMatches::rangesIn(quint32 node, quint32 leaf, const QString &shown)
{
    const Row *row = rowOf(leaf);
    const std::string text = shown.toStdString();
    const Name source = m_tree->all->sources[leaf];
    const std::size_t below = m_tree->all->names[leaf].size() - m_tree->nodes[node].pathSize();
    if (!row || source.size() < below || displayName(text) != shown)
        return {};
    const Name path = source.substr(0, source.size() - below);
    if (!path.ends_with(text) || sourceName(*row) != source)
        return {};
    const auto begin = quint32(path.size() - text.size());
    const NameThen then = nameBefore(*row, m_step);
    QList<int> ranges;
    for (const NameSpan &found : m_finder->isEmpty() ? replacedBy(*row, m_step) : m_finder->find(then.name)) {
        const NameSpan span = spanInSource(found, then.history);
        const quint32 from = std::max(span.at, begin);
        const quint32 to = std::min(span.end(), quint32(path.size()));
        if (from >= to)
            continue;
        const auto lengthOf = [&](quint32 size) { return QString::fromUtf8(text.data(), qsizetype(size)).size(); };
        const auto start = lengthOf(from - begin);
        ranges << int(start) << int(lengthOf(to - begin) - start);
    }
    return ranges;
}
