// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/numberor.h"
#include "model/recipe/steps/support.h"

#include "model/recipe/yaml.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// How often: a number, or as often as it is there.
struct All
{
    static constexpr std::string_view text = "all";
    static constexpr std::optional<qint64> least = 1;
    static QString expected() { return tr("a number from 1, or all"); }
};
using Times = NumberOr<All>;

/// Takes text off the front of names.
struct RemovePrefix
{
    std::vector<std::string> prefix;
    Times times{1};
    OnlyIf onlyIf = OnlyIf::Any;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("prefix", &RemovePrefix::prefix, "Text to take off the front; of several, the first that fits.",
                  mainField | requiredField),
            field("times", &RemovePrefix::times, "How often at most, or all."),
            field("only-if", &RemovePrefix::onlyIf, "Do so for any key that has it, or only if all have it."),
            field("where", &RemovePrefix::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const QString often = !times.number ? tr(" as often as it is there")
            : *times.number > 1             ? tr(" up to %1 times").arg(*times.number)
                                            : QString();
        const std::vector<SentencePart> repeated =
            often.isEmpty() ? std::vector<SentencePart>() : std::vector{plain(often)};
        return std::vector{plain(tr("Remove prefix "))} + codes(prefix) + repeated + inRows(where);
    }

    /// Bytes to take off the front of `name`.
    std::size_t cut(Name name) const
    {
        std::size_t at = 0;
        for (qint64 i = 0; !times.number || i < *times.number; ++i) {
            const auto fits = std::find_if(prefix.begin(), prefix.end(), [&](const std::string &text) {
                return !text.empty() && name.substr(at).starts_with(text);
            });
            if (fits == prefix.end())
                break;
            at += fits->size();
        }
        return at;
    }

    Result<void> apply(StepRun &run) const
    {
        std::size_t selected = 0, having = 0;
        Result<void> counted = eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            ++selected;
            having += cut(run.rows()[index].name) > 0;
            return {};
        });
        if (!counted || having == 0 || (onlyIf == OnlyIf::All && having < selected))
            return counted;
        if (having == run.rows().size() && prefix.size() == 1 && times.number == 1)
            run.assumeInjective();
        return eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            const Name name = run.rows()[index].name;
            if (const std::size_t bytes = cut(name))
                run.rename(index, name.substr(bytes));
            return {};
        });
    }
};
}

const StepKind &removePrefixStep()
{
    static const StepKind kind = stepKind<RemovePrefix>(
        {.word = "remove-prefix",
         .title = "Remove prefix",
         .group = "Names",
         .help = "Takes text off the front of every key that has it. Prefixes are plain text and need no dot.",
         .exampleStep = "remove-prefix: module.",
         .exampleBefore = "module.conv1.weight\nmodule.fc.bias",
         .exampleAfter = "conv1.weight\nfc.bias"});
    return kind;
}
