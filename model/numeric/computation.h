// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/numeric/evaluator.h"

#include <memory>
#include <unordered_map>

namespace at {
class Tensor;
}

/// Some elements of an expression, one-dimensional and dense, on the processor.
struct Values
{
    std::shared_ptr<const at::Tensor> numbers; ///< of a dtype that LibTorch does not compute with: integers of its size
    std::shared_ptr<const at::Tensor> lost; ///< int32, how many parts of each number did not fit a cast; null: none

    /// An undefined `lost` is none.
    static Values of(const at::Tensor &numbers, const at::Tensor &lost);
};

/// Computes elements of expressions, block by block. What merely moves elements reads no more than it needs, or little
/// more, and in pieces, so that memory is bounded by the block; what it moves keeps every bit. Throws c10::Error where
/// torch raises.
class Computation
{
public:
    Computation(const ReadSource &read, int cuda) : m_read(read), m_cuda(cuda) {}

    /// `count` elements from number `first` on.
    Result<Values> values(const Expression &expression, qint64 first, qint64 count);

private:
    Result<Values> sourceValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> castValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> viewValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> gatherValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> concatValues(const Expression &expression, qint64 first, qint64 count);
    static Result<Values> fillValues(const Expression &expression, qint64 count);
    static Result<Values> normalValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> arithmeticValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> sumValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> wholeSums(const Expression &expression, qint64 first, qint64 count);
    Result<Values> longSums(const Expression &expression, qint64 first, qint64 count);
    Result<Values> mixValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> resampledValues(const Expression &expression, qint64 first, qint64 count);
    Result<Values> wholeResampled(const Expression &expression);

    const ReadSource &m_read;
    int m_cuda; ///< negative: the processor
    std::unordered_map<const Expression *, Values> m_sums; ///< small ones, that others ask for again and again
    std::unordered_map<const Expression *, Values> m_resampled; ///< whole
    qint64 m_resampledBytes = 0;
};

constexpr qint64 pieceBytes = 8 << 20; ///< read at once, of what lies apart

/// A shape around one axis: `outer` times the axis, of `inner` elements each.
struct Around
{
    qint64 outer = 1;
    qint64 size = 1;
    qint64 inner = 1;

    Around(const Shape &shape, qsizetype axis) : size(shape[axis])
    {
        for (qsizetype i = 0; i < shape.size(); ++i)
            (i < axis ? outer : inner) *= i == axis ? 1 : shape[i];
    }
    qint64 row() const { return size * inner; }
};
