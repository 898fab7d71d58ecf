// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Where a slice ends.
struct Stop
{
    std::optional<qint64> at; ///< none: at the end

    bool operator==(const Stop &) const = default;
};
}

template<>
struct Codec<Stop>
{
    static constexpr FieldType type = FieldType::Integer;
    static std::span<const std::string_view> choices()
    {
        static constexpr std::array<std::string_view, 1> words{"end"};
        return words;
    }
    static std::string schema() { return R"({"anyOf": [{"type": "integer"}, {"const": "end"}]})"; }
    static Result<Stop> parse(const Node &node)
    {
        if (node.isScalar() && node.text == "end")
            return Stop{};
        const Result<qint64> at = parseInteger(node);
        if (!at)
            return expected(node, tr("a whole number, or end"));
        return Stop{*at};
    }
    static Node print(const Stop &stop) { return Node::scalar(stop.at ? std::to_string(*stop.at) : "end"); }
};

namespace {
/// Keeps a range along an axis.
struct Slice
{
    qint64 dim = 0;
    qint64 start = 0;
    Stop stop;
    qint64 step = 1;
    Selector where;

    static constexpr auto fields()
    {
        return std::tuple{field("dim", &Slice::dim, "Along which axis."),
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
        if (start == 0 && !stop.at && step == 1)
            return badStep(tr("“slice” takes nothing away; it needs start, stop or step."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        std::string range = (start ? std::to_string(start) : std::string()) + ':';
        if (stop.at)
            range += std::to_string(*stop.at);
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
            const qint64 first = within(start), last = stop.at ? within(*stop.at) : size;
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
