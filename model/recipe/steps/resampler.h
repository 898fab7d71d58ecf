// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/calculator.h"
#include "model/recipe/steps/grids.h"

/// Makes the expressions of one step that give grids of numbers another size. Errors as those of a rule.
class Resampler
{
public:
    explicit Resampler(StepRun &run) : m_run(run), m_walks(run), m_calculator(run) {}

    /// In which dtype: float32, or the tensor's own where torch's kernels know it.
    enum class Width : quint8 { Float32, Own };
    /// A grid of three axes, its channels last or first as `how` says, or several of these, in another size; in its own
    /// dtype again.
    Result<const Expression *> resampled(const Expression &grid, const GridSize &to, const Resampling &how,
                                         Width width);
    /// As torch's permute.
    Result<const Expression *> permuted(const Expression &value, const std::vector<qint64> &order);
    /// The same elements in another shape.
    Result<const Expression *> reshaped(const Expression &value, const SizeList &sizes);

private:
    static QString problemOf(const Expression &grid, const GridSize &from, const GridSize &to, const Resampling &how);

    StepRun &m_run;
    Walks m_walks;
    Calculator m_calculator;
};

/// Give each row that `where` selects the size that the step says, or that of the target's row of its name.
/// `resize(row, wanted, targets)` gives the new value; the row's own where nothing changes; null where it has left the
/// row with a reason. `wanted` is the target's shape, null where the step says the size. Its errors are those of a
/// rule.
template<typename Resize>
Result<void> resizeEach(StepRun &run, const Selector &where, const GridOr<TargetWord> &to, Resize resize)
{
    TargetShapes targets(run);
    if (const Result<void> ok = to.size ? Result<void>() : targets.check(); !ok)
        return ok;
    const Result<void> done = eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
        run.matched(index);
        const Row row = run.rows()[index];
        if (const Result<void> movable = checkMovable(*row.value); !movable)
            return rowError(run, row, movable.error().message);
        const Shape *wanted = to.size ? nullptr : targets.find(row);
        if (!to.size && !wanted)
            return {};
        const Result<const Expression *> resized = resize(row, wanted, targets);
        if (!resized)
            return rowError(run, row, resized.error().message);
        if (*resized && *resized != row.value)
            run.setValue(index, *resized);
        return {};
    });
    targets.report();
    return done;
}
