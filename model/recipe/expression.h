// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/base/shape.h"
#include "model/checkpoint/tensorindex.h"
#include "model/recipe/strided.h"

#include <optional>
#include <vector>

struct Expression;

/// What is computed of every element: of it and a second number, or of it alone.
enum class Operation : quint8 {
    Add,
    Subtract,
    Multiply,
    Divide,
    Maximum,
    Abs,
    Negate,
    Reciprocal,
    Log,
    Exp,
    Sqrt,
    ReciprocalSqrt
};
constexpr bool takesSecond(Operation operation)
{
    return operation <= Operation::Maximum;
}

/// How a grid of numbers becomes one of another size: torch.nn.functional.interpolate of torch 2.11, and two that timm
/// 1.0.31 has beside it.
struct Resampling
{
    enum class Method : quint8 {
        Nearest,
        Linear, ///< along the first axis of the grid, the second has one element
        Bilinear,
        Bicubic,
        Geometric ///< timm's `resize_rel_pos_bias_table`: coordinates that grow geometrically, bilinear between them
    };
    Method method = Method::Bicubic;
    bool antialias = false;
    bool alignCorners = false;
    bool channelsLast = false; ///< height × width × channels; else channels × height × width
    bool inverted = false; ///< by the pseudo-inverse of enlarging or shrinking images: timm's `resample_patch_embed`
};

/// What an operation needs beside its input. Held by the memory of the step that made it.
struct Arrangement
{
    Strided way; ///< View
    qsizetype axis = 0; ///< Gather, Concat, Sum, Mix: of the input's shape
    std::vector<qint64> indices; ///< Gather
    std::vector<const Expression *> inputs; ///< Concat: all, in order; Arithmetic of two tensors: both
    double number = 0; ///< Fill; Normal: the standard deviation; Arithmetic of one tensor: the second number
    quint64 seed = 0; ///< Normal
    Operation operation = Operation::Add; ///< Arithmetic
    std::vector<double> weights; ///< Mix: for each new slice one of every old slice, row by row
    Resampling resampling; ///< Resample
};

/// A tensor that would come out, said symbolically: source bytes, or an operation on other expressions.
/// Immutable; lives in the Table that made it. Previews need only `dtype` and `shape`; an Evaluator computes values.
struct Expression
{
    enum class Kind : quint8 {
        Source, ///< `tensor` of the checkpoint, unchanged
        Cast, ///< `input` converted to `dtype`; `overflow` says what happens to values that do not fit
        Zeros, ///< a new tensor of zeros
        Reshape, ///< the elements of `input` in their order, in another shape
        View, ///< the elements of `input` that the arrangement's way walks, in that order
        Gather, ///< the slices of `input` along an axis with these numbers, in that order
        Concat, ///< inputs joined along an axis
        Copy, ///< `input`, in memory of its own
        Fill, ///< a new tensor of one number
        Normal, ///< a new float32 tensor of what torch.randn gives after torch.manual_seed, times a number
        Arithmetic, ///< each element of `input` and a number, or that of a second tensor of its shape and dtype
        Sum, ///< the sums of `input` along an axis
        Mix, ///< slices along an axis, each a weighted sum of those of `input`; of float64 or complex128
        Resample, ///< `input`, a grid of three axes or several, in another size; in a dtype that torch computes it in
    };
    enum class Overflow : quint8 { Infinity, Clamp, Error };
    /// As many operations may lie below one.
    static constexpr quint8 deepest = 200;

    Kind kind = Kind::Source;
    DType dtype = DType::Unknown;
    Overflow overflow = Overflow::Infinity;
    quint8 depth = 0; ///< how many operations lie below, up to `deepest`; set by StepRun
    TensorIndex tensor = 0; ///< Source: index into Checkpoint::tensors()
    const Shape *shape = nullptr; ///< never null
    const Expression *input = nullptr; ///< what is operated on; of several, the first
    const Arrangement *arrangement = nullptr; ///< View, Gather, Concat, Fill, Normal, Arithmetic, Sum, Mix, Resample

    bool takesSeveral() const { return arrangement && !arrangement->inputs.empty(); }
};

/// What an expression leads down to: a source tensor, a new one, or what takes several in.
const Expression &lowest(const Expression &expression);

/// Elements of a source tensor one after the other, as its own dense order has them.
struct SourceRun
{
    TensorIndex tensor = 0;
    qint64 firstElement = 0;
};

/// The run that the elements are, bit for bit; nothing when they have to be rearranged or computed.
std::optional<SourceRun> sourceRun(const Expression &expression);
/// The tensor that is taken as it is, whole.
std::optional<TensorIndex> wholeSource(const Expression &expression);
/// Whether no source tensor goes in.
bool isMade(const Expression &expression);
/// All source tensors an expression reads, in order, each once.
std::vector<TensorIndex> sources(const Expression &expression);
/// The first of these, if any.
std::optional<TensorIndex> firstSource(const Expression &expression);
/// numel × itemsize of the result.
qint64 byteCount(const Expression &expression);
qint64 elements(const Expression &expression);
