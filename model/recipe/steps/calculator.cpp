// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/calculator.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <bit>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr qint64 mostBytes = 64LL << 30;
constexpr qsizetype mostAxes = 64; ///< torch's own limit
}

DType calculatedIn(DType dtype)
{
    switch (info(dtype).kind) {
    case DTypeKind::Float:
        return dtype == DType::Float4E2M1FNx2 ? DType::Unknown
            : dtype == DType::Float64         ? DType::Float64
                                              : DType::Float32;
    case DTypeKind::Complex:
        return dtype == DType::BComplex32 ? DType::Unknown
            : dtype == DType::Complex128  ? DType::Complex128
                                          : DType::Complex64;
    case DTypeKind::Integer: return dtype == DType::UInt64 ? DType::Unknown : DType::Int64;
    default: return DType::Unknown;
    }
}

DType wider(DType left, DType right)
{
    return byteSize(right) > byteSize(left) ? right : left;
}

std::optional<Shape> broadcastShape(const Shape &left, const Shape &right)
{
    const SizeList &longer = left.size() < right.size() ? right.sizes() : left.sizes();
    const SizeList &shorter = left.size() < right.size() ? left.sizes() : right.sizes();
    SizeList sizes = longer;
    for (qsizetype axis = 0; axis < shorter.size(); ++axis) {
        qint64 &size = sizes[longer.size() - shorter.size() + axis];
        if (size != shorter[axis] && size != 1 && shorter[axis] != 1)
            return std::nullopt;
        size = size == 1 ? shorter[axis] : size;
    }
    return Shape(sizes);
}

QString sizeProblem(const Shape &shape, DType dtype)
{
    if (shape.size() > mostAxes)
        return tr("would have %1 axes; torch takes up to %2.").arg(shape.size()).arg(mostAxes);
    qint64 bytes = 0;
    const std::optional<qint64> count = elementCount(shape);
    if (!count || __builtin_mul_overflow(*count, byteSize(dtype), &bytes) || bytes > mostBytes)
        return tr("(%1, %2) would be larger than %3, the most that is made.")
            .arg(shapeText(shape), displayName(word(dtype)), bytesText(mostBytes));
    return {};
}

Result<const Expression *> Calculator::cast(const Expression &value, DType dtype)
{
    if (value.dtype == dtype)
        return &value;
    Expression cast;
    cast.kind = Expression::Kind::Cast;
    cast.dtype = dtype;
    cast.shape = value.shape;
    cast.input = &value;
    return computed(m_run, cast);
}

Result<const Expression *> Calculator::sum(const Expression &value, qsizetype axis, bool keepAxis)
{
    SizeList sizes = value.shape->sizes();
    if (keepAxis)
        sizes[axis] = 1;
    else
        sizes.remove(axis);
    const Arrangement *&arrangement = m_axes[axis];
    if (!arrangement) {
        Arrangement along;
        along.axis = axis;
        arrangement = m_run.arrangement(std::move(along));
    }
    Expression sum;
    sum.kind = Expression::Kind::Sum;
    sum.dtype = value.dtype;
    sum.shape = m_walks.shape(Shape(sizes));
    sum.input = &value;
    sum.arrangement = arrangement;
    return computed(m_run, sum);
}

Result<const Expression *> Calculator::mean(const Expression &value, qsizetype axis, bool keepAxis)
{
    const Result<const Expression *> total = sum(value, axis, keepAxis);
    return total ? of(Operation::Divide, **total, double((*value.shape)[axis])) : total;
}

Result<const Expression *> Calculator::of(Operation operation, const Expression &value, double second)
{
    const Arrangement *&arrangement = m_numbers[{operation, std::bit_cast<quint64>(second)}];
    if (!arrangement) {
        Arrangement number;
        number.operation = operation;
        number.number = second;
        arrangement = m_run.arrangement(std::move(number));
    }
    Expression result;
    result.kind = Expression::Kind::Arithmetic;
    result.dtype = value.dtype;
    result.shape = value.shape;
    result.input = &value;
    result.arrangement = arrangement;
    return computed(m_run, result);
}

Result<const Expression *> Calculator::of(Operation operation, const Expression &first, const Expression &second)
{
    const std::optional<Shape> shape = broadcastShape(*first.shape, *second.shape);
    if (!shape)
        return unfit(tr("does not fit the shape %1: torch broadcasts axes that are alike or 1, counted from the last.")
                         .arg(shapeText(*second.shape)));
    const Result<const Expression *> left = expanded(first, *shape);
    const Result<const Expression *> right = left ? expanded(second, *shape) : left;
    if (!right)
        return right;
    Arrangement both;
    both.operation = operation;
    both.inputs = {*left, *right};
    Expression result;
    result.kind = Expression::Kind::Arithmetic;
    result.dtype = first.dtype;
    result.shape = (*left)->shape;
    result.input = *left;
    result.arrangement = m_run.arrangement(std::move(both));
    return computed(m_run, result);
}

Result<const Expression *> Calculator::expanded(const Expression &value, const Shape &shape)
{
    if (*value.shape == shape)
        return &value;
    if (const QString problem = sizeProblem(shape, value.dtype); !problem.isEmpty())
        return unfit(problem);
    const Walks::Start start = Walks::start(value);
    Rearranged to{start.way};
    const SizeList sizes = shape.sizes();
    while (to.way.sizes.size() < sizes.size()) {
        to.way.sizes.insert(qsizetype(0), 1);
        to.way.strides.insert(qsizetype(0), 0);
    }
    for (qsizetype axis = 0; axis < sizes.size(); ++axis) {
        if (to.way.sizes[axis] == sizes[axis])
            continue;
        to.way.sizes[axis] = sizes[axis];
        to.way.strides[axis] = 0;
    }
    return m_walks.walk(*start.base, to);
}

Result<const Expression *> Calculator::reshaped(const Expression &value, const Shape &shape)
{
    Rearranged to{Strided::dense(*value.shape), shape};
    return m_walks.walk(value, to);
}
