// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keyfilter.h"

#include <algorithm>
#include <optional>

namespace {
constexpr std::size_t stopInterval = 4096;

/// What stays of a tree's leaves.
struct Kept
{
    std::vector<quint32> order;
    std::vector<quint32> before; ///< per position of the tree's order: leaves kept before it

    quint32 countOf(const KeyNode &node) const
    {
        return before[node.firstLeaf + node.leafCount] - before[node.firstLeaf];
    }
};

/// Nothing when asked to stop.
std::optional<Kept> keptLeaves(const KeyTree &tree, const KeyFilter &filter, const VerdictSet &verdicts,
                               Progress &progress)
{
    Kept kept;
    kept.before.resize(tree.order.size() + 1);
    for (std::size_t at = 0; at < tree.order.size(); ++at) {
        if (at % stopInterval == 0 && progress.stopRequested())
            return std::nullopt;
        const quint32 leaf = tree.order[at];
        if ((verdicts.isEmpty() || verdicts.contains(tree.all->verdicts[leaf])) && filter.matches(*tree.all, leaf))
            kept.order.push_back(leaf);
        kept.before[at + 1] = quint32(kept.order.size());
    }
    return kept;
}

/// Breadth first over what is kept, so that a narrow filter touches little.
std::vector<KeyNode> keptNodes(const KeyTree &tree, const Kept &kept)
{
    std::vector<KeyNode> nodes;
    std::vector<quint32> origin; // parallel to nodes: the node in `tree`
    const auto add = [&](quint32 node, quint32 parent) {
        const KeyNode &from = tree.nodes[node];
        origin.push_back(node);
        nodes.push_back(from);
        nodes.back().parent = parent;
        nodes.back().childCount = 0;
        nodes.back().firstLeaf = kept.before[from.firstLeaf];
        nodes.back().leafCount = kept.countOf(from);
    };
    nodes.reserve(kept.order.size() * 2);
    origin.reserve(kept.order.size() * 2);
    add(0, 0);
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        const KeyNode &from = tree.nodes[origin[at]];
        const auto firstChild = quint32(nodes.size());
        for (quint32 child = from.firstChild; child < from.firstChild + from.childCount; ++child) {
            if (kept.countOf(tree.nodes[child]) > 0)
                add(child, quint32(at));
        }
        nodes[at].firstChild = firstChild;
        nodes[at].childCount = quint32(nodes.size()) - firstChild;
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
    std::optional<Kept> kept = keptLeaves(*tree, filter, verdicts, progress);
    if (!kept)
        return nullptr;
    if (kept->order.size() == tree->order.size())
        return tree;
    auto filtered = std::make_shared<KeyTree>();
    filtered->all = tree->all;
    filtered->nodes = keptNodes(*tree, *kept);
    filtered->order = std::move(kept->order);
    sumKeyTree(*filtered);
    return filtered;
}
