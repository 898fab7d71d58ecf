// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVarLengthArray>

#include <optional>
#include <string>

/// Sizes of a tensor, outermost first. Rank 0 is a scalar of one element. Sizes are never negative.
using Shape = QVarLengthArray<qint64, 4>;

/// Number of elements, or nothing when the product does not fit 63 bits. A zero anywhere makes it 0 only if the
/// product up to there has not overflowed (as the safetensors reference multiplies: left to right).
std::optional<qint64> elementCount(const Shape &shape);
/// Strides in elements of a dense C-order tensor of this shape.
Shape contiguousStrides(const Shape &shape);
/// "96 × 3 × 4 × 4"; "scalar" for rank 0.
QString shapeText(const Shape &shape);
/// "[96, 3, 4, 4]", as JSON and Python write it.
std::string shapeList(const Shape &shape);
