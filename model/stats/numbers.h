// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"

#include <cstddef>
#include <span>

/// In which way the elements of a dtype are looked at.
enum class NumberKind : quint8 {
    None, ///< packed bits, or a dtype that is not known: not numbers
    Coded, ///< one or two bytes: each pattern stands for one number, codeValues()
    Pair, ///< two numbers of four bits in a byte, the first in its lower half
    Single, ///< float32
    Real, ///< a double holds each exactly
    Long, ///< integers of 64 bits
    Complex, ///< two numbers, the real one first
};

NumberKind numberKind(DType dtype);
/// Numbers in an element: two for a Pair, else one.
int numbersPerElement(DType dtype);
/// Parts of an element: two for a Pair and for complex dtypes, else one.
int partsPerElement(DType dtype);

/// The number that each pattern of bits stands for: 256 of a one-byte dtype, 65,536 of one with two bytes. For a Pair
/// the 16 of a half. Coded and Pair only.
std::span<const double> codeValues(DType dtype);

/// Write the parts of dense little-endian elements as doubles: for integers of 64 bits the nearest.
/// `out` has partsPerElement() for each element. Any dtype that has numbers.
void toDoubles(DType dtype, std::span<const std::byte> values, double *out);
/// The magnitudes of `count` complex numbers given by their parts: infinite where a part is, NaN where a part is NaN.
void magnitudes(const double *parts, std::size_t count, double *out);
