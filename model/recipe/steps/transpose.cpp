// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Exchanges two axes.
struct Transpose
{
    std::vector<qint64> dims{0, 1};
    bool onlyIfNeeded = false;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("dims", &Transpose::dims, "The two axes.", mainField),
                          field("only-if-needed", &Transpose::onlyIfNeeded,
                                "Only where the target's shape differs and becomes equal by it."),
                          field("where", &Transpose::where, "Which keys.")};
    }

    Result<void> check() const
    {
        if (dims.size() == 2)
            return {};
        return badStep(tr("“transpose” exchanges two axes, but %1 are given.").arg(dims.size()));
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(tr("Exchange axes %1 and %2").arg(dims[0]).arg(dims[1]))};
        if (onlyIfNeeded)
            parts.push_back(plain(tr(" where the target needs it")));
        return parts + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        TargetShapes targets(run);
        if (const Result<void> ok = onlyIfNeeded ? targets.check() : Result<void>(); !ok)
            return ok;
        const Result<void> done = rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            if (!onlyIfNeeded)
                return exchange(view, to.way);
            const Shape *wanted = targets.find(view.row);
            if (!wanted || *wanted == view.shape())
                return {};
            Strided exchanged = to.way;
            if (exchange(view, exchanged) && Shape(exchanged.sizes) == *wanted)
                to.way = exchanged;
            return {};
        });
        targets.report();
        return done;
    }

private:
    Result<void> exchange(const RowView &view, Strided &way) const
    {
        const Result<qsizetype> first = axisOf(dims[0], view.rank()), second = axisOf(dims[1], view.rank());
        if (!first || !second)
            return first ? second.error() : first.error();
        std::swap(way.sizes[*first], way.sizes[*second]);
        std::swap(way.strides[*first], way.strides[*second]);
        return {};
    }
};
}

const StepKind &transposeStep()
{
    static const StepKind kind =
        stepKind<Transpose>({.word = "transpose",
                             .title = "Exchange axes",
                             .group = "Values",
                             .help = "Exchanges two axes of tensors, as torch.transpose does: rows become columns.",
                             .exampleStep = "transpose: [0, 1]",
                             .exampleBefore = "head/kernel float32 768x1000",
                             .exampleAfter = "head/kernel float32 1000x768"});
    return kind;
}
