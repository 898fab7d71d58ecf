// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"

#include "model/base/largepages.h"

#include <xxhash.h>

#include <bit>

namespace {
quint32 hashOf(Name name)
{
    return quint32(XXH3_64bits(name.data(), name.size()));
}
}

NameIndex::NameIndex(std::size_t expected)
{
    grow(expected);
}

void NameIndex::grow(std::size_t expected)
{
    std::vector<Slot> old = std::move(m_slots);
    const std::size_t slots = std::bit_ceil(expected + expected / 2 + 8);
    reserveInLargePages(m_slots, slots);
    m_slots.resize(slots);
    for (const Slot &slot : old) {
        if (slot.position != none)
            const_cast<Slot &>(probe(slot.name, slot.hash)) = slot;
    }
}

const NameIndex::Slot &NameIndex::probe(Name name, quint32 hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hash & mask;
    while (m_slots[at].position != none && (m_slots[at].hash != hash || m_slots[at].name != name))
        at = (at + 1) & mask;
    return m_slots[at];
}

quint32 NameIndex::insert(Name name, quint32 position)
{
    if (m_slots.empty() || (m_used + 1) * 4 > m_slots.size() * 3)
        grow(m_used * 2 + 8);
    const quint32 hash = hashOf(name);
    auto &slot = const_cast<Slot &>(probe(name, hash));
    if (slot.position != none)
        return slot.position;
    slot = {name, hash, position};
    ++m_used;
    return none;
}

quint32 NameIndex::find(Name name) const
{
    return m_slots.empty() ? none : probe(name, hashOf(name)).position;
}
