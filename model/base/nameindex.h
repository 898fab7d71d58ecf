// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/largepages.h"

#include <QtGlobal>

/// From a name to its position in a list: a flat hash table (XXH3, linear probing) of eight bytes a slot. The names
/// stay in the list, and every call says how to find them: `nameAt(position)` gives a Name (a million keys are indexed
/// in a sixth of the memory that slots with names took).
class NameIndex
{
public:
    static constexpr quint32 none = 0xFFFFFFFFu;

    NameIndex() = default;
    explicit NameIndex(std::size_t expected);

    /// Add the name at `position`, or give the position already stored for an equal name.
    /// Returns `none` when it was added.
    template<typename NameAt>
    quint32 insert(quint32 position, const NameAt &nameAt)
    {
        makeRoom();
        const Name name = nameAt(position);
        const quint32 hash = hashOf(name);
        Slot &slot = m_slots[probe(name, hash, nameAt)];
        if (slot.position != none)
            return slot.position;
        slot = {hash, position};
        ++m_used;
        return none;
    }

    /// The position of `name`, or `none`.
    template<typename NameAt>
    quint32 find(Name name, const NameAt &nameAt) const
    {
        return m_slots.empty() ? none : m_slots[probe(name, hashOf(name), nameAt)].position;
    }

    std::size_t size() const { return m_used; }

private:
    struct Slot
    {
        quint32 hash = 0;
        quint32 position = none;
    };

    static quint32 hashOf(Name name);
    void makeRoom();
    void grow(std::size_t expected);

    /// Where `name` is, or the free slot where it would go.
    template<typename NameAt>
    std::size_t probe(Name name, quint32 hash, const NameAt &nameAt) const
    {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t at = hash & mask;
        while (m_slots[at].position != none && (m_slots[at].hash != hash || nameAt(m_slots[at].position) != name))
            at = (at + 1) & mask;
        return at;
    }

    LargeVector<Slot> m_slots;
    std::size_t m_used = 0;
};

/// `nameAt` of a list whose elements have a `name`.
template<typename List>
auto namesOf(const List &list)
{
    return [&list](quint32 position) -> Name { return list[position].name; };
}
