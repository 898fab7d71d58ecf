// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <vector>

/// Bins of equal width, as a reader wants them: bin i holds what is ≥ edges[i] and < edges[i + 1].
struct Histogram
{
    std::vector<double> edges; ///< one more than counts; empty without values
    std::vector<qint64> counts;
};

/// Counts finite numbers in bins whose width is a power of two and whose edges are whole multiples of it. Such edges
/// are exact doubles, and bins of any two histograms can be put together two by two until both have the same: so the
/// range need not be known before, one pass counts exactly, and histograms of many tensors merge exactly, in any order.
class LinearHistogram
{
public:
    static constexpr int most = 1024; ///< bins; at least half as many unless all values are nearly alike
    static constexpr int lowestExponent = -1000;

    /// Where a kernel counts after prepare(): bin of x is floor(x · 2^-exponent) - first.
    int exponent() const { return m_exponent; }
    qint64 first() const { return m_first; }
    qint64 *bins() { return m_counts.data(); }

    /// Make room for finite values from `low` to `high`, not both zero.
    void prepare(double low, double high);
    /// Count `value`, which is finite, `count` times.
    void add(double value, qint64 count = 1);
    void merge(const LinearHistogram &other);
    bool isEmpty() const { return m_counts.empty() && m_zeros == 0; }

    /// From the bin of the least value to that of the greatest, put together to at most `limit` bins.
    Histogram histogram(int limit = most) const;

private:
    void coarsen(int exponent);
    /// The bins in use; there are some.
    qint64 lowest() const;
    qint64 highest() const;

    int m_exponent = 0;
    qint64 m_first = 0; ///< number of m_counts[0]: its lower edge is that many widths
    std::vector<qint64> m_counts; ///< empty or `most`
    double m_low = 0; ///< the range that was prepared for
    double m_high = 0;
    qint64 m_zeros = 0; ///< before there was any other value: they fit in bins of any width
};
