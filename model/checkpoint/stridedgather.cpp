// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/stridedgather.h"

#include <algorithm>
#include <cstring>

namespace {
constexpr qint64 pieceBytes = 1 << 20;

template<std::size_t bytes>
void copyRow(const StridedDim &dim, const std::byte *from, std::byte *out)
{
    for (qint64 i = 0; i < dim.size; ++i)
        std::memcpy(out + i * dim.step * qint64(bytes), from + i * dim.stride * qint64(bytes), bytes);
}
}

StridedGather::StridedGather(const Shape &shape, const Shape &strides, qint64 byteOffset, qint64 itemBytes, Read read)
    : m_byteOffset(byteOffset)
    , m_itemBytes(itemBytes)
    , m_read(std::move(read))
{
    // At most 62 dimensions remain: each has at least two of fewer than 2^63 elements.
    for (qsizetype i = 0; i < shape.size(); ++i) {
        if (shape[i] == 1)
            continue;
        if (!m_dims.empty() && m_dims.back().stride == shape[i] * strides[i])
            m_dims.back() = {m_dims.back().size * shape[i], strides[i], 0};
        else
            m_dims.push_back({shape[i], strides[i], 0});
    }
    if (m_dims.empty())
        m_dims.push_back({1, 1, 0});
    qint64 step = 1;
    for (auto dim = m_dims.rbegin(); dim != m_dims.rend(); ++dim) {
        dim->step = step;
        step *= dim->size;
    }
}

Result<void> StridedGather::gather(qint64 firstElement, std::span<std::byte> out)
{
    if (out.empty())
        return {};
    return range(0, 0, firstElement, qint64(out.size()) / m_itemBytes, out.data());
}

Result<void> StridedGather::range(std::size_t dim, qint64 origin, qint64 first, qint64 count, std::byte *out)
{
    const StridedDim &here = m_dims[dim];
    qint64 row = first / here.step;
    if (const qint64 into = first % here.step; into != 0 || count < here.step) {
        const qint64 head = std::min(count, here.step - into);
        if (const Result<void> done = range(dim + 1, origin + row * here.stride, into, head, out); !done)
            return done;
        out += head * m_itemBytes;
        count -= head;
        ++row;
    }
    if (const qint64 rows = count / here.step; rows > 0) {
        Dims whole(m_dims.begin() + std::ptrdiff_t(dim), m_dims.end());
        whole.front().size = rows;
        if (const Result<void> done = box(std::move(whole), origin + row * here.stride, out); !done)
            return done;
        out += rows * here.step * m_itemBytes;
        count -= rows * here.step;
        row += rows;
    }
    if (count > 0)
        return range(dim + 1, origin + row * here.stride, 0, count, out);
    return {};
}

Result<void> StridedGather::box(Dims dims, qint64 origin, std::byte *out)
{
    std::stable_sort(dims.begin(), dims.end(),
                     [](const StridedDim &a, const StridedDim &b) { return a.stride > b.stride; });
    qint64 extent = 1; // elements of the storage that the inner dimensions span
    std::size_t inner = dims.size();
    while (inner > 0) {
        const StridedDim &dim = dims[inner - 1];
        qint64 wider = 0;
        const bool isWide = __builtin_mul_overflow(dim.size - 1, dim.stride, &wider)
            || __builtin_add_overflow(wider, extent, &wider) || wider > pieceBytes / m_itemBytes;
        if (isWide)
            break;
        extent = wider;
        --inner;
    }
    if (inner > 0) { // as much of the first dimension that does not fit whole
        StridedDim &split = dims[inner - 1];
        const qint64 fit = split.stride == 0 ? split.size : (pieceBytes / m_itemBytes - extent) / split.stride + 1;
        if (fit > 1 && fit < split.size) {
            const StridedDim rest{split.size % fit, split.stride, split.step};
            const StridedDim pieces{split.size / fit, split.stride * fit, split.step * fit};
            const qint64 done = pieces.size * fit;
            Dims tail = dims;
            split = pieces;
            dims.insert(dims.begin() + std::ptrdiff_t(inner), {fit, rest.stride, rest.step});
            const qint64 wider = extent + (fit - 1) * rest.stride;
            const Result<void> most =
                outer(std::span(dims).first(inner), std::span(dims).subspan(inner), origin, wider, out);
            if (!most || rest.size == 0)
                return most;
            tail[inner - 1] = rest;
            return outer(std::span(tail).first(inner - 1), std::span(tail).subspan(inner - 1),
                         origin + done * rest.stride, extent + (rest.size - 1) * rest.stride,
                         out + done * rest.step * m_itemBytes);
        }
    }
    return outer(std::span(dims).first(inner), std::span(dims).subspan(inner), origin, extent, out);
}

Result<void> StridedGather::outer(std::span<const StridedDim> dims, std::span<const StridedDim> inner, qint64 origin,
                                  qint64 extent, std::byte *out)
{
    if (dims.empty()) {
        m_piece.resize(std::size_t(extent * m_itemBytes));
        if (const Result<void> read = m_read(m_byteOffset + origin * m_itemBytes, m_piece); !read)
            return read;
        scatter(inner, m_piece.data(), out);
        return {};
    }
    for (qint64 i = 0; i < dims[0].size; ++i) {
        const Result<void> done =
            outer(dims.subspan(1), inner, origin + i * dims[0].stride, extent, out + i * dims[0].step * m_itemBytes);
        if (!done)
            return done;
    }
    return {};
}

void StridedGather::scatter(std::span<const StridedDim> dims, const std::byte *from, std::byte *out) const
{
    if (dims.empty()) {
        std::memcpy(out, from, std::size_t(m_itemBytes));
        return;
    }
    const StridedDim &dim = dims.front();
    if (dims.size() > 1) {
        for (qint64 i = 0; i < dim.size; ++i)
            scatter(dims.subspan(1), from + i * dim.stride * m_itemBytes, out + i * dim.step * m_itemBytes);
        return;
    }
    switch (m_itemBytes) {
    case 1: return copyRow<1>(dim, from, out);
    case 2: return copyRow<2>(dim, from, out);
    case 4: return copyRow<4>(dim, from, out);
    case 8: return copyRow<8>(dim, from, out);
    default: return copyRow<16>(dim, from, out);
    }
}
