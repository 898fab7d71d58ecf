// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/shape.h"

#include <algorithm>
#include <string>

std::optional<qint64> elementCount(const Shape &shape)
{
    qint64 count = 1;
    for (const qint64 size : shape) {
        if (size < 0 || __builtin_mul_overflow(count, size, &count))
            return std::nullopt;
    }
    return count;
}

Shape contiguousStrides(const Shape &shape)
{
    Shape strides(shape.size());
    qint64 stride = 1;
    for (qsizetype axis = shape.size() - 1; axis >= 0; --axis) {
        strides[axis] = stride;
        if (__builtin_mul_overflow(stride, std::max<qint64>(shape[axis], 1), &stride))
            stride = 0; // only reached for shapes that elementCount() refuses
    }
    return strides;
}

QString shapeText(const Shape &shape)
{
    if (shape.isEmpty())
        return QStringLiteral("scalar");
    QString text;
    for (const qint64 size : shape) {
        if (!text.isEmpty())
            text += QStringLiteral(" × ");
        text += QString::number(size);
    }
    return text;
}

std::string shapeList(const Shape &shape)
{
    std::string text = "[";
    for (const qint64 size : shape) {
        if (text.size() > 1)
            text += ", ";
        text += std::to_string(size);
    }
    return text + "]";
}
