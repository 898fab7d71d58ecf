// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/resampler.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Grids are computed whole, and are tables of positions: small. The largest known one, RADIO's, has 25 million.
constexpr qint64 mostElements = 1 << 26;
/// Of the matrix that is inverted, which takes time by the third power of its sides.
constexpr qint64 mostInverted = 1 << 22;

DType computedIn(DType dtype, const Resampling &how, Resampler::Width width)
{
    if (width == Resampler::Width::Float32)
        return DType::Float32;
    const bool isHalf = dtype == DType::Float16 || dtype == DType::BFloat16;
    return isHalf && !how.antialias ? dtype : calculatedIn(dtype); // antialiased, torch knows no halves
}
}

QString Resampler::problemOf(const Expression &grid, const GridSize &from, const GridSize &to, const Resampling &how)
{
    if (info(grid.dtype).kind != DTypeKind::Float || calculatedIn(grid.dtype) == DType::Unknown)
        return tr("is %1, which is not interpolated; expected a floating dtype.").arg(displayName(word(grid.dtype)));
    const qint64 before = elements(grid);
    if (before == 0)
        return tr("has no elements to interpolate between.");
    const qint64 channels = before / from.count();
    qint64 after = 0;
    if (before > mostElements || __builtin_mul_overflow(channels, to.count(), &after) || after > mostElements)
        return tr("would be interpolated from %1 to %2 places of %3 numbers; at most %4 numbers are resized at once.")
            .arg(gridText(from), gridText(to), exactText(channels), exactText(mostElements));
    if (how.inverted && std::max(from.count(), to.count()) > mostInverted / std::min(from.count(), to.count()))
        return tr("would be resized from %1 to %2 by a matrix of more than %3 numbers, the most that is inverted.")
            .arg(gridText(from), gridText(to), exactText(mostInverted));
    return {};
}

Result<const Expression *> Resampler::resampled(const Expression &grid, const GridSize &to, const Resampling &how,
                                                Width width)
{
    SizeList sizes = grid.shape->sizes();
    const qsizetype first = how.channelsLast ? 0 : sizes.size() - 2;
    const GridSize from{sizes[first], sizes[first + 1]};
    if (const QString problem = problemOf(grid, from, to, how); !problem.isEmpty())
        return unfit(problem);
    if (from == to)
        return &grid;
    const auto wide = m_calculator.cast(grid, computedIn(grid.dtype, how, width));
    if (!wide)
        return wide;
    sizes[first] = to.height;
    sizes[first + 1] = to.width;
    Arrangement arrangement;
    arrangement.resampling = how;
    Expression resampled;
    resampled.kind = Expression::Kind::Resample;
    resampled.dtype = (*wide)->dtype;
    resampled.shape = m_walks.shape(Shape(sizes));
    resampled.input = *wide;
    resampled.arrangement = m_run.arrangement(std::move(arrangement));
    const auto made = computed(m_run, resampled);
    return made ? m_calculator.cast(**made, grid.dtype) : made;
}

Result<const Expression *> Resampler::permuted(const Expression &value, const std::vector<qint64> &order)
{
    const Walks::Start start = Walks::start(value);
    Rearranged to{start.way};
    to.way.permute(order);
    return m_walks.walk(*start.base, to);
}

Result<const Expression *> Resampler::reshaped(const Expression &value, const SizeList &sizes)
{
    const Shape shape(sizes);
    return shape == *value.shape ? Result<const Expression *>(&value) : m_calculator.reshaped(value, shape);
}
