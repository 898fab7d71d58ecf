// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Mixes equal parts of an axis, one element of each in turn.
struct Interleave
{
    qint64 parts = 2;
    qint64 dim = 0;
    bool inverse = false;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("parts", &Interleave::parts, "How many equal parts, from 2.", mainField),
                          field("dim", &Interleave::dim, "Along which axis."),
                          field("inverse", &Interleave::inverse, "Take the parts apart again."),
                          field("where", &Interleave::where, "Which keys.")};
    }

    Result<void> check() const
    {
        if (parts >= 2)
            return {};
        return badStep(tr("“parts” of “interleave” is %1; expected a number from 2.").arg(parts));
    }

    std::vector<SentencePart> sentence() const
    {
        const QString words =
            inverse ? tr("Take %1 interleaved parts of axis %2 apart") : tr("Interleave %1 parts of axis %2");
        return std::vector{plain(words.arg(parts).arg(dim))} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!axis)
                return axis.error();
            const qint64 size = view.shape()[*axis];
            if (size % parts != 0)
                return unfit(tr("has %1 elements along the axis %2, which do not make %3 equal parts.")
                                 .arg(size)
                                 .arg(*axis)
                                 .arg(parts));
            if (size == parts || size == 0)
                return {};
            to.shape = view.shape();
            to.way.split(*axis, inverse ? size / parts : parts);
            std::swap(to.way.sizes[*axis], to.way.sizes[*axis + 1]);
            std::swap(to.way.strides[*axis], to.way.strides[*axis + 1]);
            return {};
        });
    }
};
}

const StepKind &interleaveStep()
{
    static const StepKind kind = stepKind<Interleave>(
        {.word = "interleave",
         .title = "Interleave parts",
         .group = "Values",
         .help = "Mixes equal parts of an axis: the first of each part, then the second of each. With inverse, the "
                 "parts are taken apart again.",
         .exampleStep = "interleave: {where: {exact: kv.weight}, parts: 2}",
         .exampleBefore = "kv.weight float32 1536x768",
         .exampleAfter = "kv.weight float32 1536x768"});
    return kind;
}
