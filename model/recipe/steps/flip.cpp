// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Turns an axis around.
struct Flip
{
    qint64 dim = 1;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("dim", &Flip::dim, "Which axis.", mainField),
                          field("where", &Flip::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Turn axis %1 around").arg(dim))} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!axis)
                return axis.error();
            if (to.way.sizes[*axis] > 1)
                to.way.flip(*axis);
            return {};
        });
    }
};
}

const StepKind &flipStep()
{
    static const StepKind kind =
        stepKind<Flip>({.word = "flip",
                        .title = "Turn an axis around",
                        .group = "Values",
                        .help = "Turns an axis around, as torch.flip does: the last comes first. With axis 1 of a "
                                "convolution, BGR becomes RGB.",
                        .exampleStep = "flip: {where: {exact: conv1.weight}}",
                        .exampleBefore = "conv1.weight float32 64x3x7x7",
                        .exampleAfter = "conv1.weight float32 64x3x7x7"});
    return kind;
}
