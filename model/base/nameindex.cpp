// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"

#include <xxhash.h>

#include <bit>

quint32 NameIndex::hashOf(Name name)
{
    return quint32(XXH3_64bits(name.data(), name.size()));
}

NameIndex::NameIndex(std::size_t expected)
{
    grow(expected);
}

void NameIndex::makeRoom()
{
    if (m_slots.empty() || (m_used + 1) * 4 > m_slots.size() * 3)
        grow(m_used * 2 + 8);
}

void NameIndex::grow(std::size_t expected)
{
    LargeVector<Slot> old = std::move(m_slots);
    m_slots.resize(std::bit_ceil(expected + expected / 2 + 8));
    const std::size_t mask = m_slots.size() - 1;
    for (const Slot &slot : old) {
        if (slot.position == none)
            continue;
        std::size_t at = slot.hash & mask;
        while (m_slots[at].position != none)
            at = (at + 1) & mask;
        m_slots[at] = slot;
    }
}
