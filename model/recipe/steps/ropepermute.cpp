// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class RopeDirection : quint8 { InterleavedToHalf, HalfToInterleaved };
}

template<>
inline constexpr auto enumWords<RopeDirection> =
    std::array<std::string_view, 2>{"interleaved-to-half", "half-to-interleaved"};

namespace {
/// Orders the rows that rotary embeddings turn in pairs, head by head.
struct RopePermute
{
    std::string heads;
    std::optional<RopeDirection> direction; ///< always given
    qint64 dim = 0;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("heads", &RopePermute::heads, "How many heads, a number or an expression such as in[0] // 64.",
                  mainField | requiredField),
            field("direction", &RopePermute::direction,
                  "From pairs side by side (Meta, GPT-J) to halves (transformers), or back.", requiredField),
            field("dim", &RopePermute::dim, "Along which axis."), field("where", &RopePermute::where, "Which keys.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const Result<SizeExpression> compiled = SizeExpression::compile(heads, scopeOf(where), lets);
        return compiled ? Result<void>() : compiled.error();
    }

    std::vector<SentencePart> sentence() const
    {
        const bool toHalf = direction == RopeDirection::InterleavedToHalf;
        return std::vector{plain(tr("Order rotary axis %1 of ").arg(dim)), code(heads),
                           plain(toHalf ? tr(" heads from pairs to halves") : tr(" heads from halves to pairs"))}
        + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<SizeExpression> count = SizeExpression::compile(heads, scopeOf(where), run.lets());
        if (!count)
            return run.error(count.error().message);
        TargetShapes targets(run);
        if (const Result<void> ok = count->needsTarget() ? targets.check() : Result<void>(); !ok)
            return ok;
        const Result<void> done = rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            const Shape *target = count->needsTarget() ? targets.find(view.row) : nullptr;
            if (count->needsTarget() && !target)
                return {};
            const Result<qint64> number = count->evaluate(view, target);
            if (!number)
                return unfit(tr("has no number of heads: %1").arg(number.error().message));
            return order(view, *number, to);
        });
        targets.report();
        return done;
    }

private:
    Result<void> order(const RowView &view, qint64 number, Rearranged &to) const
    {
        const Result<qsizetype> axis = axisOf(dim, view.rank());
        if (!axis)
            return axis.error();
        const qint64 size = view.shape()[*axis];
        if (number < 1 || size % number != 0 || size / number % 2 != 0)
            return unfit(tr("has %1 elements along the axis %2, which do not make %3 heads of an even size.")
                             .arg(size)
                             .arg(*axis)
                             .arg(number));
        const qint64 half = size / number / 2;
        if (half < 2)
            return {};
        const bool toHalf = direction == RopeDirection::InterleavedToHalf;
        to.shape = view.shape();
        to.way.split(*axis, number);
        to.way.split(*axis + 1, toHalf ? half : 2);
        std::swap(to.way.sizes[*axis + 1], to.way.sizes[*axis + 2]);
        std::swap(to.way.strides[*axis + 1], to.way.strides[*axis + 2]);
        return {};
    }
};
}

const StepKind &ropePermuteStep()
{
    static const StepKind kind = stepKind<RopePermute>(
        {.word = "rope-permute",
         .title = "Order for rotary embedding",
         .group = "Values",
         .help = "Orders the rows of query and key weights for the other kind of rotary embedding, which turns "
                 "neighbours in pairs, or the two halves of a head.",
         .exampleStep = "rope-permute: {where: {suffix: [wq.weight, wk.weight]}, heads: 'in[0] // 128', direction: "
                        "interleaved-to-half}",
         .exampleBefore = "layers.0.attention.wq.weight float32 4096x4096\nlayers.0.attention.wk.weight float32 "
                          "1024x4096",
         .exampleAfter = "layers.0.attention.wq.weight float32 4096x4096\nlayers.0.attention.wk.weight float32 "
                         "1024x4096"});
    return kind;
}
