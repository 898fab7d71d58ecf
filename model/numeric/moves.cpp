// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Operations that move elements and compute nothing.
#include "model/numeric/cast.h"
#include "model/numeric/computation.h"

#include <ATen/ATen.h>
#include <ATen/core/DimVector.h>

#include <algorithm>

namespace {
constexpr qint64 smallBytes = 256 << 10; ///< read at once whatever is needed of it
constexpr qint64 rowBytes = 1 << 20; ///< rows up to this are moved whole, many at once

at::ScalarType rawType(qint64 itemSize)
{
    switch (itemSize) {
    case 1: return at::kByte;
    case 2: return at::kShort;
    case 4: return at::kInt;
    case 8: return at::kLong;
    default: return at::kComplexDouble;
    }
}

/// As many bytes as may be read in vain rather than with a read of their own.
qint64 vainBytes(const Expression &input)
{
    constexpr qint64 asCheap = 8 << 10;
    constexpr qint64 asCheapThroughMoves = 1 << 20;
    const Expression *node = &input;
    while (node->kind == Expression::Kind::Cast || node->kind == Expression::Kind::Reshape
           || node->kind == Expression::Kind::Copy)
        node = node->input;
    return node->input ? asCheapThroughMoves : asCheap;
}

/// Elements on their way: where the next ones go in the result, and where from.
struct Part
{
    SizeList sizes;
    SizeList from; ///< strides in the input's elements
    SizeList to; ///< strides in the result
    qint64 fromOffset = 0;
    qint64 toOffset = 0;

    Part along(qsizetype axis, qint64 start, qint64 count) const
    {
        Part part = *this;
        part.sizes[axis] = count;
        part.fromOffset += start * from[axis];
        part.toOffset += start * to[axis];
        return part;
    }
};

/// The result while it is put together.
class Moved
{
public:
    Moved(const Expression &expression, qint64 count)
        : m_type(rawType(byteSize(expression.dtype)))
        , m_numbers(at::empty({count}, m_type))
    {}

    /// `way` says where the values of `part` lie in `values`, the first at `offset`; strides may be negative.
    void put(const Values &values, qint64 offset, const SizeList &way, const Part &part)
    {
        move(values.numbers->view(m_type), offset, way, m_numbers, part);
        if (!values.lost)
            return;
        if (!m_lost.defined())
            m_lost = at::zeros({m_numbers.numel()}, at::kInt);
        move(*values.lost, offset, way, m_lost, part);
    }

    /// `dtype` is that of the values that were put.
    Values take(at::ScalarType dtype) { return Values::of(m_numbers.view(dtype), m_lost); }

private:
    static void move(const at::Tensor &values, qint64 offset, SizeList way, const at::Tensor &result, const Part &part)
    {
        SizeList backwards;
        for (qsizetype axis = 0; axis < way.size(); ++axis) {
            if (way[axis] >= 0)
                continue;
            backwards.append(axis); // torch has no negative strides
            offset += (part.sizes[axis] - 1) * way[axis];
            way[axis] = -way[axis];
        }
        at::Tensor moved = values.as_strided(list(part.sizes), list(way), values.storage_offset() + offset);
        if (!backwards.isEmpty())
            moved = moved.flip(list(backwards));
        result.as_strided(list(part.sizes), list(part.to), part.toOffset).copy_(moved);
    }

    static at::DimVector list(const SizeList &sizes) { return {sizes.begin(), sizes.end()}; }

    at::ScalarType m_type;
    at::Tensor m_numbers;
    at::Tensor m_lost;
};

/// Elements that lie one after the other.
Part run(qint64 count, qint64 to)
{
    return {{count}, {1}, {1}, 0, to};
}

/// Moves what a view walks from its input into the result.
class ViewMover
{
public:
    ViewMover(Computation &computation, const Expression &input, const Strided &way, Moved &result)
        : m_computation(computation)
        , m_input(input)
        , m_itemSize(byteSize(input.dtype))
        , m_vain(vainBytes(input) / m_itemSize)
        , m_result(result)
    {
        for (qsizetype axis = 0; axis < way.sizes.size(); ++axis) {
            const qint64 size = way.sizes[axis], stride = way.strides[axis];
            if (size == 1)
                continue;
            if (!m_sizes.isEmpty() && m_strides.last() == size * stride) {
                m_sizes.last() *= size;
                m_strides.last() = stride;
            } else {
                m_sizes.append(size);
                m_strides.append(stride);
            }
        }
        m_inner = contiguousStrides(Shape(m_sizes));
    }

    /// The elements with numbers [first, last) among those of the axes from `axis` on: at most a piece of a row, whole
    /// rows, and a piece of a row.
    Result<void> move(qsizetype axis, qint64 first, qint64 last, qint64 from, qint64 to)
    {
        if (first >= last)
            return {};
        if (axis == m_sizes.size())
            return movePart({{}, {}, {}, from, to});
        const qint64 inner = m_inner[axis], stride = m_strides[axis];
        const qint64 row = first / inner;
        if (first % inner != 0) {
            const qint64 start = row * inner, end = std::min(last, start + inner);
            if (const auto done = move(axis + 1, first - start, end - start, from + row * stride, to); !done)
                return done;
            return move(axis, end, last, from, to + end - first);
        }
        const qint64 rows = last / inner - row;
        if (rows > 0) {
            Part part{m_sizes, m_strides, m_inner, from + row * stride, to};
            part.sizes.remove(0, axis);
            part.from.remove(0, axis);
            part.to.remove(0, axis);
            part.sizes[0] = rows;
            if (const auto done = movePart(part); !done)
                return done;
        }
        const qint64 end = (row + rows) * inner;
        return move(axis + 1, 0, last - end, from + (row + rows) * stride, to + end - first);
    }

private:
    /// Read what lies between the first and the last element at once when it is little, or hold it against reading
    /// along the axis whose elements lie widest apart.
    Result<void> movePart(const Part &part)
    {
        qint64 low = part.fromOffset, span = 1;
        qsizetype widest = -1;
        for (qsizetype axis = 0; axis < part.sizes.size(); ++axis) {
            const qint64 reach = (part.sizes[axis] - 1) * part.from[axis];
            low += std::min<qint64>(reach, 0);
            span += std::abs(reach);
            if (reach != 0 && (widest < 0 || std::abs(part.from[axis]) > std::abs(part.from[widest])))
                widest = axis;
        }
        const qint64 piece = pieceBytes / m_itemSize;
        if (widest < 0 || span * m_itemSize <= smallBytes)
            return read(part, low, span);
        const qint64 stride = std::abs(part.from[widest]), count = part.sizes[widest];
        const qint64 slice = span - (count - 1) * stride;
        const qint64 together = stride - slice > m_vain ? 1 : std::max<qint64>((piece - slice) / stride + 1, 1);
        if (together >= count)
            return read(part, low, span);
        for (qint64 at = 0; at < count; at += together) {
            if (const auto done = movePart(part.along(widest, at, std::min(together, count - at))); !done)
                return done;
        }
        return {};
    }

    Result<void> read(const Part &part, qint64 low, qint64 span)
    {
        const auto values = m_computation.values(m_input, low, span);
        if (!values)
            return values.error();
        m_result.put(*values, part.fromOffset - low, part.from, part);
        return {};
    }

    Computation &m_computation;
    const Expression &m_input;
    qint64 m_itemSize;
    qint64 m_vain; ///< elements
    Moved &m_result;
    SizeList m_sizes;
    SizeList m_strides;
    SizeList m_inner; ///< elements of one step along each axis
};
}

Result<Values> Computation::viewValues(const Expression &expression, qint64 first, qint64 count)
{
    const Strided &way = expression.arrangement->way;
    if (way.isRun() || count == 0)
        return values(*expression.input, way.offset + first, count);
    Moved result(expression, count);
    ViewMover mover(*this, *expression.input, way, result);
    if (const auto done = mover.move(0, first, first + count, way.offset, 0); !done)
        return done.error();
    return result.take(storedType(expression.dtype));
}

Result<Values> Computation::gatherValues(const Expression &expression, qint64 first, qint64 count)
{
    const std::vector<qint64> &indices = expression.arrangement->indices;
    const Around from(*expression.input->shape, expression.arrangement->axis);
    const qint64 row = qint64(indices.size()) * from.inner, last = first + count;
    Moved result(expression, count);
    const qint64 longest = std::max(row, from.row()) * byteSize(expression.dtype);
    if (longest > rowBytes) {
        for (qint64 at = first; at < last;) {
            const qint64 start = at / row * row;
            const auto index = std::size_t((at - start) / from.inner);
            std::size_t next = index + 1; // neighbours are read together
            while (next < indices.size() && indices[next] == indices[next - 1] + 1)
                ++next;
            const qint64 end = std::min(last, start + qint64(next) * from.inner);
            const qint64 source = at / row * from.row() + indices[index] * from.inner + (at - start) % from.inner;
            const auto part = values(*expression.input, source, end - at);
            if (!part)
                return part;
            result.put(*part, 0, {1}, run(end - at, at - first));
            at = end;
        }
        return result.take(storedType(expression.dtype));
    }
    const at::Tensor order = at::tensor(std::vector<int64_t>(indices.begin(), indices.end()), at::kLong);
    const auto chosen = [&](const at::Tensor &rows) {
        return rows.view({-1, from.size, from.inner}).index_select(1, order).view(-1);
    };
    const qint64 together = std::max<qint64>(pieceBytes / std::max<qint64>(longest, 1), 1);
    for (qint64 at = first; at < last;) {
        const qint64 outer = at / row, rows = std::min(together, (last - 1) / row + 1 - outer);
        const auto part = values(*expression.input, outer * from.row(), rows * from.row());
        if (!part)
            return part;
        const at::Tensor raw = part->numbers->view(rawType(byteSize(expression.dtype)));
        const Values picked = Values::of(chosen(raw), part->lost ? chosen(*part->lost) : at::Tensor());
        const qint64 end = std::min(last, (outer + rows) * row);
        result.put(picked, at - outer * row, {1}, run(end - at, at - first));
        at = end;
    }
    return result.take(storedType(expression.dtype));
}

Result<Values> Computation::concatValues(const Expression &expression, qint64 first, qint64 count)
{
    const std::vector<const Expression *> &inputs = expression.arrangement->inputs;
    const qint64 row = Around(*expression.shape, expression.arrangement->axis).row(), last = first + count;
    std::vector<qint64> starts{0}; // of each input in a row
    for (const Expression *input : inputs)
        starts.push_back(starts.back() + Around(*input->shape, expression.arrangement->axis).row());
    if (count > 0 && row * byteSize(expression.dtype) <= rowBytes) {
        const qint64 outer = first / row, rows = (last - 1) / row + 1 - outer;
        Moved whole(expression, rows * row);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const qint64 size = starts[i + 1] - starts[i];
            const auto part = values(*inputs[i], outer * size, rows * size);
            if (!part)
                return part;
            whole.put(*part, 0, {size, 1}, {{rows, size}, {size, 1}, {row, 1}, 0, starts[i]});
        }
        const Values result = whole.take(storedType(expression.dtype));
        const auto wanted = [&](const at::Tensor &tensor) { return tensor.narrow(0, first - outer * row, count); };
        return Values::of(wanted(*result.numbers), result.lost ? wanted(*result.lost) : at::Tensor());
    }
    Moved result(expression, count);
    for (qint64 at = first; at < last;) {
        const qint64 outer = at / row, inRow = at % row;
        const auto i = std::size_t(std::upper_bound(starts.begin(), starts.end(), inRow) - starts.begin() - 1);
        const qint64 end = std::min(last, outer * row + starts[i + 1]);
        const qint64 size = starts[i + 1] - starts[i];
        const auto part = values(*inputs[i], outer * size + inRow - starts[i], end - at);
        if (!part)
            return part;
        result.put(*part, 0, {1}, run(end - at, at - first));
        at = end;
    }
    return result.take(storedType(expression.dtype));
}
