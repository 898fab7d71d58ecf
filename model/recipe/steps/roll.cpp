// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// How far elements move along an axis.
struct Shift
{
    qint64 by = 0;
    bool isHalf = false;

    bool operator==(const Shift &) const = default;
};
}

template<>
struct Codec<Shift>
{
    static constexpr FieldType type = FieldType::Integer;
    static std::span<const std::string_view> choices()
    {
        static constexpr std::array<std::string_view, 1> words{"half"};
        return words;
    }
    static std::string schema() { return R"({"anyOf": [{"type": "integer"}, {"const": "half"}]})"; }
    static Result<Shift> parse(const Node &node)
    {
        if (node.isScalar() && node.text == "half")
            return Shift{0, true};
        const Result<qint64> by = parseInteger(node);
        if (!by)
            return expected(node, tr("a whole number, or half"));
        return Shift{*by, false};
    }
    static Node print(const Shift &shift) { return Node::scalar(shift.isHalf ? "half" : std::to_string(shift.by)); }
};

namespace {
/// Moves elements along an axis; what leaves it at one end comes in at the other.
struct Roll
{
    Shift shift;
    qint64 dim = 0;
    Selector where;

    static constexpr auto fields()
    {
        return std::tuple{field("shift", &Roll::shift,
                                "How far each moves on, below 0 back; half exchanges the two halves.",
                                mainField | requiredField),
                          field("dim", &Roll::dim, "Along which axis."), field("where", &Roll::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const QString words = shift.isHalf ? tr("Exchange the halves of axis %1").arg(dim)
                                           : tr("Roll axis %1 by %2").arg(dim).arg(shift.by);
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
            if (shift.isHalf && size % 2 != 0)
                return rowError(run, view.row,
                                tr("has %1 elements along the axis %2, which have no half.").arg(size).arg(*axis));
            const qint64 by = size == 0 ? 0 : shift.isHalf ? size / 2 : (shift.by % size + size) % size;
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
