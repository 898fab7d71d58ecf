// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/numberor.h"
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// How far elements move along an axis: so many places, or half of it.
struct Half
{
    static constexpr std::string_view text = "half";
    static constexpr std::optional<qint64> least = {};
    static QString expected() { return tr("a whole number, or half"); }
};
using Shift = NumberOr<Half>;

/// Moves elements along an axis; what leaves it at one end comes in at the other.
struct Roll
{
    Shift shift{0};
    qint64 dim = 0;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("shift", &Roll::shift,
                                "How far each moves on, below 0 back; half exchanges the two halves.",
                                mainField | requiredField),
                          field("dim", &Roll::dim, "Along which axis."), field("where", &Roll::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const QString words = !shift.number ? tr("Exchange the halves of axis %1").arg(dim)
                                            : tr("Roll axis %1 by %2").arg(dim).arg(*shift.number);
        return std::vector{plain(words)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        Rearranger rearranger(run);
        return eachRow(run, where, [&](std::size_t index, std::span<const std::string_view> captures) -> Result<void> {
            const RowView view{index, run.rows()[index], captures};
            if (const Result<void> sound = rearranger.check(view); !sound)
                return sound;
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!axis)
                return rowError(run, view.row, axis.error().message);
            const qint64 size = view.shape()[*axis];
            if (!shift.number && size % 2 != 0)
                return rowError(run, view.row,
                                tr("has %1 elements along the axis %2, which have no half.").arg(size).arg(*axis));
            const qint64 by = size == 0 ? 0 : !shift.number ? size / 2 : (*shift.number % size + size) % size;
            if (by == 0)
                return {};
            if (by * 2 == size)
                return rearranger.change(view, [&](const RowView &, Rearranged &to) -> Result<void> {
                    to.shape = view.shape();
                    to.way.split(*axis, 2);
                    to.way.flip(*axis);
                    return {};
                });
            if (size > mostIndices)
                return rowError(run, view.row,
                                tr("has %1 elements along the axis %2; one of up to %3 can be given another order.")
                                    .arg(exactText(size))
                                    .arg(*axis)
                                    .arg(exactText(mostIndices)));
            return rearranger.gather(view, *axis, [&] {
                std::vector<qint64> indices;
                for (qint64 i = 0; i < size; ++i)
                    indices.push_back((i - by + size) % size);
                return indices;
            });
        });
    }
};
}

const StepKind &rollStep()
{
    static const StepKind kind =
        stepKind<Roll>({.word = "roll",
                        .title = "Roll",
                        .group = "Values",
                        .help = "Moves elements along an axis, as torch.roll does: what leaves at one end comes in at "
                                "the other. By half, two parts change places.",
                        .exampleStep = "roll: {where: {suffix: fc1.weight}, shift: half}",
                        .exampleBefore = "mlp.fc1.weight float32 3072x768",
                        .exampleAfter = "mlp.fc1.weight float32 3072x768"});
    return kind;
}
