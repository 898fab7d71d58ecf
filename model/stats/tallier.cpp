// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/tallier.h"

#include "model/stats/kernels.h"
#include "model/stats/numbers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace {
constexpr std::size_t blockNumbers = 4096; ///< summed at once; stays in the processor's nearest cache
constexpr qint64 readBytes = 256 << 10;
constexpr qint64 smallNumbers = 2048; ///< fewer are sorted at less cost than counters are cleared
constexpr qint64 exactIntegers = qint64(1) << 53;

/// How numbers are counted by their first bits: as many of them as make 7 bits of the mantissa.
template<typename Number>
struct First;
template<>
struct First<float>
{
    static constexpr std::size_t codes = 1 << 16;
    static std::size_t code(float number) { return std::bit_cast<quint32>(number) >> 16; }
    /// The number of that code that is nearest to zero.
    static double number(std::size_t code) { return double(std::bit_cast<float>(quint32(code << 16))); }
};
template<>
struct First<double>
{
    static constexpr std::size_t codes = 1 << 19;
    static std::size_t code(double number) { return std::bit_cast<quint64>(number) >> 45; }
    static double number(std::size_t code) { return std::bit_cast<double>(quint64(code) << 45); }
};

/// The code at place `i` when codes of a sign and a magnitude are in the order of their numbers.
std::size_t signedCode(std::size_t i, std::size_t codes)
{
    return i < codes / 2 ? codes - 1 - i : i - codes / 2;
}

/// The pattern at place `i` when patterns of a dtype are in the order of their numbers.
std::size_t orderedPattern(DType dtype, std::size_t i, std::size_t patterns)
{
    switch (dtype) {
    case DType::Float8E8M0FNU: return i;
    case DType::Int8:
    case DType::Int16:
    case DType::QInt8: return (i + patterns / 2) % patterns;
    default: return isFloating(dtype) ? signedCode(i, patterns) : i;
    }
}

/// Bits of the mantissa that numbers of one or two bytes have at most.
int patternBits(DType dtype)
{
    switch (dtype) {
    case DType::Float16: return 10;
    case DType::Int16:
    case DType::UInt16: return 15;
    default: return Sketch::coarseBits;
    }
}

/// The sums of numbers so large or small that their squares do not fit a double, or of integers that do not.
template<typename List>
Moments longMoments(const List &numbers)
{
    Moments sums;
    sums.count = qint64(numbers.size());
    for (const long double number : numbers)
        sums.mean += number;
    sums.mean /= static_cast<long double>(sums.count);
    for (const long double number : numbers) {
        sums.aside += (number - sums.mean) * (number - sums.mean);
        sums.sumAbsolute += std::fabs(number);
        sums.sumSquares += number * number;
    }
    return sums;
}

template<typename Number>
Moments blockMoments(std::span<const Number> numbers, const BlockSums &sums)
{
    const double largest = std::max(std::fabs(sums.low), std::fabs(sums.high));
    if (largest > 1e140 || (largest < 1e-140 && largest > 0))
        return longMoments(numbers);
    const auto count = static_cast<long double>(numbers.size());
    Moments found;
    found.count = qint64(numbers.size());
    found.mean = sums.sum / count;
    found.aside = sums.sumSquares - sums.sum * found.mean;
    found.sumAbsolute = sums.sumAbsolute;
    found.sumSquares = sums.sumSquares;
    if (found.aside * 4 < found.sumSquares) { // two bits would be lost, or more
        const auto near = double(found.mean);
        const AsideSums aside = sumAside(numbers.data(), numbers.size(), near);
        found.mean = near + aside.sum / count;
        found.aside = aside.sumSquares - aside.sum * (aside.sum / count);
    }
    return found;
}

/// The kept numbers with these ranks. `codes` counts them by their first bits; `marks` is all zero, before and after.
template<typename Number>
std::vector<double> select(std::span<const Number> kept, std::span<const quint32> codes, std::vector<quint8> &marks,
                           const std::vector<qint64> &ranks)
{
    struct Group
    {
        std::size_t code;
        qint64 before; ///< numbers below all of the group
        std::vector<Number> numbers = {};
    };
    std::vector<Group> groups;
    qint64 before = 0;
    auto rank = ranks.begin();
    for (std::size_t i = 0; i < codes.size() && rank != ranks.end(); ++i) {
        const std::size_t code = signedCode(i, codes.size());
        const qint64 behind = before + codes[code];
        if (*rank < behind) {
            groups.push_back({code, before});
            marks[code] = quint8(groups.size());
        }
        while (rank != ranks.end() && *rank < behind)
            ++rank;
        before = behind;
    }
    for (const Number number : kept) {
        if (const quint8 mark = marks[First<Number>::code(number)])
            groups[mark - 1u].numbers.push_back(number);
    }
    std::vector<double> found;
    rank = ranks.begin();
    for (Group &group : groups) {
        marks[group.code] = 0;
        auto begin = group.numbers.begin();
        while (rank != ranks.end() && *rank < group.before + qint64(group.numbers.size())) {
            const auto at = group.numbers.begin() + (*rank++ - group.before);
            std::nth_element(begin, at, group.numbers.end());
            found.push_back(double(*at));
            begin = at;
        }
    }
    return found;
}
}

qint64 Tallier::stretchElements(DType dtype)
{
    // The counters of two-byte patterns are many: they are gone through once for so many elements.
    return numberKind(dtype) == NumberKind::Coded ? 4 * exactElements : exactElements;
}

Result<Tally> Tallier::tally(DType dtype, const Stretch &stretch, const Read &read, const std::atomic<bool> &stop)
{
    m_tally = Tally();
    m_isSmall = stretch.count * numbersPerElement(dtype) <= smallNumbers;
    m_keeps = m_isSmall || (stretch.isWhole && stretch.count <= exactElements);
    m_keptFloats.clear();
    m_keptDoubles.clear();
    const NumberKind kind = numberKind(dtype);
    if (!m_isSmall && (kind == NumberKind::Coded || kind == NumberKind::Pair)) {
        const auto done = tallyPatterns(dtype, stretch, read, stop);
        return done ? Result<Tally>(std::move(m_tally)) : done.error();
    }
    if (!m_isSmall) {
        m_codes.resize(kind == NumberKind::Single ? First<float>::codes : First<double>::codes);
        m_marks.resize(m_codes.size());
    }
    const auto done = eachBlock(dtype, stretch, readBytes, read, stop,
                                [&](qint64 at, std::span<const std::byte> bytes) -> Result<void> {
                                    addElements(dtype, at, bytes);
                                    return {};
                                });
    if (kind == NumberKind::Single && !m_isSmall)
        finish<float>();
    else
        finish<double>();
    return done ? Result<Tally>(std::move(m_tally)) : done.error();
}

Result<void> Tallier::eachBlock(DType dtype, const Stretch &stretch, qint64 blockBytes, const Read &read,
                                const std::atomic<bool> &stop, const Visit &visit)
{
    const qint64 itemBytes = byteSize(dtype);
    const qint64 blockElements = blockBytes / itemBytes;
    for (qint64 at = 0; at < stretch.count; at += blockElements) {
        if (stop)
            return Error{Error::Kind::Cancelled, {}};
        m_bytes.resize(std::size_t(std::min(blockElements, stretch.count - at) * itemBytes));
        if (const auto done = read(stretch.first + at, m_bytes); !done)
            return done;
        if (const auto done = visit(stretch.first + at, m_bytes); !done)
            return done;
    }
    return {};
}

void Tallier::addElements(DType dtype, qint64 at, std::span<const std::byte> bytes)
{
    const NumberKind kind = numberKind(dtype);
    const auto itemBytes = std::size_t(byteSize(dtype));
    const std::size_t blockBytes = blockNumbers * itemBytes;
    for (std::size_t begin = 0; begin < bytes.size(); begin += blockBytes) {
        const auto block = bytes.subspan(begin, std::min(blockBytes, bytes.size() - begin));
        const std::size_t elements = block.size() / itemBytes;
        const qint64 first = at + qint64(begin / itemBytes);
        if (kind == NumberKind::Single && !m_isSmall) {
            addNumbers(std::span(reinterpret_cast<const float *>(block.data()), elements), first);
            continue;
        }
        if (kind == NumberKind::Long) {
            addLongs(dtype, first, block);
            continue;
        }
        m_parts.resize(elements * std::size_t(partsPerElement(dtype)));
        toDoubles(dtype, block, m_parts.data());
        if (kind == NumberKind::Complex) {
            magnitudes(m_parts.data(), elements, m_parts.data()); // each magnitude lies at or before its parts
            m_parts.resize(elements);
        }
        addNumbers(std::span<const double>(m_parts), first);
    }
}

void Tallier::addLongs(DType dtype, qint64 at, std::span<const std::byte> bytes)
{
    const std::size_t count = bytes.size() / sizeof(qint64);
    m_parts.resize(count);
    toDoubles(dtype, bytes, m_parts.data());
    const auto [low, high] = std::minmax_element(m_parts.begin(), m_parts.end());
    if (*low >= -double(exactIntegers) && *high <= double(exactIntegers))
        return addNumbers(std::span<const double>(m_parts), at);

    const auto add = [&](const auto *integers) {
        const std::vector<long double> numbers(integers, integers + count);
        m_tally.zeros += std::count(integers, integers + count, 0);
        m_tally.moments.merge(longMoments(numbers));
        const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
        m_tally.least = std::min(m_tally.least, *least);
        m_tally.greatest = std::max(m_tally.greatest, *greatest);
        // The nearest doubles may lie inside the range; the next ones do not.
        const double infinity = std::numeric_limits<double>::infinity();
        m_tally.histogram.prepare(*low > *least ? std::nextafter(*low, -infinity) : *low,
                                  *high < *greatest ? std::nextafter(*high, infinity) : *high);
        const int exponent = m_tally.histogram.exponent(); // above 0, for the largest is
        for (std::size_t i = 0; i < count; ++i) {
            ++m_tally.histogram.bins()[qint64(integers[i] >> exponent) - m_tally.histogram.first()];
            if (!m_isSmall)
                ++m_codes[First<double>::code(m_parts[i])];
        }
    };
    if (dtype == DType::Int64)
        add(reinterpret_cast<const qint64 *>(bytes.data()));
    else
        add(reinterpret_cast<const quint64 *>(bytes.data()));
    if (m_keeps)
        m_keptDoubles.insert(m_keptDoubles.end(), m_parts.begin(), m_parts.end());
}

void Tallier::addOdd(double number, qint64 at)
{
    if (std::isnan(number)) {
        ++m_tally.nan;
        m_tally.firstNan = m_tally.firstNan.value_or(at);
        return;
    }
    ++(number < 0 ? m_tally.negativeInf : m_tally.positiveInf);
    m_tally.firstInf = m_tally.firstInf.value_or(at);
}

template<typename Number>
void Tallier::addNumbers(std::span<const Number> numbers, qint64 at)
{
    const BlockSums sums = sumBlock(numbers.data(), numbers.size());
    if (sums.isFinite) {
        m_tally.zeros += sums.zeros;
        m_tally.least = std::min(m_tally.least, static_cast<long double>(sums.low));
        m_tally.greatest = std::max(m_tally.greatest, static_cast<long double>(sums.high));
        m_tally.moments.merge(blockMoments(numbers, sums));
        if (m_keeps && std::is_same_v<Number, float>)
            m_keptFloats.insert(m_keptFloats.end(), numbers.begin(), numbers.end());
        else if (m_keeps)
            m_keptDoubles.insert(m_keptDoubles.end(), numbers.begin(), numbers.end());
        count(numbers, sums.low, sums.high);
        return;
    }
    std::vector<Number> finite;
    finite.reserve(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (std::isfinite(numbers[i]))
            finite.push_back(numbers[i]);
        else
            addOdd(double(numbers[i]), at + qint64(i));
    }
    if (!finite.empty())
        addNumbers(std::span<const Number>(finite), at);
}

void Tallier::count(std::span<const float> numbers, double low, double high)
{
    countCodes(numbers.data(), numbers.size(), m_codes.data());
    LinearHistogram &histogram = m_tally.histogram;
    if (low == 0 && high == 0) {
        histogram.add(0, qint64(numbers.size()));
        return;
    }
    histogram.prepare(low, high);
    const Counters counters{std::ldexp(1.0, -histogram.exponent()), histogram.first(), histogram.bins()};
    if (histogram.exponent() <= 0 && histogram.exponent() >= -120) { // the scale is a float, and nothing is lost
        countBins(numbers.data(), numbers.size(), counters);
        return;
    }
    m_doubles.assign(numbers.begin(), numbers.end());
    countBins(m_doubles.data(), m_doubles.size(), counters);
}

void Tallier::count(std::span<const double> numbers, double low, double high)
{
    if (!m_isSmall)
        countCodes(numbers.data(), numbers.size(), m_codes.data());
    LinearHistogram &histogram = m_tally.histogram;
    if (low == 0 && high == 0) {
        histogram.add(0, qint64(numbers.size()));
        return;
    }
    histogram.prepare(low, high);
    countBins(numbers.data(), numbers.size(),
              {std::ldexp(1.0, -histogram.exponent()), histogram.first(), histogram.bins()});
}

template<typename Number>
void Tallier::finish()
{
    if (m_isSmall) {
        std::sort(m_keptDoubles.begin(), m_keptDoubles.end());
        m_tally.sketch = Sketch::ofSorted(m_keptDoubles);
        return;
    }
    if (m_keeps) {
        std::vector<double> numbers;
        if constexpr (std::is_same_v<Number, float>)
            numbers = select(std::span<const float>(m_keptFloats), m_codes, m_marks, m_tally.neededRanks());
        else
            numbers = select(std::span<const double>(m_keptDoubles), m_codes, m_marks, m_tally.neededRanks());
        m_tally.quantiles = m_tally.quantilesFrom(numbers);
    }
    std::vector<Sketch::Entry> entries;
    for (std::size_t i = 0; i < m_codes.size(); ++i) {
        const std::size_t code = signedCode(i, m_codes.size());
        const quint32 count = std::exchange(m_codes[code], 0);
        if (count == 0)
            continue;
        const qint64 key = Sketch::key(First<Number>::number(code), Sketch::coarseBits);
        if (!entries.empty() && entries.back().key == key) // the zeros
            entries.back().count += count;
        else
            entries.push_back({key, count});
    }
    m_tally.sketch = Sketch(Sketch::coarseBits, std::move(entries), false);
}

Result<void> Tallier::tallyPatterns(DType dtype, const Stretch &stretch, const Read &read,
                                    const std::atomic<bool> &stop)
{
    const bool areBytes = byteSize(dtype) == 1;
    m_codes.resize(1 << 16);
    const auto counted =
        eachBlock(dtype, stretch, readBytes, read, stop, [&](qint64, std::span<const std::byte> bytes) -> Result<void> {
            if (areBytes)
                countPatterns(reinterpret_cast<const quint8 *>(bytes.data()), bytes.size(), m_codes.data());
            else
                countPatterns(reinterpret_cast<const quint16 *>(bytes.data()), bytes.size() / 2, m_codes.data());
            return {};
        });
    addPatterns(dtype);
    if (counted && m_tally.nan + m_tally.negativeInf + m_tally.positiveInf > 0)
        return findOddPatterns(dtype, stretch, read, stop);
    return counted;
}

void Tallier::addPatterns(DType dtype)
{
    const std::span<const double> values = codeValues(dtype);
    std::vector<qint64> counts(m_codes.begin(), m_codes.begin() + std::ptrdiff_t(values.size()));
    if (byteSize(dtype) == 1) { // four counters for each byte
        std::vector<qint64> bytes(256);
        for (std::size_t i = 0; i < 4 * bytes.size(); ++i)
            bytes[i % 256] += m_codes[i];
        counts = bytes;
    }
    std::fill(m_codes.begin(), m_codes.end(), 0);
    if (numberKind(dtype) == NumberKind::Pair) {
        std::vector<qint64> halves(values.size());
        for (std::size_t byte = 0; byte < counts.size(); ++byte) {
            halves[byte & 0xF] += counts[byte];
            halves[byte >> 4] += counts[byte];
        }
        counts = halves;
    }

    std::vector<std::pair<double, qint64>> present; // finite numbers in their order
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t pattern = orderedPattern(dtype, i, values.size());
        const double value = values[pattern];
        const qint64 count = counts[pattern];
        if (count == 0)
            continue;
        if (std::isfinite(value))
            present.emplace_back(value, count);
        else
            (std::isnan(value) ? m_tally.nan : value < 0 ? m_tally.negativeInf : m_tally.positiveInf) += count;
    }
    if (present.empty())
        return;
    Moments &sums = m_tally.moments;
    std::vector<Sketch::Entry> entries;
    m_tally.least = present.front().first;
    m_tally.greatest = present.back().first;
    if (present.front().first != 0 || present.back().first != 0)
        m_tally.histogram.prepare(present.front().first, present.back().first);
    for (const auto &[value, count] : present) {
        const auto wide = static_cast<long double>(value), times = static_cast<long double>(count);
        sums.count += count;
        sums.mean += wide * times;
        sums.sumAbsolute += std::fabs(wide) * times;
        sums.sumSquares += wide * wide * times;
        m_tally.zeros += value == 0 ? count : 0;
        m_tally.histogram.add(value, count);
        const qint64 key = Sketch::key(value, patternBits(dtype));
        if (!entries.empty() && entries.back().key == key) // the zeros
            entries.back().count += count;
        else
            entries.push_back({key, count});
    }
    sums.mean /= static_cast<long double>(sums.count);
    for (const auto &[value, count] : present)
        sums.aside += (value - sums.mean) * (value - sums.mean) * static_cast<long double>(count);
    m_tally.sketch = Sketch(patternBits(dtype), std::move(entries), true);
}

Result<void> Tallier::findOddPatterns(DType dtype, const Stretch &stretch, const Read &read,
                                      const std::atomic<bool> &stop)
{
    const bool needsNan = m_tally.nan > 0, needsInf = m_tally.negativeInf + m_tally.positiveInf > 0;
    return eachBlock(dtype, stretch, readBytes, read, stop,
                     [&](qint64 at, std::span<const std::byte> bytes) -> Result<void> {
                         if ((!needsNan || m_tally.firstNan) && (!needsInf || m_tally.firstInf))
                             return {};
                         m_parts.resize(bytes.size() / std::size_t(byteSize(dtype)));
                         toDoubles(dtype, bytes, m_parts.data());
                         for (std::size_t i = 0; i < m_parts.size(); ++i) {
                             if (std::isnan(m_parts[i]))
                                 m_tally.firstNan = m_tally.firstNan.value_or(at + qint64(i));
                             else if (std::isinf(m_parts[i]))
                                 m_tally.firstInf = m_tally.firstInf.value_or(at + qint64(i));
                         }
                         return {};
                     });
}
