// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keystretch.h"

#include <algorithm>

namespace {
constexpr std::size_t stopInterval = 4096;

/// Lays the nodes of a tree out anew; the leaves keep their places.
class Stretcher
{
public:
    Stretcher(const KeyTree &tree, const KeyTreeOptions &options) : m_tree(tree), m_options(options) {}

    /// False when asked to stop.
    bool run(Progress &progress)
    {
        nodes.reserve(m_tree.nodes.size() + m_tree.nodes.size() / m_options.stretch + 1);
        m_origins.reserve(nodes.capacity());
        add(0, 0);
        for (std::size_t node = 0; node < nodes.size(); ++node) {
            if (node % stopInterval == 0 && progress.stopRequested())
                return false;
            if (!nodes[node].isGroup())
                continue;
            const quint32 first = nodes[node].isStretch() ? m_origins[node] : m_tree.nodes[m_origins[node]].firstChild;
            const bool isTooLong = !nodes[node].isStretch() && nodes[node].childCount > m_options.mostRows;
            nodes[node].firstChild = quint32(nodes.size());
            if (isTooLong)
                addStretches(quint32(node), first);
            else
                addRows(quint32(node), first);
        }
        return true;
    }

    std::vector<KeyNode> nodes;

private:
    void add(quint32 node, quint32 parent)
    {
        nodes.push_back(m_tree.nodes[node]);
        nodes.back().parent = parent;
        m_origins.push_back(node);
    }

    void addRows(quint32 parent, quint32 first)
    {
        for (quint32 row = 0; row < nodes[parent].childCount; ++row)
            add(first + row, parent);
    }

    /// All of one length, but for the last, which takes the rest.
    void addStretches(quint32 parent, quint32 first)
    {
        const quint32 rows = nodes[parent].childCount;
        const quint32 count = (rows + m_options.stretch / 2) / m_options.stretch;
        for (quint32 at = 0; at < count; ++at) {
            const quint32 begin = first + at * m_options.stretch;
            const quint32 end = at + 1 == count ? first + rows : begin + m_options.stretch;
            const KeyNode &from = m_tree.nodes[begin];
            const KeyNode &to = m_tree.nodes[end - 1];
            const bool hasSource = std::any_of(m_tree.nodes.begin() + begin, m_tree.nodes.begin() + end,
                                               [](const KeyNode &row) { return row.source != KeyNode::noSource; });
            nodes.push_back({.parent = parent,
                             .childCount = end - begin,
                             .firstLeaf = from.firstLeaf,
                             .leafCount = to.firstLeaf + to.leafCount - from.firstLeaf,
                             .labelBegin = from.labelBegin,
                             .source = hasSource ? nodes[parent].source : KeyNode::noSource,
                             .family = KeyNode::Family::Stretch});
            m_origins.push_back(begin);
        }
        nodes[parent].childCount = count;
    }

    const KeyTree &m_tree;
    const KeyTreeOptions &m_options;
    std::vector<quint32> m_origins; ///< parallel to nodes: the node in m_tree; of a stretch its first row there
};
}

std::shared_ptr<const KeyTree> stretchKeyTree(std::shared_ptr<const KeyTree> tree, const KeyTreeOptions &options,
                                              Progress &progress)
{
    if (tree->mostChildren <= options.mostRows)
        return tree;
    Stretcher stretcher(*tree, options);
    if (!stretcher.run(progress))
        return nullptr;
    auto stretched = std::make_shared<KeyTree>(*tree);
    stretched->nodes = std::move(stretcher.nodes);
    if (!stretched->natural)
        stretched->natural = std::move(tree);
    return stretched;
}
