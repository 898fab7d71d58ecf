// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/numpyscalar.h"

#include <QtEndian>
#include <qfloat16.h>

#include <algorithm>
#include <array>
#include <bit>

namespace {
struct Code
{
    DType dtype;
    std::string_view text;
};

constexpr std::array codes{
    Code{DType::Float64, "f8"},   Code{DType::Float32, "f4"},     Code{DType::Float16, "f2"}, Code{DType::Int64, "i8"},
    Code{DType::Int32, "i4"},     Code{DType::Int16, "i2"},       Code{DType::Int8, "i1"},    Code{DType::UInt64, "u8"},
    Code{DType::UInt32, "u4"},    Code{DType::UInt16, "u2"},      Code{DType::UInt8, "u1"},   Code{DType::Bool, "b1"},
    Code{DType::Complex64, "c8"}, Code{DType::Complex128, "c16"},
};

template<typename T>
std::string littleEndian(T value)
{
    std::string bytes(sizeof value, '\0');
    qToLittleEndian(value, bytes.data());
    return bytes;
}
}

std::string_view numpyCode(DType dtype)
{
    const auto found = std::find_if(codes.begin(), codes.end(), [&](const Code &code) { return code.dtype == dtype; });
    return found == codes.end() ? std::string_view() : found->text;
}

std::string numpyBytes(DType dtype, double number)
{
    switch (dtype) {
    case DType::Float16: return littleEndian(std::bit_cast<quint16>(qfloat16(float(number))));
    case DType::Float32: return littleEndian(std::bit_cast<quint32>(float(number)));
    default: return littleEndian(std::bit_cast<quint64>(number));
    }
}

std::string numpyBytes(DType dtype, qint64 number)
{
    return littleEndian(number).substr(0, std::size_t(byteSize(dtype)));
}
