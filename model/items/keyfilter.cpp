// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keyfilter.h"

#include <algorithm>

namespace {
constexpr std::size_t stopInterval = 4096;

/// Kept leaves before each position of the tree's order; empty when asked to stop.
std::vector<quint32> ranks(const KeyTree &tree, const KeyFilter &filter, const VerdictSet &verdicts, Progress &progress)
{
    std::vector<quint32> rank(tree.order.size() + 1, 0);
    for (std::size_t at = 0; at < tree.order.size(); ++at) {
        if (at % stopInterval == 0 && progress.stopRequested())
            return {};
        const quint32 leaf = tree.order[at];
        const bool stays =
            (verdicts.isEmpty() || verdicts.contains(tree.all->verdicts[leaf])) && filter.matches(*tree.all, leaf);
        rank[at + 1] = rank[at] + (stays ? 1 : 0);
    }
    return rank;
}

/// Breadth first over what is kept, so that a narrow filter touches little.
std::vector<KeyNode> keptNodes(const KeyTree &tree, const std::vector<quint32> &rank)
{
    std::vector<KeyNode> nodes;
    std::vector<quint32> origin; // parallel to nodes: the node in `tree`
    const auto add = [&](quint32 node, quint32 parent) {
        KeyNode kept = tree.nodes[node];
        const quint32 first = rank[kept.firstLeaf];
        kept.leafCount = rank[kept.firstLeaf + kept.leafCount] - first;
        kept.firstLeaf = first;
        if (kept.leafCount == 0 && node != 0)
            return false;
        kept.parent = parent;
        kept.childCount = 0;
        nodes.push_back(kept);
        origin.push_back(node);
        return true;
    };
    add(0, 0);
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        const KeyNode &from = tree.nodes[origin[at]];
        nodes[at].firstChild = quint32(nodes.size());
        quint32 children = 0;
        for (quint32 child = from.firstChild; child < from.firstChild + from.childCount; ++child)
            children += add(child, quint32(at)) ? 1 : 0;
        nodes[at].childCount = children;
    }
    return nodes;
}
}

bool KeyFilter::matches(const KeyLeaves &leaves, quint32 leaf) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) { return term(leaves, leaf); });
}

std::shared_ptr<const KeyTree> filterKeyTree(std::shared_ptr<const KeyTree> tree, const KeyFilter &filter,
                                             const VerdictSet &verdicts, Progress &progress)
{
    if (filter.isEmpty() && verdicts.isEmpty())
        return tree;
    const std::vector<quint32> rank = ranks(*tree, filter, verdicts, progress);
    if (rank.empty())
        return nullptr;
    if (rank.back() == tree->order.size())
        return tree;
    auto kept = std::make_shared<KeyTree>();
    kept->all = tree->all;
    kept->order.reserve(rank.back());
    for (std::size_t at = 0; at < tree->order.size(); ++at) {
        if (rank[at + 1] != rank[at])
            kept->order.push_back(tree->order[at]);
    }
    kept->nodes = keptNodes(*tree, rank);
    sumKeyTree(*kept);
    return kept;
}
