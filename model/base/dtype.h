// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <array>
#include <optional>
#include <string_view>

/// Element types under torch's names. `Unknown` is a type this version cannot size (shown by the file's word).
enum class DType : quint8 {
    Unknown,
    Float64,
    Float32,
    Float16,
    BFloat16,
    Float8E4M3FN,
    Float8E5M2,
    Float8E4M3FNUZ,
    Float8E5M2FNUZ,
    Float8E8M0FNU,
    Float4E2M1FNx2,
    Complex128,
    Complex64,
    Complex32,
    BComplex32,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt64,
    UInt32,
    UInt16,
    UInt8,
    Bool,
    QInt8,
    QUInt8,
    QInt32,
    QUInt4x2,
    QUInt2x4,
    Bits8,
    Bits16,
    Bits1x8,
    Bits2x4,
    Bits4x2,
};

/// What a dtype can be converted as.
enum class DTypeKind : quint8 { Unknown, Float, Complex, Integer, Bool, Quantized, Bits };

/// One line per dtype: all that readers, writers and messages need to know.
struct DTypeInfo
{
    DType dtype;
    DTypeKind kind;
    quint8 bytes; ///< of one element (two values for Float4E2M1FNx2)
    std::string_view word; ///< torch's name without "torch."
    std::string_view safetensors; ///< code in a safetensors header; empty: not representable
    std::string_view storage; ///< legacy storage class ("Float" in torch.FloatStorage); empty: UntypedStorage
};

const DTypeInfo &info(DType dtype);
std::string_view word(DType dtype);
qint64 byteSize(DType dtype);
bool isFloating(DType dtype);

/// By torch's word or alias (`half`, `float`, `double`, `short`, `int`, `long`, `cfloat`, …); Unknown if none.
DType dtypeFromWord(std::string_view word);
/// By safetensors code ("F32"); Unknown if none.
DType dtypeFromSafetensors(std::string_view code);
/// By storage class without "Storage" ("Float"); Unknown if none.
DType dtypeFromStorage(std::string_view storage);
