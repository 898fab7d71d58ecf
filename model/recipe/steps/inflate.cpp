// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/numberor.h"
#include "model/recipe/steps/calculator.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

struct AsTarget
{
    static constexpr std::string_view text = "target";
    static constexpr std::optional<qint64> least = 1;
    static QString expected() { return tr("a number of frames from 1, or target"); }
};
using Frames = NumberOr<AsTarget>;

enum class InflateMode : quint8 { Mean, Centre, Repeat };
}

template<>
inline constexpr auto enumWords<InflateMode> = std::array<std::string_view, 3>{"mean", "centre", "repeat"};

namespace {
/// Gives the kernels of images an axis of frames.
struct Inflate
{
    Frames frames;
    InflateMode mode = InflateMode::Mean;
    qint64 dim = 2;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("frames", &Inflate::frames, "How many frames, or as many as the target has.", mainField),
            field("mode", &Inflate::mode,
                  "Each frame a part of the kernel, the kernel in the middle and zeros, or the kernel in "
                  "each."),
            field("dim", &Inflate::dim, "Where the new axis stands."), field("where", &Inflate::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const QString words =
            frames.number ? tr("Inflate to %1 frames").arg(*frames.number) : tr("Inflate to the frames of the target");
        const QString how = mode == InflateMode::Centre ? tr(", all but the middle one zeros")
            : mode == InflateMode::Repeat               ? tr(", each the whole kernel")
                                                        : QString();
        return std::vector{plain(words + how)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        TargetShapes targets(run);
        if (const Result<void> ok = frames.number ? Result<void>() : targets.check(); !ok)
            return ok;
        Calculator calculator(run);
        Joiner joiner(run);
        const Result<void> done = eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            run.matched(index);
            const Row row = run.rows()[index];
            const Shape &shape = *row.value->shape;
            const Result<void> movable = checkMovable(*row.value);
            const Result<qsizetype> axis = movable ? axisOf(dim, shape.size() + 1) : movable.error();
            if (!axis && frames.number)
                return rowError(run, row, axis.error().message);
            qint64 count = frames.number.value_or(0);
            if (!frames.number) {
                const Shape *wanted = targets.find(row);
                if (!wanted || *wanted == shape)
                    return {};
                SizeList others = wanted->sizes();
                if (axis && others.size() == shape.size() + 1) {
                    count = others[*axis];
                    others.remove(*axis);
                }
                if (count == 0 || Shape(others) != shape) {
                    targets.leave(row,
                                  tr("does not become the target's %1 with another axis.").arg(shapeText(*wanted)));
                    return {};
                }
            }
            const auto inflated = inflate(*row.value, *axis, count, calculator, joiner);
            if (!inflated)
                return rowError(run, row, inflated.error().message);
            run.setValue(index, *inflated);
            return {};
        });
        targets.report();
        return done;
    }

private:
    Result<const Expression *> inflate(const Expression &value, qsizetype axis, qint64 count, Calculator &calculator,
                                       Joiner &joiner) const
    {
        SizeList sizes = value.shape->sizes();
        sizes.insert(axis, count);
        if (const QString problem = sizeProblem(Shape(sizes), value.dtype); !problem.isEmpty())
            return unfit(problem);
        Result<const Expression *> frame = &value;
        if (mode == InflateMode::Mean && count > 1) {
            const DType dtype = calculatedIn(value.dtype);
            if (dtype == DType::Unknown || dtype == DType::Int64)
                return unfit(tr("is %1, which does not divide among frames; expected “mode” to be centre or repeat.")
                                 .arg(displayName(word(value.dtype))));
            frame = calculator.cast(value, dtype);
            frame = frame ? calculator.of(Operation::Divide, **frame, double(count)) : frame;
            frame = frame ? calculator.cast(**frame, value.dtype) : frame;
        }
        frame = frame ? joiner.withAxis(**frame, axis) : frame;
        if (!frame || mode != InflateMode::Centre)
            return frame ? calculator.expanded(**frame, Shape(sizes)) : frame;
        const auto zeros = [&](qint64 number) {
            sizes[axis] = number;
            return joiner.zeros(value.dtype, Shape(sizes));
        };
        return joiner.joined({zeros(count / 2), *frame, zeros(count - 1 - count / 2)}, axis);
    }
};
}

const StepKind &inflateStep()
{
    static const StepKind kind = stepKind<Inflate>(
        {.word = "inflate",
         .title = "Inflate to frames",
         .group = "Values",
         .help = "Gives kernels for images an axis of frames, as models for video begin with: mean divides the kernel "
                 "among the frames, centre puts it into the middle one.",
         .exampleStep = "inflate: {where: {exact: conv1.weight}, frames: 5}",
         .exampleBefore = "conv1.weight float32 64x3x7x7",
         .exampleAfter = "conv1.weight float32 64x3x5x7x7"});
    return kind;
}
