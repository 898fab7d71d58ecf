// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/newshape.h"

#include <algorithm>

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Gives tensors another shape.
struct Reshape
{
    NewShape shape;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("shape", &Reshape::shape,
                                "The target's, or a list of sizes: numbers, -1 for what is left, expressions.",
                                mainField | requiredField),
                          field("where", &Reshape::where, "Which keys.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const Result<std::vector<SizeExpression>> compiled = shape.compile(scopeOf(where), lets);
        return compiled ? Result<void>() : compiled.error();
    }

    std::vector<SentencePart> sentence() const
    {
        if (shape.isTarget)
            return std::vector{plain(tr("Reshape as the target"))} + inRows(where);
        return std::vector{plain(tr("Reshape to ")), code(shape.listText())} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<std::vector<SizeExpression>> sizes = shape.compile(scopeOf(where), run.lets());
        if (!sizes)
            return run.error(sizes.error().message);
        const bool asksTarget = shape.isTarget
            || std::any_of(sizes->begin(), sizes->end(), [](const SizeExpression &size) { return size.needsTarget(); });
        TargetShapes targets(run);
        if (const Result<void> ok = asksTarget ? targets.check() : Result<void>(); !ok)
            return ok;
        const Result<void> done = rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Shape *wanted = asksTarget ? targets.find(view.row) : nullptr;
            if (asksTarget && !wanted)
                return {};
            if (!shape.isTarget)
                return fill(view, *sizes, wanted, to);
            if (elementCount(*wanted) == elementCount(view.shape()))
                to.shape = *wanted;
            else
                targets.leave(view.row, tr("has not as many elements as the target's %1.").arg(shapeText(*wanted)));
            return {};
        });
        targets.report();
        return done;
    }

private:
    static Result<void> fill(const RowView &view, const std::vector<SizeExpression> &expressions, const Shape *target,
                             Rearranged &to)
    {
        SizeList sizes;
        qsizetype open = -1;
        qint64 product = 1;
        bool isCountable = true;
        for (const SizeExpression &expression : expressions) {
            const Result<qint64> size = expression.evaluate(view, target);
            if (!size)
                return unfit(tr("cannot be reshaped: %1").arg(size.error().message));
            if (*size < -1 || (*size == -1 && open >= 0))
                return unfit(*size == -1 ? tr("cannot be reshaped: only one size may be -1.")
                                         : tr("cannot be reshaped: there is no size %1.").arg(*size));
            if (*size == -1)
                open = sizes.size();
            else
                isCountable = isCountable && !__builtin_mul_overflow(product, *size, &product);
            sizes.append(*size);
        }
        const qint64 count = elementCount(view.shape()).value_or(0);
        const bool divides = open < 0 ? product == count : product > 0 && count % product == 0;
        if (!isCountable || !divides)
            return unfit(tr("has %1 elements, which do not make %2.").arg(count).arg(sizesText(sizes)));
        if (open >= 0)
            sizes[open] = count / product;
        to.shape = Shape(sizes);
        return {};
    }
};
}

const StepKind &reshapeStep()
{
    static const StepKind kind =
        stepKind<Reshape>({.word = "reshape",
                           .title = "Reshape",
                           .group = "Values",
                           .help = "Gives tensors another shape, as torch.reshape does; the elements keep their order.",
                           .exampleStep = "reshape: [64, -1]",
                           .exampleBefore = "proj.weight float32 64x3x4x4",
                           .exampleAfter = "proj.weight float32 64x48"});
    return kind;
}
