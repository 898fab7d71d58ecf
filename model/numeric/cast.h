// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/expression.h"

#include <cstdint>

namespace c10 {
enum class ScalarType : std::int8_t;
}
namespace at {
class Tensor;
using c10::ScalarType;
}

/// Convert a dense one-dimensional tensor on the processor to `dtype`, exactly as torch's `Tensor.to` does (the
/// imaginary part of complex numbers is dropped), on the tensor's own device or on CUDA device number `cuda`.
/// `lost` becomes, of each, the number of finite values that do not fit (of a complex number, up to two): that became
/// infinite or NaN, or that lie outside the range of an integer dtype; it stays undefined when there are none. With
/// Overflow::Clamp these become the nearest value that is representable. Throws c10::Error where torch raises.
at::Tensor cast(const at::Tensor &values, DType dtype, Expression::Overflow overflow, int cuda, at::Tensor &lost);

/// Throws c10::Error for a dtype whose values LibTorch does not compute with.
void checkComputable(DType dtype);
/// How values of a dtype are held: as LibTorch's own, or as integers of their size.
at::ScalarType storedType(DType dtype);
/// An uninitialised one-dimensional tensor.
at::Tensor storedTensor(qint64 elements, DType dtype);
