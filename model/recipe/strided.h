// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/shape.h"

#include <span>

/// A way to walk dense elements: the one at index i is number `offset + Σ strides·i`. Permuting, cutting and turning
/// around change the way and not the elements. The caller has checked axes and ranges.
struct Strided
{
    SizeList sizes;
    SizeList strides; ///< in elements; negative: backwards
    qint64 offset = 0;

    static Strided dense(const Shape &shape);

    /// Axis n of the result is axis dims[n].
    void permute(std::span<const qint64> dims);
    /// Along `axis`, `count` elements from number `start` on, each `step` behind the one before.
    void slice(qsizetype axis, qint64 start, qint64 count, qint64 step = 1);
    /// One element along `axis`, which goes.
    void select(qsizetype axis, qint64 index);
    void flip(qsizetype axis);
    /// Axis `axis` becomes two, of which the first has `outer` elements.
    void split(qsizetype axis, qint64 outer);

    /// Whether it walks elements one after the other, from `offset` on.
    bool isRun() const;
    bool operator==(const Strided &) const = default;
};
