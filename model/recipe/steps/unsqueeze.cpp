// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Puts in an axis of one element.
struct Unsqueeze
{
    qint64 dim = 0;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("dim", &Unsqueeze::dim, "Which axis the new one is.", mainField),
                          field("where", &Unsqueeze::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Put in an axis %1").arg(dim))} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Result<qsizetype> axis = axisOf(dim, view.rank() + 1);
            if (!axis)
                return unfit(tr("has %1 axes, so that a new one cannot be axis %2.").arg(view.rank()).arg(dim));
            to.way.sizes.insert(*axis, 1);
            to.way.strides.insert(*axis, 1);
            return {};
        });
    }
};
}

const StepKind &unsqueezeStep()
{
    static const StepKind kind =
        stepKind<Unsqueeze>({.word = "unsqueeze",
                             .title = "Put in an axis",
                             .group = "Values",
                             .help = "Puts in an axis of one element, as torch.unsqueeze does.",
                             .exampleStep = "unsqueeze: 0",
                             .exampleBefore = "pos_embed float32 197x768",
                             .exampleAfter = "pos_embed float32 1x197x768"});
    return kind;
}
