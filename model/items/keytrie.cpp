// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytrie.h"

#include <xxhash.h>

#include <algorithm>

namespace {
constexpr std::size_t stopInterval = 4096;
constexpr std::size_t maxDepth = 64;

quint32 hashOf(quint32 parent, Name component)
{
    return quint32(XXH3_64bits_withSeed(component.data(), component.size(), parent));
}
}

bool KeyTrie::build(const std::vector<Name> &names, Progress &progress)
{
    m_names = &names;
    m_items.reserve(names.size() * 2 + 1);
    m_items.push_back({});
    m_slots.assign(1024, {});
    Name previous;
    for (std::size_t name = 0; name < names.size(); ++name) {
        if (name % stopInterval == 0) {
            progress.report(qint64(name), qint64(names.size()));
            if (progress.stopRequested())
                return false;
        }
        addName(quint32(name), previous);
        previous = names[name];
    }
    link();
    return true;
}

bool KeyTrie::isNumber(quint32 item) const
{
    const Item &at = m_items[item];
    const Name component = (*m_names)[at.leaf].substr(at.begin, at.end - at.begin);
    return !component.empty()
        && std::all_of(component.begin(), component.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Neighbours in a file share most of their path, so only the components that differ are looked up.
void KeyTrie::addName(quint32 name, Name previous)
{
    const Name text = (*m_names)[name];
    const auto shared = std::size_t(
        std::distance(text.begin(), std::mismatch(text.begin(), text.end(), previous.begin(), previous.end()).first));
    while (!m_open.empty() && m_items[m_open.back()].end >= shared)
        m_open.pop_back();

    quint32 parent = m_open.empty() ? 0 : m_open.back();
    std::size_t begin = m_open.empty() ? 0 : m_items[parent].end + 1;
    while (m_open.size() < maxDepth) {
        const std::size_t dot = text.find('.', begin);
        if (dot == Name::npos)
            break;
        parent = group(parent, name, quint32(begin), quint32(dot));
        m_open.push_back(parent);
        begin = dot + 1;
    }
    m_items.push_back({parent, name, quint32(begin), quint32(text.size())});
}

quint32 KeyTrie::group(quint32 parent, quint32 leaf, quint32 begin, quint32 end)
{
    const Name component = (*m_names)[leaf].substr(begin, end - begin);
    const quint32 hash = hashOf(parent, component);
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hash & mask;
    for (; m_slots[at].item != 0; at = (at + 1) & mask) {
        if (m_slots[at].hash != hash)
            continue;
        const Item &item = m_items[m_slots[at].item];
        if (item.parent == parent && (*m_names)[item.leaf].substr(item.begin, item.end - item.begin) == component)
            return m_slots[at].item;
    }
    const auto item = quint32(m_items.size());
    m_items.push_back({parent, leaf, begin, end});
    m_slots[at] = {hash, item};
    if (++m_groups * 2 > m_slots.size())
        grow();
    return item;
}

void KeyTrie::grow()
{
    std::vector<Slot> slots(m_slots.size() * 4);
    const std::size_t mask = slots.size() - 1;
    for (const Slot &slot : m_slots) {
        if (slot.item == 0)
            continue;
        std::size_t at = slot.hash & mask;
        while (slots[at].item != 0)
            at = (at + 1) & mask;
        slots[at] = slot;
    }
    m_slots = std::move(slots);
}

// Items were made parents first, so one pass gives the child lists and one backward pass the leaf counts.
void KeyTrie::link()
{
    m_slots = {};
    const std::size_t count = m_items.size();
    m_childStart.assign(count + 2, 0);
    for (std::size_t item = 1; item < count; ++item)
        ++m_childStart[m_items[item].parent + 2];
    for (std::size_t item = 2; item < count + 2; ++item)
        m_childStart[item] += m_childStart[item - 1];
    m_children.resize(count - 1);
    for (std::size_t item = 1; item < count; ++item)
        m_children[m_childStart[m_items[item].parent + 1]++] = quint32(item);

    m_leafCounts.assign(count, 0);
    for (std::size_t item = count; item-- > 1;) {
        if (!isGroup(quint32(item)))
            m_leafCounts[item] = 1;
        m_leafCounts[m_items[item].parent] += m_leafCounts[item];
    }
}
