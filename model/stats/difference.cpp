// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/difference.h"

#include "model/stats/numbers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace {
constexpr std::size_t blockElements = 4096;

/// An integer of 64 bits of either kind, exactly.
long double longAt(DType dtype, std::span<const std::byte> bytes, std::size_t i)
{
    if (dtype == DType::UInt64) {
        quint64 number;
        std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
        return static_cast<long double>(number);
    }
    qint64 number;
    std::memcpy(&number, bytes.data() + i * sizeof number, sizeof number);
    return static_cast<long double>(number);
}

/// Where a number of a floating dtype stands among all of it, from its bits; nothing when it is not finite.
std::optional<qint64> placeOf(DType dtype, const std::byte *bytes, double value)
{
    if (!std::isfinite(value))
        return std::nullopt;
    const auto size = std::size_t(byteSize(dtype));
    quint64 bits = 0;
    std::memcpy(&bits, bytes, size);
    if (dtype == DType::Float8E8M0FNU)
        return qint64(bits);
    const quint64 sign = quint64(1) << (8 * size - 1);
    const auto magnitude = qint64(bits & ~sign);
    return (bits & sign) != 0 ? -magnitude : magnitude;
}
}

bool areComparable(DType left, DType right)
{
    const NumberKind first = numberKind(left), second = numberKind(right);
    return first != NumberKind::None && second != NumberKind::None
        && (first == NumberKind::Complex) == (second == NumberKind::Complex)
        && (first == NumberKind::Pair) == (second == NumberKind::Pair);
}

void DifferenceTally::addUnequal(long double apart, long double largest)
{
    if (std::isnan(apart)) {
        m_hasNan = true;
        return;
    }
    m_maxAbs = std::max(m_maxAbs, apart);
    m_sumAbs += apart;
    m_maxRelative = std::max(m_maxRelative, std::isinf(largest) ? apart : apart / largest);
}

template<typename Real, int parts>
void DifferenceTally::addParts(std::size_t count)
{
    Real allApart = 0, allLeft = 0, allRight = 0, allProduct = 0;
    for (std::size_t i = 0; i < count; ++i) {
        bool isEqual = true, isFinite = true, hasNan = false;
        Real apart = 0, leftSquare = 0, rightSquare = 0, product = 0;
        for (std::size_t at = i * parts; at < (i + 1) * parts; ++at) {
            const Real x = m_leftParts[at], y = m_rightParts[at];
            const bool isNan = std::isnan(x), isOtherNan = std::isnan(y);
            isEqual &= x == y || (isNan && isOtherNan);
            isFinite &= std::isfinite(x) && std::isfinite(y);
            hasNan |= isNan || isOtherNan;
            apart += (x - y) * (x - y);
            leftSquare += x * x;
            rightSquare += y * y;
            product += x * y;
        }
        if (isFinite) {
            allApart += apart;
            allLeft += leftSquare;
            allRight += rightSquare;
            allProduct += product;
        }
        constexpr Real infinity = std::numeric_limits<Real>::infinity();
        if (isEqual)
            ++m_equal;
        else if (isFinite)
            addUnequal(std::sqrt(apart), std::sqrt(std::max(leftSquare, rightSquare)));
        else
            addUnequal(hasNan ? std::numeric_limits<Real>::quiet_NaN() : infinity, infinity);
    }
    m_apart += allApart;
    m_left += allLeft;
    m_right += allRight;
    m_product += allProduct;
}

void DifferenceTally::addLongs(DType left, std::span<const std::byte> leftBytes, DType right,
                               std::span<const std::byte> rightBytes)
{
    for (std::size_t i = 0; i < leftBytes.size() / sizeof(qint64); ++i) {
        const long double a = longAt(left, leftBytes, i), b = longAt(right, rightBytes, i);
        m_apart += (a - b) * (a - b);
        m_left += a * a;
        m_right += b * b;
        m_product += a * b;
        if (a == b)
            ++m_equal;
        else
            addUnequal(std::fabs(a - b), std::max(std::fabs(a), std::fabs(b)));
    }
}

void DifferenceTally::addSteps(DType dtype, std::span<const std::byte> leftBytes, std::span<const std::byte> rightBytes)
{
    const auto size = std::size_t(byteSize(dtype));
    quint64 most = m_maxUlp.value_or(0);
    for (std::size_t i = 0; i < leftBytes.size() / size; ++i) {
        const auto a = placeOf(dtype, leftBytes.data() + i * size, m_leftParts[i]);
        const auto b = placeOf(dtype, rightBytes.data() + i * size, m_rightParts[i]);
        if (a && b)
            most = std::max(most, *a < *b ? quint64(*b) - quint64(*a) : quint64(*a) - quint64(*b));
    }
    m_maxUlp = most;
}

void DifferenceTally::add(DType left, std::span<const std::byte> leftBytes, DType right,
                          std::span<const std::byte> rightBytes)
{
    const auto leftSize = std::size_t(byteSize(left)), rightSize = std::size_t(byteSize(right));
    const auto parts = std::size_t(partsPerElement(left));
    const bool isComplex = numberKind(left) == NumberKind::Complex;
    while (!leftBytes.empty()) {
        const std::size_t count = std::min(leftBytes.size() / leftSize, blockElements);
        const auto leftBlock = leftBytes.first(count * leftSize), rightBlock = rightBytes.first(count * rightSize);
        leftBytes = leftBytes.subspan(leftBlock.size());
        rightBytes = rightBytes.subspan(rightBlock.size());
        m_count += qint64(isComplex ? count : count * parts);
        if (numberKind(left) == NumberKind::Long && numberKind(right) == NumberKind::Long) {
            addLongs(left, leftBlock, right, rightBlock);
            continue;
        }
        m_leftParts.resize(count * parts);
        m_rightParts.resize(count * parts);
        toDoubles(left, leftBlock, m_leftParts.data());
        toDoubles(right, rightBlock, m_rightParts.data());
        // Squares of doubles may not fit one.
        const bool isWide = left == DType::Float64 || right == DType::Float64 || left == DType::Complex128
            || right == DType::Complex128;
        if (isComplex)
            isWide ? addParts<long double, 2>(count) : addParts<double, 2>(count);
        else
            isWide ? addParts<long double, 1>(count) : addParts<double, 1>(count * parts);
        if (left == right && isFloating(left) && parts == 1)
            addSteps(left, leftBlock, rightBlock);
    }
}

void DifferenceTally::merge(const DifferenceTally &later)
{
    m_count += later.m_count;
    m_equal += later.m_equal;
    m_hasNan |= later.m_hasNan;
    m_maxAbs = std::max(m_maxAbs, later.m_maxAbs);
    m_maxRelative = std::max(m_maxRelative, later.m_maxRelative);
    m_sumAbs += later.m_sumAbs;
    m_apart += later.m_apart;
    m_left += later.m_left;
    m_right += later.m_right;
    m_product += later.m_product;
    if (later.m_maxUlp)
        m_maxUlp = std::max(m_maxUlp.value_or(0), *later.m_maxUlp);
}

Difference DifferenceTally::difference() const
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Difference found;
    found.count = m_count;
    found.maxAbs = m_hasNan ? nan : double(m_maxAbs);
    found.meanAbs = m_hasNan || m_count == 0 ? nan : double(m_sumAbs / static_cast<long double>(m_count));
    found.maxRelative = m_hasNan ? nan : double(m_maxRelative);
    const long double norms = std::sqrt(m_left) * std::sqrt(m_right);
    found.cosine = norms > 0 ? double(std::clamp(m_product / norms, -1.0L, 1.0L)) : nan;
    found.relative = m_apart == 0 ? 0 : double(std::sqrt(m_apart) / std::sqrt(m_left));
    found.equalFraction = m_count == 0 ? 1 : double(m_equal) / double(m_count);
    found.maxUlp = m_maxUlp;
    return found;
}
