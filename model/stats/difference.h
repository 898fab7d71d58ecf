// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"

#include <optional>
#include <span>
#include <vector>

/// How far the values of one tensor are from those of another of the same shape. Elements are equal when their numbers
/// are, or when both are NaN; a pair of equal ones has the difference 0, a pair with one NaN the difference NaN.
/// Complex numbers are compared as such: differences and norms are magnitudes.
struct Difference
{
    qint64 count = 0; ///< elements, of both; numbers where a byte packs two
    double maxAbs = 0; ///< NaN when any difference is
    double meanAbs = 0; ///< NaN without elements
    double maxRelative = 0; ///< of |a − b| / max(|a|, |b|)
    double relative = 0; ///< ‖a − b‖ / ‖a‖, over pairs of finite numbers, as the cosine
    double cosine = 0; ///< NaN when one side is all zeros; of complex numbers the real part
    double equalFraction = 1; ///< 1 without elements
    std::optional<quint64> maxUlp; ///< steps between neighbouring numbers of the dtype, of pairs of finite numbers;
                                   ///< nothing unless both sides have one real floating dtype
};

/// Sums up differences block by block, so that those of parts can be put together.
class DifferenceTally
{
public:
    /// Compare two blocks of as many elements. Both dtypes have numbers (numberKind()), and both are complex or none
    /// is.
    void add(DType left, std::span<const std::byte> leftBytes, DType right, std::span<const std::byte> rightBytes);
    void merge(const DifferenceTally &later);
    Difference difference() const;

private:
    void addLongs(DType left, std::span<const std::byte> leftBytes, DType right, std::span<const std::byte> rightBytes);
    void addSteps(DType dtype, std::span<const std::byte> leftBytes, std::span<const std::byte> rightBytes);
    /// Compare `count` numbers of so many parts.
    template<typename Real, int parts>
    void addParts(std::size_t count);
    void addUnequal(long double apart, long double largest);

    qint64 m_count = 0;
    qint64 m_equal = 0;
    bool m_hasNan = false; ///< an unequal pair with a NaN
    long double m_maxAbs = 0;
    long double m_maxRelative = 0;
    long double m_sumAbs = 0;
    long double m_apart = 0; ///< Σ|a − b|², of finite pairs, as all below
    long double m_left = 0; ///< Σ|a|²
    long double m_right = 0;
    long double m_product = 0; ///< Σ a·b
    std::optional<quint64> m_maxUlp;
    std::vector<double> m_leftParts;
    std::vector<double> m_rightParts;
};

/// Whether two dtypes can be compared as numbers.
bool areComparable(DType left, DType right);
