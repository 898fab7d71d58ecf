// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/base/shape.h"
#include "model/checkpoint/tensorindex.h"

#include <vector>

/// A tensor that would come out, said symbolically: source bytes, or an operation on other expressions.
/// Immutable; lives in the Table that made it. Previews need only `dtype` and `shape`; an Evaluator computes values.
struct Expression
{
    enum class Kind : quint8 {
        Source, ///< `tensor` of the checkpoint, unchanged
        Cast, ///< `input` converted to `dtype`; `overflow` says what happens to values that do not fit
        Zeros, ///< a new tensor of zeros
    };
    enum class Overflow : quint8 { Infinity, Clamp, Error };

    Kind kind = Kind::Source;
    DType dtype = DType::Unknown;
    Overflow overflow = Overflow::Infinity;
    TensorIndex tensor = 0; ///< Source: index into Checkpoint::tensors()
    const Shape *shape = nullptr; ///< never null
    const Expression *input = nullptr; ///< Cast
};

/// All source tensors an expression reads, in order, each once.
std::vector<TensorIndex> sources(const Expression &expression);
/// numel × itemsize of the result.
qint64 byteCount(const Expression &expression);
qint64 elements(const Expression &expression);
