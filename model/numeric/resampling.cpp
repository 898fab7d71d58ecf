// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Grids in other sizes, by torch's own kernels, which see what they see in timm 1.0.31: whole tensors of the same
// strides. So every bit is theirs.
#include "model/numeric/computation.h"

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <mutex>
#include <tuple>
#include <vector>

namespace {
constexpr qint64 keptBytes = 512LL << 20; ///< of one computation
constexpr qint64 largeBytes = 16LL << 20; ///< from here on one at a time, whatever the number of threads

at::Tensor interpolated(const at::Tensor &images, at::IntArrayRef size, const Resampling &how)
{
    using Method = Resampling::Method;
    switch (how.method) {
    case Method::Nearest: return at::upsample_nearest2d(images, size);
    case Method::Bilinear:
        return how.antialias ? at::_upsample_bilinear2d_aa(images, size, how.alignCorners)
                             : at::upsample_bilinear2d(images, size, how.alignCorners);
    case Method::Bicubic:
        return how.antialias ? at::_upsample_bicubic2d_aa(images, size, how.alignCorners)
                             : at::upsample_bicubic2d(images, size, how.alignCorners);
    default: Q_UNREACHABLE();
    }
}

/// timm's `geometric_progression` and `_calc`: distances from the centre that grow by a ratio, found by bisection such
/// that the outermost of `from` coordinates reach as far as `to` whole ones.
at::Tensor geometricCoordinates(int64_t from, int64_t to)
{
    double left = 1.01, right = 1.5, ratio = left;
    while (right - left > 1e-6) {
        ratio = (left + right) / 2.0;
        const double reach = 1.0 * (1.0 - std::pow(ratio, double(from / 2))) / (1.0 - ratio);
        (reach > double(to / 2) ? right : left) = ratio;
    }
    const at::Tensor coordinates = at::zeros({from}, at::kFloat);
    auto numbers = coordinates.accessor<float, 1>();
    double distance = 1;
    for (int64_t i = 0; i < from / 2; ++i) {
        numbers[from / 2 - 1 - i] = float(-distance);
        numbers[from / 2 + 1 + i] = float(distance);
        distance += std::pow(ratio, double(i + 1));
    }
    return coordinates;
}

/// Where whole coordinates lie between those of a table along one axis.
struct Between
{
    at::Tensor left, right; ///< numbers of the table's
    at::Tensor fromLeft, toRight; ///< how far away these are

    Between(int64_t from, int64_t to)
    {
        const at::Tensor points = geometricCoordinates(from, to);
        const double half = std::floor(double(to) / 2.0);
        const at::Tensor wanted = at::arange(-half, half + 0.1, 1.0, at::kFloat);
        right = at::bucketize(wanted, points).clamp_max(from - 1);
        left = (right - 1).clamp(0, from - 1);
        fromLeft = (wanted - points.index_select(0, left)).clamp_min(0);
        toRight = (points.index_select(0, right) - wanted).clamp_min(0);
        const at::Tensor isBoth = (fromLeft == 0).logical_and(toRight == 0);
        fromLeft.masked_fill_(isBoth, 1);
        toRight.masked_fill_(isBoth, 1);
    }
};

/// timm's RegularGridInterpolator, of all channels at once: `table` is height × width × channels.
at::Tensor geometric(const at::Tensor &table, int64_t height, int64_t width)
{
    const Between y(table.size(0), height), x(table.size(1), width);
    const auto corner = [&](const at::Tensor &row, const at::Tensor &column, const at::Tensor &far,
                            const at::Tensor &wide) {
        const at::Tensor values = table.index_select(0, row).index_select(1, column);
        return values * (far.unsqueeze(1) * wide.unsqueeze(0)).unsqueeze(2);
    };
    at::Tensor sum = at::add(corner(y.left, x.left, y.toRight, x.toRight), 0);
    sum.add_(corner(y.left, x.right, y.toRight, x.fromLeft));
    sum.add_(corner(y.right, x.left, y.fromLeft, x.toRight));
    sum.add_(corner(y.right, x.right, y.fromLeft, x.fromLeft));
    const at::Tensor all = (y.fromLeft + y.toRight).unsqueeze(1) * (x.fromLeft + x.toRight).unsqueeze(0);
    return sum / all.unsqueeze(2);
}

/// timm's `_compute_resize_matrix` and torch.linalg.pinv of it. What is asked for again is kept: it takes long.
at::Tensor pseudoInverse(at::IntArrayRef from, at::IntArrayRef to, const Resampling &how)
{
    constexpr std::size_t mostKept = 4;
    using Key = std::tuple<std::vector<int64_t>, std::vector<int64_t>, Resampling::Method, bool>;
    static std::mutex mutex;
    static std::map<Key, at::Tensor> known;
    const Key key(from.vec(), to.vec(), how.method, how.antialias);
    const std::lock_guard lock(mutex);
    if (const auto found = known.find(key); found != known.end())
        return found->second;
    const int64_t before = from[0] * from[1], after = to[0] * to[1];
    const at::Tensor images = at::eye(before, at::kFloat).reshape({before, 1, from[0], from[1]});
    const at::Tensor matrix = interpolated(images, to, how).squeeze(1).permute({1, 2, 0}).reshape({after, before});
    const at::Tensor inverse = at::linalg_pinv(matrix, std::optional<double>(), std::optional<double>());
    if (known.size() == mostKept)
        known.clear();
    known.emplace(key, inverse);
    return inverse;
}

/// `grid` is channels × height × width, or has the channels last; or images × channels × height × width, as torch's
/// kernels depend on how many images there are.
at::Tensor resampled(const at::Tensor &grid, const Shape &to, const Resampling &how)
{
    const bool isLast = how.channelsLast;
    const qsizetype first = isLast ? 0 : to.size() - 2;
    const int64_t height = to[first], width = to[first + 1];
    const at::Tensor images = isLast ? grid.unsqueeze(0).permute({0, 3, 1, 2})
        : grid.dim() == 4            ? grid
                                     : grid.unsqueeze(0);
    at::Tensor result;
    if (how.inverted) {
        const at::IntArrayRef from = grid.sizes().slice(std::size_t(first));
        const at::Tensor inverse = pseudoInverse(from, {height, width}, how);
        return at::matmul(grid.reshape({-1, from[0] * from[1]}), inverse);
    }
    if (how.method == Resampling::Method::Geometric)
        return isLast ? geometric(grid, height, width)
                      : geometric(grid.permute({1, 2, 0}).contiguous(), height, width).permute({2, 0, 1});
    result = how.method == Resampling::Method::Linear
        ? at::upsample_linear1d(images.squeeze(3), height, how.alignCorners).unsqueeze(3)
        : interpolated(images, {height, width}, how);
    return isLast ? result.permute({0, 2, 3, 1}) : result;
}
}

Result<Values> Computation::resampledValues(const Expression &expression, qint64 first, qint64 count)
{
    auto kept = m_resampled.find(&expression);
    if (kept == m_resampled.end()) {
        const auto whole = wholeResampled(expression);
        if (!whole)
            return whole;
        const qint64 bytes = qint64(whole->numbers->nbytes());
        if (m_resampledBytes + bytes > keptBytes) {
            m_resampled.clear();
            m_resampledBytes = 0;
        }
        m_resampledBytes += bytes;
        kept = m_resampled.emplace(&expression, *whole).first;
    }
    // What did not fit before is counted once, with the first element.
    at::Tensor lost;
    if (kept->second.lost && first == 0 && count > 0) {
        lost = at::zeros({count}, at::kInt);
        lost.narrow(0, 0, 1).copy_(kept->second.lost->sum());
    }
    return Values::of(kept->second.numbers->narrow(0, first, count), lost);
}

/// In memory of its own, of which the largest are in use one at a time.
Result<Values> Computation::wholeResampled(const Expression &expression)
{
    static std::recursive_mutex large;
    const Shape &before = *expression.input->shape;
    const qint64 elements = elementCount(before).value_or(0), itemSize = byteSize(expression.dtype);
    std::unique_lock lock(large, std::defer_lock);
    if (std::max(elements, elementCount(*expression.shape).value_or(0)) * itemSize > largeBytes)
        lock.lock();
    const auto input = values(*expression.input, 0, elements);
    if (!input)
        return input;
    const SizeList sizes = before.sizes();
    const std::vector<int64_t> axes(sizes.begin(), sizes.end());
    const at::Tensor grid = input->numbers->contiguous().view(axes);
    const at::Tensor result = resampled(grid, *expression.shape, expression.arrangement->resampling);
    return Values::of(result.contiguous().view(-1), input->lost ? *input->lost : at::Tensor());
}
