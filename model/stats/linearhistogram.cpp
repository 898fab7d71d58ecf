// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/linearhistogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace {
constexpr int finest = 22; ///< bits of the largest value above the last edge: bins are whole numbers below 2^23

/// The number of the bin that holds `value`.
qint64 binOf(double value, int exponent)
{
    const double scaled = std::ldexp(value, -exponent);
    return value < 0 && scaled == 0 ? -1 : qint64(std::floor(scaled)); // too small to show once it is scaled
}

/// The smallest width with which the range fits.
int exponentFor(double low, double high)
{
    const double largest = std::max(std::fabs(low), std::fabs(high));
    int exponent = std::max(std::ilogb(largest) - finest, LinearHistogram::lowestExponent);
    while (binOf(high, exponent) - binOf(low, exponent) >= LinearHistogram::most)
        ++exponent;
    return exponent;
}

/// The bin of wider bins that holds bin `number`.
qint64 inWider(qint64 number, int steps)
{
    return steps < 63 ? number >> steps : (number < 0 ? -1 : 0);
}
}

void LinearHistogram::prepare(double low, double high)
{
    if (!m_counts.empty()) {
        low = std::min(low, m_low);
        high = std::max(high, m_high);
    } else if (m_zeros > 0) {
        low = std::min(low, 0.0);
        high = std::max(high, 0.0);
    }
    if (!m_counts.empty() && low == m_low && high == m_high)
        return;
    const int exponent = exponentFor(low, high);
    if (m_counts.empty()) {
        m_counts.assign(most, 0);
        m_exponent = exponent;
        m_first = binOf(low, exponent);
    } else {
        coarsen(exponent);
        const qint64 first = binOf(low, exponent);
        // Only empty bins go round: all that was counted lies in the range, whose lower end may have moved down.
        std::rotate(m_counts.begin(), m_counts.end() - (m_first - first), m_counts.end());
        m_first = first;
    }
    m_low = low;
    m_high = high;
    if (m_zeros > 0)
        m_counts[std::size_t(-m_first)] += std::exchange(m_zeros, 0);
}

void LinearHistogram::coarsen(int exponent)
{
    const int steps = exponent - m_exponent;
    if (steps <= 0)
        return;
    std::vector<qint64> wider(most, 0);
    const qint64 first = inWider(m_first, steps);
    for (qint64 i = 0; i < most; ++i) {
        if (m_counts[std::size_t(i)] != 0)
            wider[std::size_t(inWider(m_first + i, steps) - first)] += m_counts[std::size_t(i)];
    }
    m_counts = std::move(wider);
    m_first = first;
    m_exponent = exponent;
}

void LinearHistogram::add(double value, qint64 count)
{
    if (value == 0 && m_counts.empty()) {
        m_zeros += count;
        return;
    }
    prepare(value, value);
    m_counts[std::size_t(binOf(value, m_exponent) - m_first)] += count;
}

void LinearHistogram::merge(const LinearHistogram &other)
{
    if (!other.m_counts.empty()) {
        prepare(other.m_low, other.m_high);
        const int steps = m_exponent - other.m_exponent;
        for (qint64 i = 0; i < most; ++i) {
            if (other.m_counts[std::size_t(i)] != 0)
                m_counts[std::size_t(inWider(other.m_first + i, steps) - m_first)] += other.m_counts[std::size_t(i)];
        }
    }
    if (other.m_zeros > 0)
        add(0, other.m_zeros);
}

qint64 LinearHistogram::lowest() const
{
    const auto used = std::find_if(m_counts.begin(), m_counts.end(), [](qint64 count) { return count != 0; });
    return m_first + (used - m_counts.begin());
}

qint64 LinearHistogram::highest() const
{
    const auto used = std::find_if(m_counts.rbegin(), m_counts.rend(), [](qint64 count) { return count != 0; });
    return m_first + (m_counts.rend() - used) - 1;
}

Histogram LinearHistogram::histogram(int limit) const
{
    if (isEmpty())
        return {};
    if (m_counts.empty())
        return {{0, 1}, {m_zeros}};
    const qint64 low = lowest(), high = highest();
    int steps = 0;
    while (inWider(high, steps) - inWider(low, steps) >= limit)
        ++steps;
    const qint64 first = inWider(low, steps);
    Histogram found;
    found.counts.assign(std::size_t(inWider(high, steps) - first + 1), 0);
    for (qint64 number = low; number <= high; ++number)
        found.counts[std::size_t(inWider(number, steps) - first)] += m_counts[std::size_t(number - m_first)];
    for (std::size_t i = 0; i <= found.counts.size(); ++i)
        found.edges.push_back(std::ldexp(double(first + qint64(i)), m_exponent + steps));
    return found;
}
