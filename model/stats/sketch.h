// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <span>
#include <vector>

/// How finite numbers are distributed: counts of numbers that begin with the same bits. A bucket holds the doubles of
/// one sign and exponent whose mantissas agree in their first bits(): its ends differ by no more than 2^-bits() of the
/// value, so an order statistic read from it is that near; it is exact while each bucket holds one number only.
/// Sketches of many tensors merge, in any order, into that of all.
class Sketch
{
public:
    static constexpr int allBits = 52;
    static constexpr int coarseBits = 7; ///< those of bfloat16
    static constexpr std::size_t mostEntries = 1 << 16; ///< with more bits than coarseBits

    struct Entry
    {
        qint64 key; ///< key() of the numbers in the bucket
        qint64 count;

        bool operator==(const Entry &) const = default;
    };

    Sketch() = default;
    /// `entries` ascend. `isExact`: in each bucket is nothing but the number at its end that is nearer to zero.
    Sketch(int bits, std::vector<Entry> entries, bool isExact);
    /// Of sorted numbers, every one kept.
    static Sketch ofSorted(std::span<const double> numbers);

    /// The bucket of a number: its magnitude's first bits, with its sign.
    static qint64 key(double number, int bits);
    /// The end of the bucket that is nearer to zero.
    static double nearEnd(qint64 key, int bits);
    static double farEnd(qint64 key, int bits);

    void merge(const Sketch &other);
    bool isExact() const { return m_isExact; }
    int bits() const { return m_bits; }
    const std::vector<Entry> &entries() const { return m_entries; }
    /// About the number with `rank` others before it, in order; exact if isExact(). Ranks ascend and are below the
    /// count.
    std::vector<double> ranked(std::span<const qint64> ranks) const;

private:
    void setBits(int bits);

    int m_bits = allBits;
    bool m_isExact = true;
    std::vector<Entry> m_entries;
};
