// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/base/shape.h"

#include <functional>
#include <span>
#include <vector>

/// One dimension of a strided view, in elements.
struct StridedDim
{
    qint64 size = 1;
    qint64 stride = 0; ///< in the storage
    qint64 step = 0; ///< in the dense output
};

/// Gathers elements of a strided view into dense C order. Reads the storage in its own order, in pieces of up to a
/// mebibyte, so a transposed matrix is not read element by element.
class StridedGather
{
public:
    /// Reads bytes of the storage from a byte offset.
    using Read = std::function<Result<void>(qint64 offset, std::span<std::byte> out)>;

    /// `strides` in elements, none negative; `byteOffset` is that of the first element; the view has elements.
    StridedGather(const Shape &shape, const Shape &strides, qint64 byteOffset, qint64 itemBytes, Read read);

    /// Fill `out` with the elements from number `firstElement` on.
    Result<void> gather(qint64 firstElement, std::span<std::byte> out);

private:
    using Dims = std::vector<StridedDim>;

    /// The part [first, first + count) of dimension `dim` and all behind it, at `origin` elements into the view.
    Result<void> range(std::size_t dim, qint64 origin, qint64 first, qint64 count, std::byte *out);
    Result<void> box(Dims dims, qint64 origin, std::byte *out);
    Result<void> outer(std::span<const StridedDim> dims, std::span<const StridedDim> inner, qint64 origin,
                       qint64 extent, std::byte *out);
    void scatter(std::span<const StridedDim> dims, const std::byte *from, std::byte *out) const;

    Dims m_dims; ///< without size 1, neighbours merged where they are one run
    qint64 m_byteOffset;
    qint64 m_itemBytes;
    Read m_read;
    std::vector<std::byte> m_piece;
};
