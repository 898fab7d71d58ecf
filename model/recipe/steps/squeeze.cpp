// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Takes out an axis of one element.
struct Squeeze
{
    qint64 dim = 0;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("dim", &Squeeze::dim, "The axis that goes.", mainField),
                          field("where", &Squeeze::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Take out axis %1").arg(dim))} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!axis)
                return axis.error();
            if (to.way.sizes[*axis] != 1)
                return unfit(tr("has %1 elements along the axis %2; only an axis of one can go.")
                                 .arg(to.way.sizes[*axis])
                                 .arg(dim));
            to.way.select(*axis, 0);
            return {};
        });
    }
};
}

const StepKind &squeezeStep()
{
    static const StepKind kind = stepKind<Squeeze>(
        {.word = "squeeze",
         .title = "Take out an axis",
         .group = "Values",
         .help = "Takes out an axis of one element, as torch.squeeze does; an axis of more is an error.",
         .exampleStep = "squeeze: 0",
         .exampleBefore = "pos_embed float32 1x197x768",
         .exampleAfter = "pos_embed float32 197x768"});
    return kind;
}
