// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/stats/linearhistogram.h"
#include "model/stats/moments.h"
#include "model/stats/sketch.h"

#include <array>
#include <limits>
#include <optional>
#include <string_view>

/// Quantiles that statistics have: under these names, as shares of the numbers that are below.
constexpr std::array<std::string_view, 9> quantileNames{"0.001", "0.01", "0.05", "0.25", "0.5",
                                                        "0.75",  "0.95", "0.99", "0.999"};
constexpr std::array<double, 9> quantileShares{0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};
using Quantiles = std::array<double, quantileShares.size()>;

/// What is told of the numbers of a tensor, or of several. NaN where there are no numbers to say it of.
///
/// Order (min, max, quantiles) is that of all numbers but NaN, so that infinities show; sums (mean, std, l1, l2) and
/// the histogram are of the finite ones, which a single NaN would otherwise hide. Of complex numbers it is all of their
/// magnitudes. Sums round in double precision where blocks of 4,096 numbers are summed, and in long double beyond:
/// l1 and l2 are within 1e-13 of themselves, the mean within 1e-13 of the mean magnitude, std within 1e-12 of itself,
/// for up to 2^40 numbers.
struct Statistics
{
    qint64 count = 0; ///< numbers, finite or not
    qint64 zeros = 0; ///< of either sign
    qint64 nan = 0;
    qint64 inf = 0;
    long double min = std::numeric_limits<long double>::quiet_NaN(); ///< holds every integer of 64 bits
    long double max = std::numeric_limits<long double>::quiet_NaN();
    double mean = std::numeric_limits<double>::quiet_NaN();
    double std = std::numeric_limits<double>::quiet_NaN(); ///< by count - 1, as torch has it; NaN for one number
    double l1 = 0;
    double l2 = 0;
    /// Linear between the two numbers beside, as torch and NumPy have them; where one of the two is infinite, the
    /// nearer.
    Quantiles quantiles{};
    bool areQuantilesExact = true; ///< else each number they are made of is within 1/128 of itself
    std::optional<qint64> firstNan; ///< number of the element, in C order
    std::optional<qint64> firstInf;
    Histogram histogram;
};

/// What is counted and summed of numbers, so that tallies of parts can be put together.
struct Tally
{
    qint64 nan = 0;
    qint64 negativeInf = 0;
    qint64 positiveInf = 0;
    qint64 zeros = 0;
    Moments moments; ///< of the finite numbers, as all below
    long double least = std::numeric_limits<long double>::infinity();
    long double greatest = -std::numeric_limits<long double>::infinity();
    LinearHistogram histogram;
    Sketch sketch;
    std::optional<Quantiles> quantiles; ///< exact ones, where the sketch has none
    std::optional<qint64> firstNan;
    std::optional<qint64> firstInf;

    qint64 finite() const { return moments.count; }
    /// All but NaN.
    qint64 ordered() const { return finite() + negativeInf + positiveInf; }
    /// Add what lies behind in the same tensor, or is of another tensor: its first positions count only after ours.
    void merge(const Tally &later);
    /// `bins`: as many as the histogram may have; 0: about the square root of the count, at most 64.
    Statistics statistics(int bins = 0) const;
    /// The ranks among the finite numbers that quantiles are made of, ascending.
    std::vector<qint64> neededRanks() const;
    /// The quantiles, given the finite numbers with neededRanks().
    Quantiles quantilesFrom(const std::vector<double> &numbers) const;
};
