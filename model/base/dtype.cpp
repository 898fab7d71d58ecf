// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/dtype.h"

#include <algorithm>

namespace {
using K = DTypeKind;

// In the order of the enumeration. Source of codes and storage classes: formats §1.4 and §4.2 (torch 2.15, safetensors
// 0.8.0).
constexpr std::array table{
    DTypeInfo{DType::Unknown, K::Unknown, 0, "unknown", "", ""},
    DTypeInfo{DType::Float64, K::Float, 8, "float64", "F64", "Double"},
    DTypeInfo{DType::Float32, K::Float, 4, "float32", "F32", "Float"},
    DTypeInfo{DType::Float16, K::Float, 2, "float16", "F16", "Half"},
    DTypeInfo{DType::BFloat16, K::Float, 2, "bfloat16", "BF16", "BFloat16"},
    DTypeInfo{DType::Float8E4M3FN, K::Float, 1, "float8_e4m3fn", "F8_E4M3", ""},
    DTypeInfo{DType::Float8E5M2, K::Float, 1, "float8_e5m2", "F8_E5M2", ""},
    DTypeInfo{DType::Float8E4M3FNUZ, K::Float, 1, "float8_e4m3fnuz", "F8_E4M3FNUZ", ""},
    DTypeInfo{DType::Float8E5M2FNUZ, K::Float, 1, "float8_e5m2fnuz", "F8_E5M2FNUZ", ""},
    DTypeInfo{DType::Float8E8M0FNU, K::Float, 1, "float8_e8m0fnu", "F8_E8M0", ""},
    DTypeInfo{DType::Float4E2M1FNx2, K::Float, 1, "float4_e2m1fn_x2", "F4", ""},
    DTypeInfo{DType::Complex128, K::Complex, 16, "complex128", "", "ComplexDouble"},
    DTypeInfo{DType::Complex64, K::Complex, 8, "complex64", "C64", "ComplexFloat"},
    DTypeInfo{DType::Complex32, K::Complex, 4, "complex32", "", ""},
    DTypeInfo{DType::BComplex32, K::Complex, 4, "bcomplex32", "", ""},
    DTypeInfo{DType::Int64, K::Integer, 8, "int64", "I64", "Long"},
    DTypeInfo{DType::Int32, K::Integer, 4, "int32", "I32", "Int"},
    DTypeInfo{DType::Int16, K::Integer, 2, "int16", "I16", "Short"},
    DTypeInfo{DType::Int8, K::Integer, 1, "int8", "I8", "Char"},
    DTypeInfo{DType::UInt64, K::Integer, 8, "uint64", "U64", ""},
    DTypeInfo{DType::UInt32, K::Integer, 4, "uint32", "U32", ""},
    DTypeInfo{DType::UInt16, K::Integer, 2, "uint16", "U16", ""},
    DTypeInfo{DType::UInt8, K::Integer, 1, "uint8", "U8", "Byte"},
    DTypeInfo{DType::Bool, K::Bool, 1, "bool", "BOOL", "Bool"},
    DTypeInfo{DType::QInt8, K::Quantized, 1, "qint8", "", "QInt8"},
    DTypeInfo{DType::QUInt8, K::Quantized, 1, "quint8", "", "QUInt8"},
    DTypeInfo{DType::QInt32, K::Quantized, 4, "qint32", "", "QInt32"},
    DTypeInfo{DType::QUInt4x2, K::Quantized, 1, "quint4x2", "", "QUInt4x2"},
    DTypeInfo{DType::QUInt2x4, K::Quantized, 1, "quint2x4", "", "QUInt2x4"},
    DTypeInfo{DType::Bits8, K::Bits, 1, "bits8", "", ""},
    DTypeInfo{DType::Bits16, K::Bits, 2, "bits16", "", ""},
    DTypeInfo{DType::Bits1x8, K::Bits, 1, "bits1x8", "", ""},
    DTypeInfo{DType::Bits2x4, K::Bits, 1, "bits2x4", "", ""},
    DTypeInfo{DType::Bits4x2, K::Bits, 1, "bits4x2", "", ""},
};
static_assert([] {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].dtype != DType(i))
            return false;
    }
    return true;
}());

struct Alias
{
    std::string_view word;
    DType dtype;
};
constexpr std::array aliases{
    Alias{"half", DType::Float16},     Alias{"float", DType::Float32},      Alias{"double", DType::Float64},
    Alias{"short", DType::Int16},      Alias{"int", DType::Int32},          Alias{"long", DType::Int64},
    Alias{"cfloat", DType::Complex64}, Alias{"cdouble", DType::Complex128}, Alias{"chalf", DType::Complex32},
};

DType find(std::string_view text, std::string_view DTypeInfo::*column)
{
    if (text.empty())
        return DType::Unknown;
    const auto found =
        std::find_if(table.begin() + 1, table.end(), [&](const DTypeInfo &row) { return row.*column == text; });
    return found == table.end() ? DType::Unknown : found->dtype;
}
}

const DTypeInfo &info(DType dtype)
{
    return table[std::size_t(dtype)];
}

std::string_view word(DType dtype)
{
    return info(dtype).word;
}

qint64 byteSize(DType dtype)
{
    return info(dtype).bytes;
}

bool isFloating(DType dtype)
{
    return info(dtype).kind == DTypeKind::Float;
}

DType dtypeFromWord(std::string_view word)
{
    const auto alias = std::find_if(aliases.begin(), aliases.end(), [&](const Alias &row) { return row.word == word; });
    return alias != aliases.end() ? alias->dtype : find(word, &DTypeInfo::word);
}

DType dtypeFromSafetensors(std::string_view code)
{
    return find(code, &DTypeInfo::safetensors);
}

DType dtypeFromStorage(std::string_view storage)
{
    return find(storage, &DTypeInfo::storage);
}
