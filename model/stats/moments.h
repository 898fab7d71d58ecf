// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

/// Sums over finite numbers that can be put together: those of a part and of another give those of both (Chan's way
/// for the squares of what lies beside the mean, which does not cancel when the mean is far from zero).
struct Moments
{
    qint64 count = 0;
    long double mean = 0;
    long double aside = 0; ///< Σ(x − mean)²
    long double sumAbsolute = 0;
    long double sumSquares = 0;

    void merge(const Moments &other)
    {
        if (other.count == 0)
            return;
        if (count == 0) {
            *this = other;
            return;
        }
        const auto here = static_cast<long double>(count), there = static_cast<long double>(other.count);
        const long double apart = other.mean - mean;
        mean += apart * (there / (here + there));
        aside += other.aside + apart * apart * (here * (there / (here + there)));
        sumAbsolute += other.sumAbsolute;
        sumSquares += other.sumSquares;
        count += other.count;
    }
};
