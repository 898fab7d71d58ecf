// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <limits>

/// Add a count from a file to a total, both not negative. A file can claim sizes whose sum does not fit 63 bits: the
/// total then stays at the largest number.
inline void addSaturated(qint64 &total, qint64 count)
{
    if (__builtin_add_overflow(total, count, &total))
        total = std::numeric_limits<qint64>::max();
}
