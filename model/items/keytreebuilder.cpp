// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/items/keyleaves.h"
#include "model/items/keytree.h"
#include "model/items/keytrie.h"

#include <algorithm>
#include <numeric>

namespace {
constexpr std::size_t stopInterval = 4096;

/// Lays the trie out as nodes: breadth first, so that children are contiguous and come after their parents.
class Layout
{
public:
    Layout(const KeyTrie &trie, const std::vector<Name> &names, const KeyTreeOptions &options)
        : m_trie(trie)
        , m_names(names)
        , m_options(options)
    {}

    /// False when asked to stop.
    bool run(Progress &progress)
    {
        nodes.reserve(m_trie.size());
        m_items.reserve(m_trie.size());
        order.resize(m_names.size());
        add({.leafCount = quint32(m_names.size())}, 0);
        for (std::size_t node = 0; node < nodes.size(); ++node) {
            if (node % stopInterval == 0 && progress.stopRequested())
                return false;
            if (m_trie.isGroup(m_items[node]))
                expand(quint32(node));
            else
                order[nodes[node].firstLeaf] = m_trie[m_items[node]].leaf;
        }
        return true;
    }

    std::vector<KeyNode> nodes;
    std::vector<quint32> order;

private:
    struct Shown
    {
        Name label;
        quint32 item;
    };

    void add(const KeyNode &node, quint32 item)
    {
        nodes.push_back(node);
        m_items.push_back(item);
    }

    void expand(quint32 node)
    {
        const quint32 item = m_items[node];
        const quint32 begin = node == 0 ? 0 : nodes[node].pathSize() + 1;
        m_shown.clear();
        if (m_trie.leafCount(item) <= m_options.flatUpTo)
            showLeaves(item, begin);
        else
            for (const quint32 child : m_trie.children(item))
                show(folded(child), begin);
        if (m_options.order == KeyTreeOptions::Order::Natural)
            sortShown();

        nodes[node].firstChild = quint32(nodes.size());
        nodes[node].childCount = quint32(m_shown.size());
        quint32 firstLeaf = nodes[node].firstLeaf;
        for (const Shown &shown : m_shown) {
            const quint32 leaves = m_trie.leafCount(shown.item);
            add({.parent = node,
                 .firstLeaf = firstLeaf,
                 .leafCount = leaves,
                 .labelBegin = begin,
                 .labelSize = quint32(shown.label.size())},
                shown.item);
            firstLeaf += leaves;
        }
    }

    void show(quint32 item, quint32 begin)
    {
        const KeyTrie::Item &at = m_trie[item];
        m_shown.push_back({m_names[at.leaf].substr(begin, at.end - begin), item});
    }

    /// All leaves below a small group, in order.
    void showLeaves(quint32 group, quint32 begin)
    {
        m_stack.assign(1, group);
        while (!m_stack.empty()) {
            const quint32 item = m_stack.back();
            m_stack.pop_back();
            if (!m_trie.isGroup(item)) {
                show(item, begin);
                continue;
            }
            const auto children = m_trie.children(item);
            m_stack.insert(m_stack.end(), children.rbegin(), children.rend());
        }
    }

    /// The item that shares a row with this one and all between: down to a single leaf, and down chains of groups that
    /// are not numbers (`0` stays a row of its own, so that the layers of a list look alike).
    quint32 folded(quint32 item) const
    {
        while (m_trie.isGroup(item)) {
            const auto children = m_trie.children(item);
            const bool isChain = children.size() == 1 && m_trie.isGroup(children[0]) && !m_trie.isNumber(item);
            if (!isChain && m_trie.leafCount(item) > 1)
                break;
            item = children[0];
        }
        return item;
    }

    void sortShown()
    {
        const auto less = [this](const Shown &left, const Shown &right) {
            if (left.label != right.label)
                return naturalLess(left.label, right.label);
            const bool isLeftGroup = m_trie.isGroup(left.item);
            return isLeftGroup == m_trie.isGroup(right.item) ? left.item < right.item : !isLeftGroup;
        };
        if (!std::is_sorted(m_shown.begin(), m_shown.end(), less))
            std::sort(m_shown.begin(), m_shown.end(), less);
    }

    const KeyTrie &m_trie;
    const std::vector<Name> &m_names;
    const KeyTreeOptions &m_options;
    std::vector<quint32> m_items; ///< parallel to nodes
    std::vector<Shown> m_shown;
    std::vector<quint32> m_stack;
};

/// Where a node's source keys stand: `size` bytes of `name`, or -1 when the parent has no name there (a prefix was
/// added, so that `backbone` comes from the top level).
struct SourcePath
{
    Name name;
    qint64 size = 0;

    bool operator==(const SourcePath &other) const
    {
        const auto bytes = std::size_t(std::max<qint64>(size, 0));
        return size == other.size
            && (name.data() == other.name.data() || name.substr(0, bytes) == other.name.substr(0, bytes));
    }
};

class Sources
{
public:
    explicit Sources(KeyTree &tree) : m_tree(tree) {}

    /// Give each node the leaf that tells where it comes from; children before parents. False when asked to stop.
    bool run(Progress &progress)
    {
        for (std::size_t node = m_tree.nodes.size(); node-- > 1;) {
            if (node % stopInterval == 0 && progress.stopRequested())
                return false;
            KeyNode &at = m_tree.nodes[node];
            if (!at.isGroup())
                at.source = !m_tree.all->sources[at.firstLeaf].empty() ? at.firstLeaf : KeyNode::noSource;
            merge(m_tree.nodes[at.parent], at);
        }
        return true;
    }

private:
    SourcePath path(quint32 leaf, quint32 pathSize) const
    {
        const Name name = m_tree.all->sources[leaf];
        return {name, qint64(name.size()) - qint64(m_tree.all->names[leaf].size()) + pathSize};
    }

    void merge(KeyNode &parent, const KeyNode &child)
    {
        if (child.source == KeyNode::noSource || parent.source == KeyNode::mixedSource)
            return;
        if (child.source == KeyNode::mixedSource || !isBelow(parent, child)) {
            parent.source = KeyNode::mixedSource;
            return;
        }
        if (parent.source == KeyNode::noSource)
            parent.source = child.source;
        else if (!(path(parent.source, parent.pathSize()) == path(child.source, parent.pathSize())))
            parent.source = KeyNode::mixedSource;
    }

    /// Whether the child's source path ends in its own label, so that the rest is its parent's.
    bool isBelow(const KeyNode &parent, const KeyNode &child) const
    {
        const Name key = m_tree.all->names[child.source];
        const auto [name, size] = path(child.source, child.pathSize());
        if (name.data() == key.data()) // not renamed: the recipe kept the file's own text
            return true;
        const qint64 begin = size - child.labelSize;
        if (begin < 0
            || name.substr(std::size_t(begin), child.labelSize) != key.substr(child.labelBegin, child.labelSize))
            return false;
        const bool isTop = parent.pathSize() == 0;
        return isTop || begin == 0 || name[std::size_t(begin) - 1] == '.';
    }

    KeyTree &m_tree;
};
}

std::shared_ptr<const KeyTree> buildKeyTree(std::shared_ptr<const Plan> plan, const KeyTreeOptions &options,
                                            Progress &progress)
{
    auto all = std::make_shared<KeyLeaves>(collectLeaves(std::move(plan)));
    KeyTrie trie;
    if (progress.stopRequested() || !trie.build(all->names, progress))
        return nullptr;
    Layout layout(trie, all->names, options);
    if (!layout.run(progress))
        return nullptr;
    arrangeLeaves(*all, layout.order);

    auto tree = std::make_shared<KeyTree>();
    tree->all = all;
    tree->nodes = std::move(layout.nodes);
    tree->order = std::move(layout.order);
    std::iota(tree->order.begin(), tree->order.end(), 0u);
    if (progress.stopRequested())
        return nullptr;
    sumKeyTree(*tree);
    return Sources(*tree).run(progress) ? tree : nullptr;
}
