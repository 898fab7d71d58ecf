// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

#include <span>

/// Rows that follow each other below one parent, as nodes.
struct KeyRows
{
    quint32 first = 0;
    quint32 last = 0;
};

/// What rows hold together. A key counts once, also when a group that it is in is among them; parameters and bytes
/// leave dropped keys out, as the totals of groups do.
struct KeyTotals
{
    qint64 rows = 0;
    qint64 keys = 0;
    qint64 parameters = 0;
    qint64 bytes = 0;
    VerdictCounts counts{};
};

KeyTotals totalsOf(const KeyTree &tree, std::span<const KeyRows> rows);
