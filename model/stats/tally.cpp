// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/tally.h"

#include <algorithm>
#include <cmath>

namespace {
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Between which two of all ordered numbers a quantile lies, and how far from the first.
struct Between
{
    qint64 first;
    qint64 second;
    double share;

    Between(double quantile, qint64 count)
    {
        const double position = quantile * double(count - 1);
        first = std::min(qint64(position), count - 1);
        second = std::min(first + 1, count - 1);
        share = position - double(first);
    }
};

/// As torch.lerp and NumPy do it.
double between(double first, double second, double share)
{
    if (std::isinf(first) || std::isinf(second))
        return share < 0.5 ? first : second;
    const double apart = second - first;
    return share < 0.5 ? first + share * apart : second - apart * (1 - share);
}

int usualBins(qint64 count)
{
    constexpr int most = 64;
    int bins = 1;
    while (bins < most && qint64(bins) * bins < count)
        bins *= 2;
    return bins;
}
}

void Tally::merge(const Tally &later)
{
    const bool isFirst = ordered() + nan == 0;
    if (later.ordered() + later.nan > 0) // quantiles of parts say nothing of the whole
        quantiles = isFirst ? later.quantiles : std::nullopt;
    nan += later.nan;
    negativeInf += later.negativeInf;
    positiveInf += later.positiveInf;
    zeros += later.zeros;
    moments.merge(later.moments);
    least = std::min(least, later.least);
    greatest = std::max(greatest, later.greatest);
    histogram.merge(later.histogram);
    sketch.merge(later.sketch);
    if (!firstNan)
        firstNan = later.firstNan;
    if (!firstInf)
        firstInf = later.firstInf;
}

std::vector<qint64> Tally::neededRanks() const
{
    std::vector<qint64> ranks;
    for (const double share : quantileShares) {
        const Between place(share, ordered());
        for (const qint64 rank : {place.first, place.second}) {
            if (rank >= negativeInf && rank < negativeInf + finite())
                ranks.push_back(rank - negativeInf);
        }
    }
    std::sort(ranks.begin(), ranks.end());
    ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
    return ranks;
}

Quantiles Tally::quantilesFrom(const std::vector<double> &numbers) const
{
    Quantiles found;
    found.fill(notANumber);
    if (ordered() == 0)
        return found;
    const std::vector<qint64> ranks = neededRanks();
    const auto number = [&](qint64 rank) {
        if (rank < negativeInf)
            return -infinity;
        if (rank >= negativeInf + finite())
            return infinity;
        const auto at = std::lower_bound(ranks.begin(), ranks.end(), rank - negativeInf);
        return numbers[std::size_t(at - ranks.begin())];
    };
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Between place(quantileShares[i], ordered());
        found[i] = between(number(place.first), number(place.second), place.share);
    }
    return found;
}

Statistics Tally::statistics(int bins) const
{
    Statistics all;
    all.count = ordered() + nan;
    all.zeros = zeros;
    all.nan = nan;
    all.inf = negativeInf + positiveInf;
    if (ordered() > 0) {
        all.min = negativeInf > 0 ? -infinity : finite() > 0 ? least : infinity;
        all.max = positiveInf > 0 ? infinity : finite() > 0 ? greatest : -infinity;
    }
    if (finite() > 0) {
        // Of equal numbers the sums round, but it is known what they are.
        const bool areEqual = least == greatest;
        const auto others = static_cast<long double>(finite() - 1);
        all.mean = double(areEqual ? least : std::clamp(moments.mean, least, greatest));
        if (finite() > 1)
            all.std = areEqual ? 0 : double(std::sqrt(std::max(moments.aside, 0.0L) / others));
        all.l1 = double(moments.sumAbsolute);
        all.l2 = double(std::sqrt(moments.sumSquares));
    }
    all.areQuantilesExact = quantiles || sketch.isExact();
    if (quantiles) {
        all.quantiles = *quantiles;
    } else {
        std::vector<double> numbers = sketch.ranked(neededRanks());
        for (double &number : numbers)
            number = std::clamp(number, double(least), double(greatest));
        all.quantiles = quantilesFrom(numbers);
    }
    all.firstNan = firstNan;
    all.firstInf = firstInf;
    all.histogram = histogram.histogram(bins > 0 ? bins : usualBins(finite()));
    return all;
}
