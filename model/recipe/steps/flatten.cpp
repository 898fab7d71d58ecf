// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Joins neighbouring axes into one.
struct Flatten
{
    qint64 start = 0;
    qint64 end = -1;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("start", &Flatten::start, "The first axis that is joined.", mainField),
                          field("end", &Flatten::end, "The last one."), field("where", &Flatten::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{
                   plain(start == 0 && end == -1 ? tr("Join all axes") : tr("Join axes %1 to %2").arg(start).arg(end))}
        + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            SizeList sizes = view.shape().sizes();
            if (sizes.isEmpty())
                sizes.append(1); // as torch: of a scalar, an axis of one
            const Result<qsizetype> first = axisOf(start, sizes.size()), last = axisOf(end, sizes.size());
            if (!first || !last)
                return first ? last.error() : first.error();
            if (*first > *last)
                return unfit(tr("cannot be joined from axis %1 to %2, which comes before.").arg(start).arg(end));
            for (qsizetype axis = *first + 1; axis <= *last; ++axis)
                sizes[*first] *= sizes[axis];
            sizes.remove(*first + 1, *last - *first);
            to.shape = Shape(sizes);
            return {};
        });
    }
};
}

const StepKind &flattenStep()
{
    static const StepKind kind = stepKind<Flatten>(
        {.word = "flatten",
         .title = "Join axes",
         .group = "Values",
         .help = "Joins neighbouring axes into one, as torch.flatten does; the elements keep their order.",
         .exampleStep = "flatten: 1",
         .exampleBefore = "patch_embed.weight float32 768x3x16x16",
         .exampleAfter = "patch_embed.weight float32 768x768"});
    return kind;
}
