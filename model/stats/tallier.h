// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/base/result.h"
#include "model/stats/stretches.h"
#include "model/stats/tally.h"

#include <atomic>
#include <functional>
#include <span>
#include <vector>

/// Makes tallies of stretches of tensors, block by block in one pass. Keeps buffers: one per thread, at most 30 MB.
class Tallier
{
public:
    /// Fills `out` with elements from number `firstElement` on, dense, little-endian, in C order.
    using Read = std::function<Result<void>(qint64 firstElement, std::span<std::byte> out)>;

    /// A tensor with as many elements is one stretch, and its quantiles are exact; those of dtypes with one or two
    /// bytes always are.
    static constexpr qint64 exactElements = 1 << 20;
    /// Elements of the stretches into which a larger tensor is cut.
    static qint64 stretchElements(DType dtype);

    /// `dtype` has numbers. Errors: those of `read`; Cancelled once `stop` is set.
    Result<Tally> tally(DType dtype, const Stretch &stretch, const Read &read, const std::atomic<bool> &stop);

private:
    using Visit = std::function<Result<void>(qint64 firstElement, std::span<const std::byte> bytes)>;

    Result<void> eachBlock(DType dtype, const Stretch &stretch, qint64 blockBytes, const Read &read,
                           const std::atomic<bool> &stop, const Visit &visit);
    Result<void> tallyPatterns(DType dtype, const Stretch &stretch, const Read &read, const std::atomic<bool> &stop);
    Result<void> findOddPatterns(DType dtype, const Stretch &stretch, const Read &read, const std::atomic<bool> &stop);
    void addPatterns(DType dtype);
    void addElements(DType dtype, qint64 at, std::span<const std::byte> bytes);
    void addLongs(DType dtype, qint64 at, std::span<const std::byte> bytes);
    template<typename Number>
    void addNumbers(std::span<const Number> numbers, qint64 at);
    template<typename Number>
    void addFinite(std::span<const Number> numbers);
    /// The number at `at` when it is not finite.
    void addOdd(double number, qint64 at);
    void count(std::span<const float> numbers, double low, double high);
    void count(std::span<const double> numbers, double low, double high);
    template<typename Number>
    void finish();

    Tally m_tally;
    bool m_isSmall = false; ///< numbers are kept and sorted; else counted by their first bits
    bool m_keeps = false;
    std::vector<std::byte> m_bytes;
    std::vector<double> m_parts;
    std::vector<double> m_doubles;
    std::vector<float> m_floats;
    std::vector<quint32> m_codes; ///< all zero between stretches
    std::vector<quint8> m_marks; ///< the same
    std::vector<float> m_keptFloats;
    std::vector<double> m_keptDoubles;
};
