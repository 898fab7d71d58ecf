// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"

#include <QtGlobal>

#include <vector>

/// From a name to its position in a list: a flat hash table (XXH3, linear probing) that owns no names.
/// Reserved once; the names must outlive it.
class NameIndex
{
public:
    static constexpr quint32 none = 0xFFFFFFFFu;

    NameIndex() = default;
    explicit NameIndex(std::size_t expected);

    /// Add `name` at `position`, or give the position already stored for an equal name.
    /// Returns `none` when it was added.
    quint32 insert(Name name, quint32 position);
    /// The position of `name`, or `none`.
    quint32 find(Name name) const;
    std::size_t size() const { return m_used; }

private:
    struct Slot
    {
        Name name;
        quint32 hash = 0;
        quint32 position = none;
    };

    const Slot &probe(Name name, quint32 hash) const;
    void grow(std::size_t expected);

    std::vector<Slot> m_slots;
    std::size_t m_used = 0;
};
