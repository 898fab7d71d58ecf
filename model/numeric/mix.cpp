// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Weighted sums of slices. Plain loops: their bits depend on nothing but the numbers.
#include "model/numeric/cast.h"
#include "model/numeric/computation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

namespace {
/// As many doubles of one slice lie together.
constexpr qint64 longestRun = 1 << 16;

/// In the order of the old slices, `width` numbers each; a weight of zero takes nothing in, NaN and infinities neither.
void addUp(std::span<const double> weights, const double *from, qint64 width, double *sums)
{
    std::fill_n(sums, width, 0.0);
    bool isFirst = true; // so that one slice taken alone keeps its negative zeros
    for (const double weight : weights) {
        const double *old = from;
        from += width;
        if (weight == 0)
            continue;
        if (isFirst) {
            for (qint64 i = 0; i < width; ++i)
                sums[i] = weight * old[i];
        } else {
            for (qint64 i = 0; i < width; ++i)
                sums[i] += weight * old[i];
        }
        isFirst = false;
    }
}

/// What `Mix` makes of its input, some rows of old slices at a time.
class Mixer
{
public:
    explicit Mixer(const Expression &expression)
        : m_type(storedType(expression.dtype))
        , m_parts(at::isComplexType(m_type) ? 2 : 1)
        , m_weights(expression.arrangement->weights)
        , m_new((*expression.shape)[expression.arrangement->axis])
        , m_old(qint64(m_weights.size()) / std::max<qint64>(m_new, 1))
    {}

    /// `from` holds rows of old slices of `width` elements; the new slices `[first, first + count)` of each row.
    Values mixed(const Values &from, qint64 width, qint64 first, qint64 count) const
    {
        const qint64 doubles = width * m_parts, rows = m_old * width == 0 ? 0 : from.numbers->numel() / m_old / width;
        const at::Tensor numbers = at::empty({rows * count * width}, m_type);
        const auto *in = static_cast<const double *>(from.numbers->const_data_ptr());
        auto *out = static_cast<double *>(numbers.data_ptr());
        for (qint64 row = 0; row < rows; ++row) {
            for (qint64 slice = first; slice < first + count; ++slice, out += doubles)
                addUp(weightsOf(slice), in + row * m_old * doubles, doubles, out);
        }
        return Values::of(numbers, from.lost ? lost(*from.lost, width, first, count) : at::Tensor());
    }

private:
    std::span<const double> weightsOf(qint64 slice) const
    {
        return std::span(m_weights).subspan(std::size_t(slice * m_old), std::size_t(m_old));
    }

    at::Tensor lost(const at::Tensor &from, qint64 width, qint64 first, qint64 count) const
    {
        const at::Tensor taken = at::zeros({count, m_old}, at::kInt);
        for (qint64 slice = 0; slice < count; ++slice) {
            const std::span<const double> weights = weightsOf(first + slice);
            for (qint64 old = 0; old < m_old; ++old)
                taken[slice][old] = int(weights[std::size_t(old)] != 0);
        }
        return at::matmul(taken, from.view({-1, m_old, width})).reshape(-1);
    }

    at::ScalarType m_type;
    qint64 m_parts; ///< doubles of an element
    const std::vector<double> &m_weights;
    qint64 m_new;
    qint64 m_old;
};
}

Result<Values> Computation::mixValues(const Expression &expression, qint64 first, qint64 count)
{
    const qsizetype axis = expression.arrangement->axis;
    const Around from(*expression.input->shape, axis), to(*expression.shape, axis);
    const Mixer mixer(expression);
    const qint64 itemSize = byteSize(expression.dtype), last = first + count;
    const at::Tensor numbers = at::empty({count}, storedType(expression.dtype));
    at::Tensor lost;
    const auto put = [&](const Values &part, qint64 skipped, qint64 at, qint64 elements) {
        numbers.narrow(0, at - first, elements).copy_(part.numbers->narrow(0, skipped, elements));
        if (!part.lost)
            return;
        lost = lost.defined() ? lost : at::zeros({count}, at::kInt);
        lost.narrow(0, at - first, elements).copy_(part.lost->narrow(0, skipped, elements));
    };
    const qint64 longest = std::max(from.row(), to.row()) * itemSize;
    if (longest <= pieceBytes) {
        const qint64 together = std::max<qint64>(pieceBytes / std::max<qint64>(longest, 1), 1);
        for (qint64 at = first; at < last;) {
            const qint64 outer = at / to.row(), rows = std::min(together, (last - 1) / to.row() + 1 - outer);
            const auto part = values(*expression.input, outer * from.row(), rows * from.row());
            if (!part)
                return part;
            const qint64 end = std::min(last, (outer + rows) * to.row());
            put(mixer.mixed(*part, from.inner, 0, to.size), at - outer * to.row(), at, end - at);
            at = end;
        }
        return Values::of(numbers, lost);
    }
    for (qint64 at = first; at < last;) {
        const qint64 outer = at / to.row(), slice = at % to.row() / to.inner, column = at % to.inner;
        const qint64 width = std::min({to.inner - column, last - at, longestRun});
        std::vector<at::Tensor> olds, losts;
        for (qint64 old = 0; old < from.size; ++old) {
            const auto part = values(*expression.input, outer * from.row() + old * from.inner + column, width);
            if (!part)
                return part;
            olds.push_back(*part->numbers);
            losts.push_back(part->lost ? *part->lost : at::zeros({width}, at::kInt));
        }
        put(mixer.mixed(Values::of(at::cat(olds), at::cat(losts)), width, slice, 1), 0, at, width);
        at += width;
    }
    return Values::of(numbers, lost);
}
