// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/numeric/computation.h"

#include "model/numeric/cast.h"

#include <ATen/ATen.h>

using namespace Qt::StringLiterals;

Values Values::of(const at::Tensor &numbers, const at::Tensor &lost)
{
    return {std::make_shared<at::Tensor>(numbers), lost.defined() ? std::make_shared<at::Tensor>(lost) : nullptr};
}

Result<Values> Computation::values(const Expression &expression, qint64 first, qint64 count)
{
    switch (expression.kind) {
    case Expression::Kind::Source: return sourceValues(expression, first, count);
    case Expression::Kind::Cast: return castValues(expression, first, count);
    case Expression::Kind::Zeros: return Values::of(storedTensor(count, expression.dtype).zero_(), {});
    case Expression::Kind::Copy:
    case Expression::Kind::Reshape: return values(*expression.input, first, count);
    case Expression::Kind::View: return viewValues(expression, first, count);
    case Expression::Kind::Gather: return gatherValues(expression, first, count);
    case Expression::Kind::Concat: return concatValues(expression, first, count);
    case Expression::Kind::Fill: return fillValues(expression, count);
    case Expression::Kind::Normal: return normalValues(expression, first, count);
    case Expression::Kind::Arithmetic: return arithmeticValues(expression, first, count);
    case Expression::Kind::Sum: return sumValues(expression, first, count);
    case Expression::Kind::Mix: return mixValues(expression, first, count);
    case Expression::Kind::Resample: return resampledValues(expression, first, count);
    }
    Q_UNREACHABLE();
}

Result<Values> Computation::sourceValues(const Expression &expression, qint64 first, qint64 count)
{
    const at::Tensor numbers = storedTensor(count, expression.dtype);
    const std::span bytes(static_cast<std::byte *>(numbers.data_ptr()), numbers.nbytes());
    if (const auto done = m_read(expression.tensor, first, bytes); !done)
        return done.error();
    return Values::of(numbers, {});
}

Result<Values> Computation::castValues(const Expression &expression, qint64 first, qint64 count)
{
    const auto input = values(*expression.input, first, count);
    if (!input)
        return input;
    checkComputable(expression.input->dtype);
    at::Tensor numbers, lost;
    try {
        numbers = cast(*input->numbers, expression.dtype, expression.overflow, m_cuda, lost);
    } catch (const c10::OutOfMemoryError &) {
        // The GPU is full: this block is small enough for the processor.
        numbers = cast(*input->numbers, expression.dtype, expression.overflow, -1, lost);
    }
    if (lost.defined() && expression.overflow == Expression::Overflow::Error) {
        return Error{Error::Kind::BadRecipe,
                     u"%1 of its values from element %2 on do not fit %3, and the cast says “overflow: error”."_s
                         .arg(lost.sum().item<int64_t>())
                         .arg(first)
                         .arg(QLatin1StringView(word(expression.dtype)))};
    }
    if (input->lost)
        lost = lost.defined() ? lost + *input->lost : *input->lost;
    return Values::of(numbers, lost);
}
