// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keysort.h"

#include "model/base/text.h"
#include "model/items/keytreemodel.h"

#include <algorithm>

namespace {
constexpr std::size_t stopInterval = 1024;

/// Lays the rows of a tree out anew.
class Sorter
{
public:
    Sorter(const KeyTree &tree, const KeySort &sort) : m_tree(tree), m_sort(sort) {}

    /// False when asked to stop.
    bool run(Progress &progress)
    {
        nodes.reserve(m_tree.nodes.size());
        m_origins.reserve(m_tree.nodes.size());
        order.resize(m_tree.order.size());
        nodes.push_back(m_tree.nodes[0]);
        m_origins.push_back(0);
        for (std::size_t node = 0; node < nodes.size(); ++node) {
            if (node % stopInterval == 0 && progress.stopRequested())
                return false;
            if (nodes[node].isGroup())
                addChildren(quint32(node));
            else if (nodes[node].leafCount > 0)
                order[nodes[node].firstLeaf] = m_tree.leaf(m_origins[node]);
        }
        return true;
    }

    std::vector<KeyNode> nodes;
    std::vector<quint32> order;

private:
    void addChildren(quint32 parent)
    {
        const KeyNode &from = m_tree.nodes[m_origins[parent]];
        nodes[parent].firstChild = quint32(nodes.size());
        quint32 firstLeaf = nodes[parent].firstLeaf;
        for (const quint32 child : sortedChildren(from)) {
            m_origins.push_back(child);
            nodes.push_back(m_tree.nodes[child]);
            nodes.back().parent = parent;
            nodes.back().firstLeaf = firstLeaf;
            firstLeaf += nodes.back().leafCount;
        }
    }

    std::vector<quint32> sortedChildren(const KeyNode &parent) const
    {
        switch (KeyTreeModel::Column(m_sort.column)) {
        case KeyTreeModel::SourceKey:
            return sorted(
                parent, [this](quint32 node) { return m_tree.sourcePath(node).value_or(Name()); }, naturalLess);
        case KeyTreeModel::TargetKey:
            return sorted(
                parent, [](quint32 node) { return node; }, std::less<>());
        case KeyTreeModel::SourceShape:
            return sorted(
                parent, [this](quint32 node) { return given(node); }, std::less<>());
        case KeyTreeModel::TargetShape:
            return sorted(
                parent, [this](quint32 node) { return wanted(node); }, std::less<>());
        case KeyTreeModel::DTypeColumn:
            return sorted(
                parent, [this](quint32 node) { return dtype(node); }, std::less<>());
        case KeyTreeModel::Parameters:
            return sorted(
                parent, [this](quint32 node) { return size(node, &KeyLeaves::parameters); }, std::less<>());
        case KeyTreeModel::Bytes:
            return sorted(
                parent, [this](quint32 node) { return size(node, &KeyLeaves::bytes); }, std::less<>());
        case KeyTreeModel::Verdict:
            return sorted(
                parent, [this](quint32 node) { return m_tree.verdict(node); }, std::less<>());
        case KeyTreeModel::ColumnCount: break;
        }
        Q_UNREACHABLE();
    }

    /// What is sorted by is worked out once a row.
    template<typename Value, typename Less>
    std::vector<quint32> sorted(const KeyNode &parent, Value value, Less less) const
    {
        std::vector<std::pair<decltype(value(0u)), quint32>> rows;
        rows.reserve(parent.childCount);
        for (quint32 child = parent.firstChild; child < parent.firstChild + parent.childCount; ++child)
            rows.emplace_back(value(child), child);
        std::stable_sort(rows.begin(), rows.end(), [&](const auto &left, const auto &right) {
            return m_sort.descending ? less(right.first, left.first) : less(left.first, right.first);
        });
        std::vector<quint32> children;
        children.reserve(rows.size());
        for (const auto &row : rows)
            children.push_back(row.second);
        return children;
    }

    Shape given(quint32 node) const
    {
        const Expression *value = m_tree.nodes[node].isGroup() ? nullptr : m_tree.all->value(m_tree.leaf(node));
        return value ? *value->shape : Shape();
    }

    Shape wanted(quint32 node) const
    {
        const TargetKey *target = m_tree.nodes[node].isGroup() ? nullptr : m_tree.all->target(m_tree.leaf(node));
        return target ? target->shape : Shape();
    }

    std::string_view dtype(quint32 node) const
    {
        return m_tree.nodes[node].isGroup() ? std::string_view() : word(m_tree.all->dtype(m_tree.leaf(node)));
    }

    /// A leaf by its own size, dropped or not, as it is shown.
    qint64 size(quint32 node, std::vector<qint64> KeyLeaves::*sizes) const
    {
        if (!m_tree.nodes[node].isGroup())
            return ((*m_tree.all).*sizes)[m_tree.leaf(node)];
        return sizes == &KeyLeaves::bytes ? m_tree.bytesOf(node) : m_tree.parametersOf(node);
    }

    const KeyTree &m_tree;
    const KeySort m_sort;
    std::vector<quint32> m_origins; ///< parallel to nodes: the node in m_tree
};
}

std::shared_ptr<const KeyTree> sortKeyTree(std::shared_ptr<const KeyTree> tree, const KeySort &sort, Progress &progress)
{
    if (sort.column < 0)
        return tree;
    Sorter sorter(*tree, sort);
    if (!sorter.run(progress))
        return nullptr;
    auto sorted = std::make_shared<KeyTree>();
    sorted->all = tree->all;
    sorted->nodes = std::move(sorter.nodes);
    sorted->order = std::move(sorter.order);
    sorted->isByName = sort.column == KeyTreeModel::SourceKey || sort.column == KeyTreeModel::TargetKey;
    sumKeyTree(*sorted);
    sorted->natural = std::move(tree);
    return sorted;
}
