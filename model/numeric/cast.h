// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/expression.h"

namespace at {
class Tensor;
}

/// Convert a dense one-dimensional tensor on the processor to `dtype`, exactly as torch's `Tensor.to` does (the
/// imaginary part of complex numbers is dropped), on the tensor's own device or on CUDA device number `cuda`.
/// Increase `overflowed` by the number of finite values that do not fit: that became infinite or NaN, or that lie
/// outside the range of an integer dtype. With Overflow::Clamp these become the nearest value that is representable.
/// Throws c10::Error where torch raises.
at::Tensor cast(const at::Tensor &values, DType dtype, Expression::Overflow overflow, int cuda, qint64 &overflowed);

/// An uninitialised one-dimensional tensor. Throws c10::Error for a dtype that LibTorch does not have.
at::Tensor emptyTensor(qint64 elements, DType dtype);
