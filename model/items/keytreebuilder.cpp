// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/items/keyleaves.h"
#include "model/items/keytree.h"
#include "model/items/keytrie.h"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace {
constexpr std::size_t stopInterval = 4096;
constexpr std::size_t leastRange = 3; ///< rows that become one row

/// What makes one leaf like another, besides its name.
quint64 factsOf(const KeyLeaves &all, quint32 leaf)
{
    quint64 facts = quint64(all.dtype(leaf)) << 8 | quint64(all.verdicts[leaf]);
    const auto add = [&facts](qint64 value) { facts = XXH3_64bits_withSeed(&value, sizeof value, facts); };
    for (const qint64 size : all.shape(leaf))
        add(size);
    const KeyLeaf &at = all.leaves[leaf];
    const History *history = at.row != noRow ? all.plan->table->rows[at.row].history : nullptr;
    for (; history; history = history->previous)
        add(history->step);
    if (at.dropped != noRow)
        add(-1 - all.plan->dropped[at.dropped].step);
    return facts;
}

/// What is below each item, as a number that does not depend on the order: equal for repeated layers.
std::vector<quint64> signatures(const KeyTrie &trie, const KeyLeaves &all)
{
    std::vector<quint64> below(trie.size(), 0);
    for (auto item = quint32(trie.size()); item-- > 1;) { // children come after their parents
        const KeyTrie::Item &at = trie[item];
        const quint64 own = trie.isGroup(item) ? below[item] : factsOf(all, at.leaf);
        below[at.parent] += XXH3_64bits_withSeed(all.names[at.leaf].data() + at.begin, at.end - at.begin, own);
    }
    return below;
}

/// Lays the trie out as nodes: breadth first, so that children are contiguous and come after their parents.
class Layout
{
public:
    Layout(const KeyTrie &trie, const KeyLeaves &all, const KeyTreeOptions &options)
        : m_trie(trie)
        , m_names(all.names)
        , m_options(options)
        , m_signatures(signatures(trie, all))
    {}

    /// False when asked to stop.
    bool run(Progress &progress)
    {
        nodes.reserve(m_trie.size());
        m_origins.reserve(m_trie.size());
        order.resize(m_names.size());
        add({.leafCount = quint32(m_names.size())}, {0, 0});
        for (std::size_t node = 0; node < nodes.size(); ++node) {
            if (node % stopInterval == 0 && progress.stopRequested())
                return false;
            const Origin origin = m_origins[node];
            if (origin.members > 0 || m_trie.isGroup(origin.item))
                expand(quint32(node), origin);
            else
                order[nodes[node].firstLeaf] = m_trie[origin.item].leaf;
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

    /// What a node was made from.
    struct Origin
    {
        quint32 item; ///< of the trie; for a range its first place in m_members
        quint32 members; ///< of a range
    };

    void add(const KeyNode &node, const Origin &origin)
    {
        nodes.push_back(node);
        m_origins.push_back(origin);
    }

    void expand(quint32 node, const Origin &origin)
    {
        m_shown.clear();
        bool isBundled = origin.members > 0;
        const bool hasNoLabel = node == 0 || isBundled;
        const quint32 begin = hasNoLabel ? nodes[node].labelBegin : nodes[node].pathSize() + 1;
        if (isBundled)
            m_shown.assign(m_members.begin() + origin.item, m_members.begin() + origin.item + origin.members);
        else
            collect(origin.item, begin);
        if (!hasNoLabel && m_shown.size() > 1 && familyFrom(0) == m_shown.size()) {
            nodes[node].family = KeyNode::Family::Group;
            isBundled = true;
        }
        nodes[node].firstChild = quint32(nodes.size());
        quint32 firstLeaf = nodes[node].firstLeaf;
        for (std::size_t at = 0; at < m_shown.size();) {
            const std::size_t alike = isBundled ? 1 : familyFrom(at);
            const std::size_t taken = alike >= leastRange ? alike : 1;
            firstLeaf += addRow(node, begin, firstLeaf, at, taken);
            at += taken;
        }
        nodes[node].childCount = quint32(nodes.size()) - nodes[node].firstChild;
    }

    /// A row for one that is shown, or for several: the number of its leaves.
    quint32 addRow(quint32 parent, quint32 begin, quint32 firstLeaf, std::size_t at, std::size_t count)
    {
        KeyNode row{.parent = parent, .firstLeaf = firstLeaf, .labelBegin = begin};
        for (std::size_t member = at; member < at + count; ++member)
            row.leafCount += m_trie.leafCount(m_shown[member].item);
        if (count == 1) {
            row.labelSize = quint32(m_shown[at].label.size());
            add(row, {m_shown[at].item, 0});
            return row.leafCount;
        }
        row.family = KeyNode::Family::Range;
        add(row, {quint32(m_members.size()), quint32(count)});
        const auto first = m_shown.begin() + qint64(at);
        m_members.insert(m_members.end(), first, first + qint64(count));
        return row.leafCount;
    }

    void collect(quint32 item, quint32 begin)
    {
        if (m_trie.leafCount(item) <= m_options.flatUpTo)
            showLeaves(item, begin);
        else
            for (const quint32 child : m_trie.children(item))
                show(folded(child), begin);
        sortShown();
    }

    /// How many of what is shown, from one on, are numbered in a row and alike.
    std::size_t familyFrom(std::size_t at) const
    {
        const auto number = numberOf(m_shown[at]);
        std::size_t end = at + 1;
        while (number && end < m_shown.size() && numberOf(m_shown[end]) == *number + (end - at)
               && m_signatures[m_shown[end].item] == m_signatures[m_shown[at].item])
            ++end;
        return end - at;
    }

    std::optional<quint64> numberOf(const Shown &shown) const
    {
        quint64 number = 0;
        const char *end = shown.label.data() + shown.label.size();
        const auto [stop, problem] = std::from_chars(shown.label.data(), end, number);
        const bool isNumber = m_trie.isGroup(shown.item) && problem == std::errc() && stop == end;
        return isNumber ? std::optional(number) : std::nullopt;
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
    const std::vector<quint64> m_signatures;
    std::vector<Origin> m_origins; ///< parallel to nodes
    std::vector<Shown> m_members; ///< of all ranges
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
    Layout layout(trie, *all, options);
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
