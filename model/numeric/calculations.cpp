// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Operations that compute numbers, in the dtype of their expression.
#include "model/numeric/cast.h"
#include "model/numeric/computation.h"

#include <ATen/ATen.h>
#include <ATen/OpMathType.h>

#include <algorithm>
#include <array>

namespace {
/// Slices up to this are summed by torch at once, so that its rounding is its own; of larger ones, parts that depend on
/// the shape alone.
constexpr qint64 wholeBytes = 16 << 20;
constexpr qint64 longestRun = 1 << 16; ///< elements that lie together in such a part
constexpr qint64 keptBytes = 1 << 20; ///< sums up to this are computed once

/// Two tensors, or a tensor and a number.
template<typename Second>
at::Tensor calculated(Operation operation, const at::Tensor &first, const Second &second)
{
    switch (operation) {
    case Operation::Add: return at::add(first, second);
    case Operation::Subtract: return at::sub(first, second);
    case Operation::Multiply: return at::mul(first, second);
    case Operation::Divide: return at::div(first, second);
    default: Q_UNREACHABLE();
    }
}

at::Tensor calculated(Operation operation, const at::Tensor &value)
{
    switch (operation) {
    case Operation::Abs: return at::abs(value);
    case Operation::Negate: return at::neg(value);
    case Operation::Reciprocal: return at::reciprocal(value);
    case Operation::Log: return at::log(value);
    case Operation::Exp: return at::exp(value);
    case Operation::Sqrt: return at::sqrt(value);
    case Operation::ReciprocalSqrt: return at::rsqrt(value);
    default: Q_UNREACHABLE();
    }
}

at::Scalar scalar(double number, at::ScalarType type)
{
    return at::isIntegralType(type, true) ? at::Scalar(int64_t(number)) : at::Scalar(number);
}

/// Of both, how many parts of each number did not fit.
at::Tensor lostOf(const Values &first, const Values &second)
{
    if (!first.lost || !second.lost)
        return first.lost ? *first.lost : second.lost ? *second.lost : at::Tensor();
    return *first.lost + *second.lost;
}

at::Tensor narrowed(const std::shared_ptr<const at::Tensor> &values, qint64 first, qint64 count)
{
    return values ? values->narrow(0, first, count) : at::Tensor();
}
}

Result<Values> Computation::arithmeticValues(const Expression &expression, qint64 first, qint64 count)
{
    const Arrangement &what = *expression.arrangement;
    const auto left = values(*expression.input, first, count);
    if (!left)
        return left;
    if (!takesSecond(what.operation))
        return Values::of(calculated(what.operation, *left->numbers), lostOf(*left, {}));
    const bool hasNumber = what.inputs.empty();
    const auto right = hasNumber ? Result<Values>(Values()) : values(*what.inputs[1], first, count);
    if (!right)
        return right;
    const at::Tensor &numbers = *left->numbers;
    const at::Scalar number = scalar(what.number, numbers.scalar_type());
    at::Tensor result;
    if (what.operation == Operation::Maximum)
        result = at::maximum(numbers, hasNumber ? at::scalar_tensor(number, numbers.options()) : *right->numbers);
    else
        result = hasNumber ? calculated(what.operation, numbers, number)
                           : calculated(what.operation, numbers, *right->numbers);
    return Values::of(result, lostOf(*left, *right));
}

Result<Values> Computation::sumValues(const Expression &expression, qint64 first, qint64 count)
{
    const Around from(*expression.input->shape, expression.arrangement->axis);
    const qint64 itemSize = byteSize(expression.dtype), all = elementCount(*expression.shape).value_or(0);
    const auto sums = [&](qint64 start, qint64 number) {
        return from.row() * itemSize <= wholeBytes ? wholeSums(expression, start, number)
                                                   : longSums(expression, start, number);
    };
    if (all * itemSize > keptBytes)
        return sums(first, count);
    auto kept = m_sums.find(&expression);
    if (kept == m_sums.end()) {
        const auto computed = sums(0, all);
        if (!computed)
            return computed;
        kept = m_sums.emplace(&expression, *computed).first;
    }
    return Values::of(narrowed(kept->second.numbers, first, count), narrowed(kept->second.lost, first, count));
}

/// Slices of the axes from the summed one on, several at once.
Result<Values> Computation::wholeSums(const Expression &expression, qint64 first, qint64 count)
{
    const Around from(*expression.input->shape, expression.arrangement->axis);
    const at::ScalarType type = storedType(expression.dtype);
    const qint64 last = first + count;
    const qint64 bytes = std::max<qint64>(from.row() * byteSize(expression.dtype), 1);
    const qint64 together = std::max<qint64>(pieceBytes / bytes, 1);
    const at::Tensor numbers = at::empty({count}, type);
    at::Tensor lost;
    for (qint64 at = first; at < last;) {
        const qint64 outer = at / from.inner, start = outer * from.inner;
        const qint64 slices = std::min(together, (last - 1) / from.inner + 1 - outer);
        const qint64 end = std::min(last, start + slices * from.inner);
        const auto part = values(*expression.input, outer * from.row(), slices * from.row());
        if (!part)
            return part;
        const auto put = [&](const at::Tensor &summed, const at::Tensor &to) {
            to.narrow(0, at - first, end - at).copy_(summed.view(-1).narrow(0, at - start, end - at));
        };
        const std::array<int64_t, 3> sizes{slices, from.size, from.inner};
        put(at::sum(part->numbers->view(sizes), {1}, false, type), numbers);
        if (part->lost) {
            lost = lost.defined() ? lost : at::zeros({count}, at::kInt);
            put(at::sum(part->lost->view(sizes), {1}, false, at::kInt), lost);
        }
        at = end;
    }
    return Values::of(numbers, lost);
}

/// Parts of a slice, each summed by torch, one after the other.
Result<Values> Computation::longSums(const Expression &expression, qint64 first, qint64 count)
{
    const Around from(*expression.input->shape, expression.arrangement->axis);
    const at::ScalarType type = storedType(expression.dtype), wide = at::toOpMathType(type);
    const qint64 last = first + count, itemSize = byteSize(expression.dtype);
    const qint64 run = std::min(from.inner, longestRun);
    const qint64 rows = std::max<qint64>(pieceBytes / itemSize / run, 1);
    const at::Tensor numbers = at::empty({count}, type), lost = at::zeros({count}, at::kInt);
    bool isLost = false;
    for (qint64 at = first; at < last;) {
        const qint64 outer = at / from.inner, column = at % from.inner / run * run;
        const qint64 width = std::min(run, from.inner - column), start = outer * from.inner + column;
        const qint64 end = std::min(last, start + width);
        const at::Tensor total = at::zeros({width}, wide), totalLost = at::zeros({width}, at::kInt);
        for (qint64 row = 0; row < from.size; row += rows) {
            const qint64 height = std::min(rows, from.size - row);
            const bool isDense = width == from.inner;
            const at::Tensor part = at::empty({height, width}, type);
            for (qint64 i = 0; i < height; i += isDense ? height : 1) {
                const auto read = values(*expression.input, outer * from.row() + (row + i) * from.inner + column,
                                         isDense ? height * width : width);
                if (!read)
                    return read;
                part.view(-1).narrow(0, i * width, read->numbers->numel()).copy_(*read->numbers);
                if (read->lost) {
                    isLost = true;
                    totalLost.add_(at::sum(read->lost->view({-1, width}), {0}, false, at::kInt));
                }
            }
            total.add_(at::sum(part, {0}, false, wide));
        }
        const qint64 skipped = at - start;
        numbers.narrow(0, at - first, end - at).copy_(total.narrow(0, skipped, end - at));
        lost.narrow(0, at - first, end - at).copy_(totalLost.narrow(0, skipped, end - at));
        at = end;
    }
    return Values::of(numbers, isLost ? lost : at::Tensor());
}
