// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/kernels.h"

#include <bit>
#include <cstring>

namespace {
constexpr std::size_t lanes = 8;

// Short vectors, which every processor has; where it has none, the compiler makes loops of them.
using Floats = float __attribute__((vector_size(16)));
using Doubles = double __attribute__((vector_size(16)));
using Ints = qint32 __attribute__((vector_size(16)));
using Longs = qint64 __attribute__((vector_size(16)));
using TwoInts = qint32 __attribute__((vector_size(8)));

/// How numbers of a type lie in vectors.
template<typename Number>
struct Form;
template<>
struct Form<float>
{
    using Vector = Floats;
    using Pattern = Ints; ///< of the same bits
    static constexpr qint32 magnitude = 0x7FFFFFFF;
    static constexpr qint32 infinity = 0x7F800000;
    static constexpr std::size_t size = 4;
};
template<>
struct Form<double>
{
    using Vector = Doubles;
    using Pattern = Longs;
    static constexpr qint64 magnitude = 0x7FFFFFFFFFFFFFFF;
    static constexpr qint64 infinity = 0x7FF0000000000000;
    static constexpr std::size_t size = 2;
};

template<typename Number>
typename Form<Number>::Vector loaded(const Number *numbers)
{
    typename Form<Number>::Vector vector;
    std::memcpy(&vector, numbers, sizeof vector);
    return vector;
}

/// Two of the numbers of a vector, as doubles.
Doubles pairOf(Floats numbers, std::size_t pair)
{
    return pair == 0 ? Doubles{double(numbers[0]), double(numbers[1])}
                     : Doubles{double(numbers[2]), double(numbers[3])};
}

Doubles pairOf(Doubles numbers, std::size_t)
{
    return numbers;
}

Doubles absolute(Doubles numbers)
{
    return Doubles(Longs(numbers) & Form<double>::magnitude);
}

/// A sum of each lane.
struct LaneSums
{
    Doubles pairs[lanes / 2] = {};

    /// All lanes together, always in this order.
    double joined() const
    {
        const Doubles half = (pairs[0] + pairs[2]) + (pairs[1] + pairs[3]);
        return half[0] + half[1];
    }
};

/// What is kept of every eighth number.
template<typename Number>
struct Lanes
{
    using Vector = typename Form<Number>::Vector;
    using Pattern = typename Form<Number>::Pattern;
    static constexpr std::size_t vectors = lanes / Form<Number>::size;

    Vector low[vectors];
    Vector high[vectors];
    Pattern odd[vectors] = {}; ///< not zero once a number was not finite
    Pattern zeros[vectors] = {};
    LaneSums sum;
    LaneSums sumAbsolute;
    LaneSums sumSquares;

    explicit Lanes(Number first)
    {
        for (std::size_t i = 0; i < vectors; ++i)
            low[i] = high[i] = first - Vector{};
    }

    void add(const Number *numbers)
    {
        for (std::size_t i = 0; i < vectors; ++i) {
            const Vector some = loaded(numbers + i * Form<Number>::size);
            const Pattern magnitude = Pattern(some) & Form<Number>::magnitude;
            low[i] = some < low[i] ? some : low[i];
            high[i] = some > high[i] ? some : high[i];
            odd[i] |= Pattern(magnitude >= Form<Number>::infinity);
            zeros[i] -= Pattern(magnitude == 0);
            constexpr std::size_t pairs = Form<Number>::size / 2;
            for (std::size_t pair = 0; pair < pairs; ++pair) {
                const Doubles wide = pairOf(some, pair);
                sum.pairs[i * pairs + pair] += wide;
                sumAbsolute.pairs[i * pairs + pair] += absolute(wide);
                sumSquares.pairs[i * pairs + pair] += wide * wide;
            }
        }
    }
};

/// The last few numbers of a block, filled up to as many as there are lanes.
template<typename Number>
struct Rest
{
    Number numbers[lanes];

    Rest(const Number *from, std::size_t count, Number filling)
    {
        for (std::size_t lane = 0; lane < lanes; ++lane)
            numbers[lane] = lane < count ? from[lane] : filling;
    }
};

template<typename Number>
BlockSums sumNumbers(const Number *numbers, std::size_t count)
{
    Lanes<Number> all(numbers[0]);
    std::size_t at = 0;
    for (; at + lanes <= count; at += lanes)
        all.add(numbers + at);
    Number low = all.low[0][0], high = all.high[0][0];
    qint64 odd = 0, zeros = 0;
    for (std::size_t i = 0; i < Lanes<Number>::vectors; ++i) {
        for (std::size_t j = 0; j < Form<Number>::size; ++j) {
            low = all.low[i][j] < low ? all.low[i][j] : low;
            high = all.high[i][j] > high ? all.high[i][j] : high;
            odd |= all.odd[i][j];
            zeros += all.zeros[i][j];
        }
    }
    if (at < count) { // zeros add nothing to the sums
        for (std::size_t i = at; i < count; ++i) {
            low = numbers[i] < low ? numbers[i] : low;
            high = numbers[i] > high ? numbers[i] : high;
        }
        Lanes<Number> last(0);
        last.add(Rest<Number>(numbers + at, count - at, 0).numbers);
        for (std::size_t i = 0; i < Lanes<Number>::vectors; ++i) {
            for (std::size_t j = 0; j < Form<Number>::size; ++j) {
                odd |= last.odd[i][j];
                zeros += last.zeros[i][j];
            }
        }
        zeros -= qint64(lanes - (count - at));
        for (std::size_t pair = 0; pair < lanes / 2; ++pair) {
            all.sum.pairs[pair] += last.sum.pairs[pair];
            all.sumAbsolute.pairs[pair] += last.sumAbsolute.pairs[pair];
            all.sumSquares.pairs[pair] += last.sumSquares.pairs[pair];
        }
    }
    BlockSums sums;
    sums.isFinite = odd == 0;
    sums.low = double(low);
    sums.high = double(high);
    sums.zeros = zeros;
    sums.sum = all.sum.joined();
    sums.sumAbsolute = all.sumAbsolute.joined();
    sums.sumSquares = all.sumSquares.joined();
    return sums;
}

template<typename Number>
AsideSums sumDistances(const Number *numbers, std::size_t count, double mean)
{
    LaneSums sum, sumSquares;
    std::size_t at = 0;
    for (; at + lanes <= count; at += lanes) {
        for (std::size_t pair = 0; pair < lanes / 2; ++pair) {
            const Doubles apart = Doubles{double(numbers[at + 2 * pair]), double(numbers[at + 2 * pair + 1])} - mean;
            sum.pairs[pair] += apart;
            sumSquares.pairs[pair] += apart * apart;
        }
    }
    AsideSums sums{sum.joined(), sumSquares.joined()};
    for (; at < count; ++at) {
        const double apart = double(numbers[at]) - mean;
        sums.sum += apart;
        sums.sumSquares += apart * apart;
    }
    return sums;
}

/// Numbers of bins, worked out for many at once.
constexpr std::size_t atOnce = 256;

void binsOf(const float *numbers, const Counters &counters, qint32 *bins)
{
    const auto scale = float(counters.scale);
    const auto first = qint32(counters.first);
    for (std::size_t i = 0; i < atOnce; i += Form<float>::size) {
        const Floats scaled = loaded(numbers + i) * scale;
        const auto whole = __builtin_convertvector(scaled, Ints);
        // A comparison that holds is -1: what was rounded towards zero from below goes one down.
        const Ints found = whole + Ints(__builtin_convertvector(whole, Floats) > scaled) - first;
        std::memcpy(bins + i, &found, sizeof found);
    }
}

void binsOf(const double *numbers, const Counters &counters, qint32 *bins)
{
    const auto first = qint32(counters.first);
    for (std::size_t i = 0; i < atOnce; i += Form<double>::size) {
        const Doubles some = loaded(numbers + i);
        const Doubles scaled = some * counters.scale;
        const auto whole = __builtin_convertvector(scaled, TwoInts);
        // A negative number that the scale makes zero lies below zero all the same.
        const Longs below =
            Longs(__builtin_convertvector(whole, Doubles) > scaled) | (Longs(some < 0.0) & Longs(scaled == 0.0));
        const TwoInts found = whole + __builtin_convertvector(below, TwoInts) - first;
        std::memcpy(bins + i, &found, sizeof found);
    }
}

template<typename Number>
void countInBins(const Number *numbers, std::size_t count, const Counters &counters)
{
    qint32 bins[atOnce];
    std::size_t at = 0;
    for (; at + atOnce <= count; at += atOnce) {
        binsOf(numbers + at, counters, bins);
        for (const qint32 bin : bins)
            ++counters.bins[bin];
    }
    if (at == count)
        return;
    Number rest[atOnce] = {};
    std::memcpy(rest, numbers + at, (count - at) * sizeof(Number));
    binsOf(rest, counters, bins);
    for (std::size_t i = 0; i < count - at; ++i)
        ++counters.bins[bins[i]];
}

template<int tables, typename Pattern>
void countIn(const Pattern *patterns, std::size_t count, quint32 *counts)
{
    std::size_t i = 0;
    for (; i + tables <= count; i += tables) {
        for (int table = 0; table < tables; ++table)
            ++counts[std::size_t(table) * (std::size_t(1) << 8 * sizeof(Pattern)) + patterns[i + std::size_t(table)]];
    }
    for (; i < count; ++i)
        ++counts[patterns[i]];
}
}

BlockSums sumBlock(const float *numbers, std::size_t count)
{
    return sumNumbers(numbers, count);
}

BlockSums sumBlock(const double *numbers, std::size_t count)
{
    return sumNumbers(numbers, count);
}

AsideSums sumAside(const float *numbers, std::size_t count, double mean)
{
    return sumDistances(numbers, count, mean);
}

AsideSums sumAside(const double *numbers, std::size_t count, double mean)
{
    return sumDistances(numbers, count, mean);
}

void countBins(const float *numbers, std::size_t count, const Counters &counters)
{
    countInBins(numbers, count, counters);
}

void countBins(const double *numbers, std::size_t count, const Counters &counters)
{
    countInBins(numbers, count, counters);
}

void countCodes(const float *numbers, std::size_t count, quint32 *codes)
{
    for (std::size_t i = 0; i < count; ++i)
        ++codes[std::bit_cast<quint32>(numbers[i]) >> 16];
}

void countCodes(const double *numbers, std::size_t count, quint32 *codes)
{
    for (std::size_t i = 0; i < count; ++i)
        ++codes[std::bit_cast<quint64>(numbers[i]) >> 45];
}

void countPatterns(const quint8 *patterns, std::size_t count, quint32 *counts)
{
    countIn<4>(patterns, count, counts); // the same byte is often repeated: its counters take turns
}

void countPatterns(const quint16 *patterns, std::size_t count, quint32 *counts)
{
    countIn<1>(patterns, count, counts);
}
