// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/progress.h"

#include <span>
#include <vector>

/// Names by their dot components: what a key tree is laid out from. Every name gives one leaf, equal names several;
/// each proper prefix that ends before a dot gives one group. Children keep the order of first appearance.
class KeyTrie
{
public:
    struct Item
    {
        quint32 parent = 0;
        quint32 leaf = 0; ///< index of a name that has this item's path as a prefix
        quint32 begin = 0; ///< of its own component in that name
        quint32 end = 0;
    };

    /// False when `progress` asks to stop. The names must outlive the trie.
    bool build(const std::vector<Name> &names, Progress &progress);

    std::size_t size() const { return m_items.size(); }
    const Item &operator[](quint32 item) const { return m_items[item]; }
    bool isGroup(quint32 item) const { return item == 0 || m_items[item].end < (*m_names)[m_items[item].leaf].size(); }
    /// Whether its component consists of digits.
    bool isNumber(quint32 item) const;
    std::span<const quint32> children(quint32 item) const
    {
        return std::span(m_children).subspan(m_childStart[item], m_childStart[item + 1] - m_childStart[item]);
    }
    quint32 leafCount(quint32 item) const { return m_leafCounts[item]; }

private:
    struct Slot
    {
        quint32 hash = 0;
        quint32 item = 0; ///< 0 is the root, which no slot holds: empty
    };

    void addName(quint32 name, Name previous);
    quint32 group(quint32 parent, quint32 leaf, quint32 begin, quint32 end);
    void grow();
    void link();

    const std::vector<Name> *m_names = nullptr;
    std::vector<Item> m_items;
    std::vector<quint32> m_open; ///< the groups of the name added last, outermost first
    std::vector<Slot> m_slots;
    std::size_t m_groups = 0;
    std::vector<quint32> m_childStart;
    std::vector<quint32> m_children;
    std::vector<quint32> m_leafCounts;
};
