// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/strided.h"

Strided Strided::dense(const Shape &shape)
{
    return {shape.sizes(), contiguousStrides(shape), 0};
}

void Strided::permute(std::span<const qint64> dims)
{
    const SizeList oldSizes = sizes;
    const SizeList oldStrides = strides;
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
        sizes[qsizetype(axis)] = oldSizes[dims[axis]];
        strides[qsizetype(axis)] = oldStrides[dims[axis]];
    }
}

void Strided::slice(qsizetype axis, qint64 start, qint64 count, qint64 step)
{
    if (count > 0)
        offset += start * strides[axis];
    sizes[axis] = count;
    strides[axis] *= count > 1 ? step : 1;
}

void Strided::select(qsizetype axis, qint64 index)
{
    offset += index * strides[axis];
    sizes.remove(axis);
    strides.remove(axis);
}

void Strided::flip(qsizetype axis)
{
    if (sizes[axis] > 0)
        offset += (sizes[axis] - 1) * strides[axis];
    strides[axis] = -strides[axis];
}

void Strided::split(qsizetype axis, qint64 outer)
{
    const qint64 inner = outer == 0 ? 0 : sizes[axis] / outer;
    sizes[axis] = outer;
    sizes.insert(axis + 1, inner);
    strides.insert(axis + 1, strides[axis]);
    strides[axis] *= inner;
}

bool Strided::isRun() const
{
    qint64 stride = 1;
    for (qsizetype axis = sizes.size() - 1; axis >= 0; --axis) {
        if (sizes[axis] != 1 && strides[axis] != stride)
            return false;
        stride *= sizes[axis];
    }
    return true;
}
