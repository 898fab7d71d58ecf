// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <cstddef>

// Loops over blocks of numbers. Sums are those of 8 lanes, each of every eighth number, put together in one fixed
// order: so every processor and every number of threads gives the same bits. Compiled without what would change that.

/// Sums of one block. When a number is not finite, `isFinite` is false and nothing else counts.
struct BlockSums
{
    bool isFinite = true;
    double low = 0;
    double high = 0;
    qint64 zeros = 0;
    double sum = 0;
    double sumAbsolute = 0;
    double sumSquares = 0;
};

/// `count` is at least 1.
BlockSums sumBlock(const float *numbers, std::size_t count);
BlockSums sumBlock(const double *numbers, std::size_t count);

/// Of a block's distances from a number near its mean.
struct AsideSums
{
    double sum = 0;
    double sumSquares = 0;
};
AsideSums sumAside(const float *numbers, std::size_t count, double mean);
AsideSums sumAside(const double *numbers, std::size_t count, double mean);

/// Where numbers are counted in bins of equal width.
struct Counters
{
    double scale; ///< 1 / width, a power of two; for floats at least 1, and a float
    qint64 first; ///< number of the first bin
    qint64 *bins;
};
void countBins(const float *numbers, std::size_t count, const Counters &counters);
void countBins(const double *numbers, std::size_t count, const Counters &counters);

/// Count by the first 16 bits of each float, or 19 of each double.
void countCodes(const float *numbers, std::size_t count, quint32 *codes);
void countCodes(const double *numbers, std::size_t count, quint32 *codes);

/// Count bytes, or pairs of bytes.
void countPatterns(const quint8 *patterns, std::size_t count, quint32 *counts);
void countPatterns(const quint16 *patterns, std::size_t count, quint32 *counts);
