// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

/// Node numbers as ids of model indexes. Qt hashes persistent indexes by row + internalId, unmixed; dense ids pile up
/// and collapseAll() turns quadratic. An odd factor spreads them and has an inverse modulo 2^64.
namespace SpreadId {
constexpr quint64 spread = 0x9E3779B97F4A7C15u;
constexpr quint64 gather = [] {
    quint64 inverse = spread;
    for (int i = 0; i < 6; ++i)
        inverse *= 2 - spread * inverse;
    return inverse;
}();
static_assert(spread * gather == 1);
static_assert(sizeof(quintptr) == sizeof(quint64), "a node number must survive the way through an internalId");

/// `part`: of a node that has parts, rows of the model alone; 0 for the node itself.
constexpr quintptr fromNode(quint32 node, quint32 part = 0)
{
    return quintptr((quint64(part) << 32 | node) * spread);
}

constexpr quint32 toNode(quintptr id)
{
    return quint32(id * gather);
}

constexpr quint32 toPart(quintptr id)
{
    return quint32(id * gather >> 32);
}
}
