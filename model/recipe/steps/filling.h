// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/support.h"

/// What new elements are: all the same number, or drawn from a normal distribution as torch.randn does after
/// torch.manual_seed(seed), times a standard deviation.
struct Filling
{
    enum class Kind : quint8 { Zeros, Ones, Number, Normal };

    Kind kind = Kind::Zeros;
    double number = 0; ///< Number; Normal: the standard deviation
    qint64 seed = 0; ///< Normal

    QString words() const;
    /// Why elements of that dtype cannot be so, to go on from “x”; empty: they can.
    QString problem(DType dtype) const;
    /// Values of a new tensor.
    const Expression *expression(StepRun &run, DType dtype, const Shape *shape) const;
    bool operator==(const Filling &) const = default;
};

template<>
struct Codec<Filling> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema();
    static Result<Filling> parse(const Node &node);
    static Node print(const Filling &filling);
};
