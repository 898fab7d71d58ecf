// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/numeric/cast.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch_v2.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

std::optional<at::ScalarType> known(DType dtype)
{
    switch (dtype) {
    case DType::Float64: return at::kDouble;
    case DType::Float32: return at::kFloat;
    case DType::Float16: return at::kHalf;
    case DType::BFloat16: return at::kBFloat16;
    case DType::Float8E4M3FN: return at::kFloat8_e4m3fn;
    case DType::Float8E5M2: return at::kFloat8_e5m2;
    case DType::Float8E4M3FNUZ: return at::kFloat8_e4m3fnuz;
    case DType::Float8E5M2FNUZ: return at::kFloat8_e5m2fnuz;
    case DType::Float8E8M0FNU: return at::kFloat8_e8m0fnu;
    case DType::Complex128: return at::kComplexDouble;
    case DType::Complex64: return at::kComplexFloat;
    case DType::Complex32: return at::kComplexHalf;
    case DType::Int64: return at::kLong;
    case DType::Int32: return at::kInt;
    case DType::Int16: return at::kShort;
    case DType::Int8: return at::kChar;
    case DType::UInt64: return at::kUInt64;
    case DType::UInt32: return at::kUInt32;
    case DType::UInt16: return at::kUInt16;
    case DType::UInt8: return at::kByte;
    case DType::Bool: return at::kBool;
    default: return std::nullopt;
    }
}

at::ScalarType scalarType(DType dtype)
{
    const auto type = known(dtype);
    TORCH_CHECK_NOT_IMPLEMENTED(type, "values of this dtype cannot be computed with");
    return *type;
}

/// The ends of a real dtype's range, as numbers and as the bytes of one element.
struct Range
{
    double lowest = 0; ///< exact for every dtype
    double beyond = 0; ///< integers: the first number above the range, exact; floats: infinity
    double highest = 0; ///< largest finite value; rounded for 64-bit integers
    std::array<std::byte, 8> lowestBytes{};
    std::array<std::byte, 8> highestBytes{};
};

template<typename T>
Range rangeOf()
{
    using Limits = std::numeric_limits<T>;
    const T lowest = Limits::lowest();
    const T highest = Limits::max();
    Range range{double(lowest), std::numeric_limits<double>::infinity(), double(highest), {}, {}};
    if constexpr (std::is_integral_v<T>)
        range.beyond = std::ldexp(1.0, Limits::digits);
    std::memcpy(range.lowestBytes.data(), &lowest, sizeof(T));
    std::memcpy(range.highestBytes.data(), &highest, sizeof(T));
    return range;
}

Range rangeOf(at::ScalarType type)
{
    return AT_DISPATCH_V2(type, "range", AT_WRAP([] { return rangeOf<scalar_t>(); }), AT_EXPAND(AT_ALL_TYPES),
                          AT_EXPAND(AT_BAREBONES_UNSIGNED_TYPES), AT_EXPAND(AT_FLOAT8_TYPES), at::kHalf, at::kBFloat16);
}

bool isInteger(at::ScalarType type)
{
    return at::isIntegralType(type, false);
}

/// The parts of complex numbers as twice as many real ones; a real tensor itself. Shares the memory.
at::Tensor components(const at::Tensor &values)
{
    if (!values.is_complex())
        return values;
    return at::view_as_real(values).view(-1);
}

/// Whether a look at the extremes is enough to know that every value fits. NaN and infinities say no: look closer.
bool plainlyFits(const at::Tensor &values, const Range &to)
{
    const Range from = rangeOf(values.scalar_type());
    if (from.lowest >= to.lowest && from.highest <= to.highest && from.beyond <= to.beyond)
        return true;
    switch (values.scalar_type()) {
    case at::kDouble:
    case at::kFloat:
    case at::kHalf:
    case at::kBFloat16: {
        const auto [least, most] = at::aminmax(values);
        return least.item<double>() >= to.lowest && most.item<double>() <= to.highest
            && most.item<double>() < to.beyond;
    }
    default: return false;
    }
}

/// Which finite values lie below and above the range of what they were converted to.
struct Misfits
{
    at::Tensor below;
    at::Tensor above;
};

Misfits misfits(const at::Tensor &values, const at::Tensor &converted, const Range &to)
{
    const at::Tensor numbers = values.to(at::kDouble);
    const at::Tensor finite = numbers.isfinite();
    if (!isInteger(converted.scalar_type())) {
        const at::Tensor lost = finite.logical_and(converted.to(at::kDouble).isfinite().logical_not());
        return {lost.logical_and(numbers.lt(0)), lost.logical_and(numbers.gt(0))};
    }
    // A double cannot tell 2^63 - 1 from 2^63: of unsigned 64-bit numbers the sign after the conversion can.
    if (values.scalar_type() == at::kUInt64 && converted.scalar_type() == at::kLong)
        return {finite.logical_not(), converted.lt(0)};
    const at::Tensor whole = numbers.trunc();
    return {finite.logical_and(whole.lt(to.lowest)), finite.logical_and(whole.ge(to.beyond))};
}

void put(const at::Tensor &values, const at::Tensor &where, const std::array<std::byte, 8> &bytes)
{
    const auto size = std::size_t(values.element_size());
    auto *out = static_cast<std::byte *>(values.data_ptr());
    const bool *chosen = where.const_data_ptr<bool>();
    for (qint64 i = 0; i < values.numel(); ++i) {
        if (chosen[i])
            std::memcpy(out + std::size_t(i) * size, bytes.data(), size);
    }
}

/// `values` with the same components as `converted`, so that the two can be compared one by one.
at::Tensor alike(const at::Tensor &values, const at::Tensor &converted)
{
    if (converted.is_complex() && !values.is_complex())
        return components(values.to(at::kComplexDouble));
    return components(values);
}

at::Tensor convert(const at::Tensor &values, at::ScalarType type, int cuda)
{
    if (cuda < 0)
        return values.to(type);
    return values.to(at::Device(at::kCUDA, c10::DeviceIndex(cuda))).to(type).cpu();
}
}

void checkComputable(DType dtype)
{
    scalarType(dtype);
}

at::ScalarType storedType(DType dtype)
{
    if (const auto type = known(dtype))
        return *type;
    switch (byteSize(dtype)) {
    case 1: return at::kByte;
    case 2: return at::kShort;
    case 4: return at::kInt;
    default: return at::kLong;
    }
}

at::Tensor storedTensor(qint64 elements, DType dtype)
{
    return at::empty({elements}, storedType(dtype));
}

at::Tensor cast(const at::Tensor &values, DType dtype, Expression::Overflow overflow, int cuda, at::Tensor &lost)
{
    const at::ScalarType type = scalarType(dtype);
    // Torch warns when it drops the imaginary part, so it is dropped before.
    const bool dropsImaginary = values.is_complex() && !at::isComplexType(type) && type != at::kBool;
    const at::Tensor kept = dropsImaginary ? at::real(values).contiguous() : values;
    const at::Tensor converted = convert(kept, type, cuda);
    if (type == at::kBool || kept.scalar_type() == at::kBool || kept.scalar_type() == type || kept.numel() == 0)
        return converted;

    const at::Tensor after = components(converted);
    const at::Tensor before = alike(kept, converted);
    const Range to = rangeOf(after.scalar_type());
    if (plainlyFits(before, to))
        return converted;
    const auto [below, above] = misfits(before, after, to);
    const at::Tensor misfit = below.logical_or(above);
    if (misfit.any().item<bool>())
        lost = misfit.view({kept.numel(), -1}).sum(1, false, at::kInt);
    if (overflow == Expression::Overflow::Clamp) {
        put(after, below, to.lowestBytes);
        put(after, above, to.highestBytes);
    }
    return converted;
}
