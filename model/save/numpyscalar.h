// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"

#include <string>

/// numpy's code for a dtype ("f4"); empty if numpy has none.
std::string_view numpyCode(DType dtype);
/// A number as numpy keeps it, little-endian. The number must be one that the dtype can hold.
std::string numpyBytes(DType dtype, double number);
std::string numpyBytes(DType dtype, qint64 number);
