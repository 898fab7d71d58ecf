// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include "model/recipe/yaml.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// How often: a number, or as often as it is there.
struct Times
{
    qint64 count = 1; ///< 0: all

    bool operator==(const Times &) const = default;
};
}

template<>
struct Codec<Times>
{
    static constexpr FieldType type = FieldType::Integer;
    static std::span<const std::string_view> choices()
    {
        static constexpr std::array<std::string_view, 1> words{"all"};
        return words;
    }
    static std::string schema() { return R"({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "all"}]})"; }
    static Result<Times> parse(const Node &node)
    {
        if (node.isScalar() && node.text == "all")
            return Times{0};
        const Result<qint64> count = parseInteger(node);
        if (!count || *count < 1)
            return expected(node, tr("a number from 1, or all"));
        return Times{*count};
    }
    static Node print(const Times &times) { return Node::scalar(times.count ? std::to_string(times.count) : "all"); }
};

namespace {
/// Takes text off the front of names.
struct RemovePrefix
{
    std::vector<std::string> prefix;
    Times times;
    OnlyIf onlyIf = OnlyIf::Any;
    Selector where;

    static constexpr auto fields()
    {
        return std::tuple{
            field("prefix", &RemovePrefix::prefix, "Text to take off the front; of several, the first that fits.",
                  mainField | requiredField),
            field("times", &RemovePrefix::times, "How often at most, or all."),
            field("only-if", &RemovePrefix::onlyIf, "Do so for any key that has it, or only if all have it."),
            field("where", &RemovePrefix::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Remove prefix "))} + codes(prefix) + inRows(where);
    }

    /// Bytes to take off the front of `name`.
    std::size_t cut(Name name) const
    {
        std::size_t at = 0;
        for (qint64 i = 0; times.count == 0 || i < times.count; ++i) {
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
        if (having == run.rows().size() && prefix.size() == 1 && times.count == 1)
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
