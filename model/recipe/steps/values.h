// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/support.h"

#include <functional>
#include <map>
#include <tuple>

/// What the steps share that move the values of tensors and compute nothing.

/// How a step walks the elements of a row: `way` begins as the row's own, axis by axis of its shape.
struct Rearranged
{
    Strided way;
    std::optional<Shape> shape = {}; ///< of what is walked, where it is not the way's sizes
};

/// A row while a step looks at it.
struct RowView
{
    std::size_t index;
    const Row &row;
    std::span<const std::string_view> captures; ///< of the step's `where`

    const Shape &shape() const { return *row.value->shape; }
    qsizetype rank() const { return shape().size(); }
};

/// Changes `to`, or leaves it. An error's message is what cannot be done, to go on from “x” (2 × 3): "has no axis 4".
using RearrangeRule = std::function<Result<void>(const RowView &view, Rearranged &to)>;

/// Rearrange all rows that `where` selects.
Result<void> rearrangeRows(StepRun &run, const Selector &where, const RearrangeRule &rule);
Result<void> rearrangeRows(StepRun &run, const std::vector<std::size_t> &rows, const RearrangeRule &rule);
/// An error about values that cannot be moved: of an unknown or quantized dtype.
Result<void> checkMovable(const Expression &value);
/// A new expression; refuses what is computed from too many operations, or has too many elements.
Result<const Expression *> computed(StepRun &run, const Expression &value);
/// Give a row other values; refuses what is computed from too many operations, or has too many elements.
Result<void> setComputed(StepRun &run, std::size_t index, Expression value);
/// “x” (2 × 3) `what`.
Error rowError(StepRun &run, const Row &row, const QString &what);

/// The error of a rule.
Error unfit(const QString &what);
/// An axis counted from either end, as one from the start; `rank` one more where an axis is made.
Result<qsizetype> axisOf(qint64 dim, qsizetype rank);

/// Makes the expressions of one step that walk the elements of others; those of one shape share theirs.
class Walks
{
public:
    explicit Walks(StepRun &run) : m_run(run) {}

    /// Where the elements of a value are walked from.
    struct Start
    {
        const Expression *base;
        Strided way;
    };
    /// What moved already is moved from where it was at first.
    static Start start(const Expression &value);
    /// `base` walked another way; `base` itself when that is no move. As computed().
    Result<const Expression *> walk(const Expression &base, const Rearranged &to);
    const Shape *shape(const Shape &shape);

private:
    using Key = std::tuple<std::vector<qint64>, Shape>;

    std::pair<const Shape *, const Arrangement *> share(const Strided &way, const Shape &shape);

    StepRun &m_run;
    std::map<Key, std::pair<const Shape *, const Arrangement *>> m_shared;
};

/// Numbers of slices that one step keeps, all lists together.
constexpr qint64 mostIndices = 16'777'216;

/// Moves elements of rows; rows of one shape share how.
class Rearranger
{
public:
    explicit Rearranger(StepRun &run) : m_run(run), m_walks(run) {}

    /// Whether the values of a row can be moved. Counts it as matched.
    Result<void> check(const RowView &view);
    Result<void> change(const RowView &view, const RearrangeRule &rule);
    /// Slices along an axis of a row that was checked, in any order. `indices` makes their numbers, which follow from
    /// the axis and its size alone.
    Result<void> gather(const RowView &view, qsizetype axis, const std::function<std::vector<qint64>()> &indices);
    /// The same of another value, which the row then has; they follow from the size of its axis alone.
    Result<void> gather(const RowView &view, const Expression &value, qsizetype axis,
                        const std::function<std::vector<qint64>()> &indices);

private:
    StepRun &m_run;
    Walks m_walks;
    std::map<std::pair<qsizetype, qint64>, const Arrangement *> m_gathers; ///< by axis and size
    qint64 m_gathered = 0; ///< numbers kept for them
};

/// Target rows that a step takes sizes from, and those it did not find.
class TargetShapes
{
public:
    explicit TargetShapes(StepRun &run) : m_run(run) {}

    /// An error without a target.
    Result<void> check() const;
    /// Null when the target says nothing of the row: then the step leaves it.
    const Shape *find(const Row &row);
    /// Say which rows were left.
    void report();
    /// Leave a row for another reason; `what` goes on from “x”.
    void leave(const Row &row, const QString &what);

private:
    StepRun &m_run;
    qint64 m_missing = 0;
    Name m_firstMissing;
    qint64 m_left = 0;
    QString m_firstLeft;
};

/// A whole number, or an expression over captures and sizes: `in[0] // 3`, `target[-1]`, `{i}`.
class SizeExpression
{
public:
    static Result<SizeExpression> compile(std::string_view text, const CaptureScope &scope, const Lets &lets);
    /// `target` may be null where the expression does not ask for it.
    Result<qint64> evaluate(const RowView &view, const Shape *target) const;
    bool needsTarget() const;

private:
    struct Slot
    {
        enum class Kind : quint8 { Capture, In, Target };
        Kind kind = Kind::Capture;
        qint64 number = 0; ///< the capture's slot, or the axis
    };

    Arithmetic m_number;
    std::vector<Slot> m_slots;
};
