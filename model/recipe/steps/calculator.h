// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/values.h"

/// What the steps share that compute numbers.

/// The dtype to compute with: floats in float32 or wider, whole numbers in int64. Unknown for all others, and for
/// those torch does not compute with.
DType calculatedIn(DType dtype);
/// The wider of two that calculatedIn() gave, of the same kind.
DType wider(DType left, DType right);
/// As torch broadcasts: axes counted from the last are alike, or one of them is 1 or not there.
std::optional<Shape> broadcastShape(const Shape &left, const Shape &right);
/// Why a new tensor cannot be of that size, to go on from “x”; empty: it can.
QString sizeProblem(const Shape &shape, DType dtype);

/// Makes the expressions of one step that compute. What is computed together has one dtype, which the result has too.
/// Errors as those of a rule.
class Calculator
{
public:
    explicit Calculator(StepRun &run) : m_run(run), m_walks(run) {}

    /// The value itself when it is of that dtype.
    Result<const Expression *> cast(const Expression &value, DType dtype);
    /// Along an axis, which goes, or keeps one element.
    Result<const Expression *> sum(const Expression &value, qsizetype axis, bool keepAxis);
    Result<const Expression *> mean(const Expression &value, qsizetype axis, bool keepAxis);
    Result<const Expression *> of(Operation operation, const Expression &value, double second = 0);
    /// Both broadcast.
    Result<const Expression *> of(Operation operation, const Expression &first, const Expression &second);
    /// As torch's expand; the shapes fit.
    Result<const Expression *> expanded(const Expression &value, const Shape &shape);
    /// The same elements in another shape.
    Result<const Expression *> reshaped(const Expression &value, const Shape &shape);

private:
    Result<const Expression *> sized(const Expression &value) const;

    StepRun &m_run;
    Walks m_walks;
    std::map<std::pair<Operation, quint64>, const Arrangement *> m_numbers; ///< by the bits of the second
    std::map<qsizetype, const Arrangement *> m_axes;
};
