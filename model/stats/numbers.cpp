// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/numbers.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace {
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A floating format of one or two bytes with a sign.
struct Small
{
    enum class Special {
        Ieee, ///< the highest exponent holds infinities and NaN
        TopIsNan, ///< only the pattern of all ones, with either sign: NaN (…FN)
        MinusZeroIsNan, ///< the only special pattern (…FNUZ)
        None
    };
    int exponentBits;
    int mantissaBits;
    int bias;
    Special special;

    double value(quint32 code) const
    {
        const int bits = exponentBits + mantissaBits;
        const bool isNegative = (code >> bits & 1) != 0;
        const quint32 magnitude = code & ((1u << bits) - 1);
        const quint32 exponent = magnitude >> mantissaBits;
        const quint32 mantissa = magnitude & ((1u << mantissaBits) - 1);
        if (special == Special::MinusZeroIsNan && isNegative && magnitude == 0)
            return notANumber;
        if (special == Special::TopIsNan && magnitude == (1u << bits) - 1)
            return notANumber;
        if (special == Special::Ieee && exponent == (1u << exponentBits) - 1)
            return mantissa != 0 ? notANumber : isNegative ? -infinity : infinity;
        const double absolute = exponent == 0
            ? std::ldexp(double(mantissa), 1 - bias - mantissaBits)
            : std::ldexp(double(mantissa | 1u << mantissaBits), int(exponent) - bias - mantissaBits);
        return isNegative ? -absolute : absolute;
    }
};
constexpr Small half{5, 10, 15, Small::Special::Ieee};
constexpr Small brain{8, 7, 127, Small::Special::Ieee};

double codeValue(DType dtype, quint32 code)
{
    switch (dtype) {
    case DType::Float16: return half.value(code);
    case DType::BFloat16: return brain.value(code);
    case DType::Float8E4M3FN: return Small{4, 3, 7, Small::Special::TopIsNan}.value(code);
    case DType::Float8E5M2: return Small{5, 2, 15, Small::Special::Ieee}.value(code);
    case DType::Float8E4M3FNUZ: return Small{4, 3, 8, Small::Special::MinusZeroIsNan}.value(code);
    case DType::Float8E5M2FNUZ: return Small{5, 2, 16, Small::Special::MinusZeroIsNan}.value(code);
    case DType::Float8E8M0FNU: return code == 0xFF ? notANumber : std::ldexp(1.0, int(code) - 127);
    case DType::Float4E2M1FNx2: return Small{2, 1, 1, Small::Special::None}.value(code);
    case DType::Int8:
    case DType::QInt8: return qint8(code);
    case DType::Int16: return qint16(code);
    case DType::Bool: return code != 0 ? 1 : 0;
    default: return code; // unsigned integers
    }
}

std::vector<double> codeTable(DType dtype, std::size_t size)
{
    std::vector<double> values(size);
    for (std::size_t code = 0; code < size; ++code)
        values[code] = codeValue(dtype, quint32(code));
    return values;
}

/// Copy each number out of bytes that may lie at any address.
template<typename Number>
void convert(std::span<const std::byte> values, double *out)
{
    const std::size_t count = values.size() / sizeof(Number);
    for (std::size_t i = 0; i < count; ++i) {
        Number number;
        std::memcpy(&number, values.data() + i * sizeof number, sizeof number);
        out[i] = double(number);
    }
}

template<typename Code>
void look(std::span<const double> table, std::span<const std::byte> values, double *out)
{
    const std::size_t count = values.size() / sizeof(Code);
    for (std::size_t i = 0; i < count; ++i) {
        Code code;
        std::memcpy(&code, values.data() + i * sizeof code, sizeof code);
        out[i] = table[code];
    }
}
}

NumberKind numberKind(DType dtype)
{
    switch (dtype) {
    case DType::Float32: return NumberKind::Single;
    case DType::Float64:
    case DType::Int32:
    case DType::UInt32:
    case DType::QInt32: return NumberKind::Real;
    case DType::Int64:
    case DType::UInt64: return NumberKind::Long;
    case DType::Complex128:
    case DType::Complex64:
    case DType::Complex32:
    case DType::BComplex32: return NumberKind::Complex;
    case DType::Float4E2M1FNx2: return NumberKind::Pair;
    case DType::Float16:
    case DType::BFloat16:
    case DType::Float8E4M3FN:
    case DType::Float8E5M2:
    case DType::Float8E4M3FNUZ:
    case DType::Float8E5M2FNUZ:
    case DType::Float8E8M0FNU:
    case DType::Int16:
    case DType::Int8:
    case DType::UInt16:
    case DType::UInt8:
    case DType::Bool:
    case DType::QInt8:
    case DType::QUInt8: return NumberKind::Coded;
    default: return NumberKind::None;
    }
}

int numbersPerElement(DType dtype)
{
    return numberKind(dtype) == NumberKind::Pair ? 2 : 1;
}

int partsPerElement(DType dtype)
{
    const NumberKind kind = numberKind(dtype);
    return kind == NumberKind::Pair || kind == NumberKind::Complex ? 2 : 1;
}

std::span<const double> codeValues(DType dtype)
{
    constexpr std::size_t one = 1 << 8, two = 1 << 16;
    switch (dtype) { // constant tables, each made when it is first needed
    case DType::Float16: {
        static const auto values = codeTable(dtype, two);
        return values;
    }
    case DType::BFloat16: {
        static const auto values = codeTable(dtype, two);
        return values;
    }
    case DType::Int16: {
        static const auto values = codeTable(dtype, two);
        return values;
    }
    case DType::UInt16: {
        static const auto values = codeTable(dtype, two);
        return values;
    }
    case DType::Float8E4M3FN: {
        static const auto values = codeTable(dtype, one);
        return values;
    }
    case DType::Float8E5M2: {
        static const auto values = codeTable(dtype, one);
        return values;
    }
    case DType::Float8E4M3FNUZ: {
        static const auto values = codeTable(dtype, one);
        return values;
    }
    case DType::Float8E5M2FNUZ: {
        static const auto values = codeTable(dtype, one);
        return values;
    }
    case DType::Float8E8M0FNU: {
        static const auto values = codeTable(dtype, one);
        return values;
    }
    case DType::Int8:
    case DType::QInt8: {
        static const auto values = codeTable(DType::Int8, one);
        return values;
    }
    case DType::Bool: {
        static const auto values = codeTable(dtype, one);
        return values;
    }
    case DType::Float4E2M1FNx2: {
        static const auto values = codeTable(dtype, 16);
        return values;
    }
    default: {
        static const auto values = codeTable(DType::UInt8, one);
        return values;
    }
    }
}

void toDoubles(DType dtype, std::span<const std::byte> values, double *out)
{
    switch (dtype) {
    case DType::Float32:
    case DType::Complex64: return convert<float>(values, out);
    case DType::Float64:
    case DType::Complex128: return convert<double>(values, out);
    case DType::Int32:
    case DType::QInt32: return convert<qint32>(values, out);
    case DType::UInt32: return convert<quint32>(values, out);
    case DType::Int64: return convert<qint64>(values, out);
    case DType::UInt64: return convert<quint64>(values, out);
    case DType::Complex32: return look<quint16>(codeValues(DType::Float16), values, out);
    case DType::BComplex32: return look<quint16>(codeValues(DType::BFloat16), values, out);
    case DType::Float4E2M1FNx2: {
        const auto table = codeValues(dtype);
        for (std::size_t i = 0; i < values.size(); ++i) {
            out[2 * i] = table[std::to_integer<std::size_t>(values[i]) & 0xF];
            out[2 * i + 1] = table[std::to_integer<std::size_t>(values[i]) >> 4];
        }
        return;
    }
    default: break;
    }
    if (byteSize(dtype) == 2)
        look<quint16>(codeValues(dtype), values, out);
    else
        look<quint8>(codeValues(dtype), values, out);
}

void magnitudes(const double *parts, std::size_t count, double *out)
{
    for (std::size_t i = 0; i < count; ++i) {
        const double real = parts[2 * i], imaginary = parts[2 * i + 1];
        // hypot() of an infinity and a NaN is infinite; here a NaN part is what counts.
        out[i] = std::isnan(real) || std::isnan(imaginary) ? notANumber : std::hypot(real, imaginary);
    }
}
