// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class To : quint8 { Start, End };
}

template<>
inline constexpr auto enumWords<To> = std::array<std::string_view, 2>{"start", "end"};

namespace {
/// Puts keys before or behind all others.
struct Move
{
    Selector where;
    To to = To::End;

    static FieldLines fields()
    {
        return FieldLines{field("where", &Move::where, "Which keys.", mainField | requiredField),
                          field("to", &Move::to, "Before all others, or behind them.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Move "))} + selectorWords(where)
            + std::vector{plain(to == To::Start ? tr(" to the start") : tr(" to the end"))};
    }

    Result<void> apply(StepRun &run) const
    {
        return eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            run.matched(index);
            run.move(index, to == To::Start ? RowPlace::Start : RowPlace::End);
            return {};
        });
    }
};
}

const StepKind &moveStep()
{
    static const StepKind kind = stepKind<Move>(
        {.word = "move",
         .title = "Move",
         .group = "Names",
         .help =
             "Puts keys before or behind all others, in the order they have. Only the order of the saved file changes.",
         .exampleStep = "move: {where: {prefix: head.}, to: start}",
         .exampleBefore = "conv.weight\nhead.weight\nhead.bias",
         .exampleAfter = "head.weight\nhead.bias\nconv.weight"});
    return kind;
}
