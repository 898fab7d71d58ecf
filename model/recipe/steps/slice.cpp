// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/numberor.h"
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Where a slice ends: at a number, or with the axis.
struct End
{
    static constexpr std::string_view text = "end";
    static constexpr std::optional<qint64> least = {};
    static QString expected() { return tr("a whole number, or end"); }
};
using Stop = NumberOr<End>;

/// Keeps a range along an axis.
struct Slice
{
    qint64 dim = 0;
    qint64 start = 0;
    Stop stop;
    qint64 step = 1;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("dim", &Slice::dim, "Along which axis."),
                          field("start", &Slice::start, "The first that stays; below 0: counted from the end."),
                          field("stop", &Slice::stop, "The first behind them that goes, or end."),
                          field("step", &Slice::step, "Of how many one stays, from 1."),
                          field("where", &Slice::where, "Which keys.")};
    }

    Result<void> check() const
    {
        if (step < 1)
            return badStep(
                tr("“step” of “slice” is %1; expected a number from 1 (flip turns an axis around).").arg(step));
        if (start == 0 && !stop.number && step == 1)
            return badStep(tr("“slice” takes nothing away; it needs start, stop or step."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        std::string range = (start ? std::to_string(start) : std::string()) + ':';
        if (stop.number)
            range += std::to_string(*stop.number);
        if (step != 1)
            range += ':' + std::to_string(step);
        return std::vector{plain(tr("Keep ")), code(range), plain(tr(" of axis %1").arg(dim))} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!axis)
                return axis.error();
            // As Python: what lies beyond an end is at the end.
            const qint64 size = view.shape()[*axis];
            const auto within = [size](qint64 number) {
                return std::clamp<qint64>(number < 0 ? std::max(number, -size) + size : number, 0, size);
            };
            const qint64 first = within(start), last = stop.number ? within(*stop.number) : size;
            if (first >= last && size > 0)
                return unfit(tr("has %1 elements along the axis %2, of which none would stay.").arg(size).arg(*axis));
            if (first < last)
                to.way.slice(*axis, first, (last - first - 1) / step + 1, step);
            return {};
        });
    }
};
}

const StepKind &sliceStep()
{
    static const StepKind kind =
        stepKind<Slice>({.word = "slice",
                         .title = "Keep a range",
                         .group = "Values",
                         .help = "Keeps a range along an axis, as tensor[start:stop:step] does.",
                         .exampleStep = "slice: {dim: 1, start: 1}",
                         .exampleBefore = "pos_embed float32 1x197x768",
                         .exampleAfter = "pos_embed float32 1x196x768"});
    return kind;
}
