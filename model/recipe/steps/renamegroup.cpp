// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/renamerule.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Mode : quint8 { First, Chain };

/// A rule and the keys it is for.
struct GroupRule : RenameRule
{
    Selector only;

    static FieldLines fields()
    {
        FieldLines lines = ruleFields<GroupRule>();
        lines.push_back(field("only", &GroupRule::only, "Which keys the rule is for."));
        return lines;
    }

    bool operator==(const GroupRule &) const = default;
};
}

template<>
inline constexpr auto enumWords<Mode> = std::array<std::string_view, 2>{"first", "chain"};

template<>
struct Codec<std::vector<GroupRule>> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        std::string properties;
        for (const FieldInfo &info : StepTraits<GroupRule>::infos()) {
            properties += properties.empty() ? "" : ", ";
            properties += '"' + std::string(info.name) + "\": " + std::string(info.schema);
        }
        return R"({"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false, )"
               R"("required": ["to"], "properties": {)"
            + properties + "}}}";
    }
    static Result<std::vector<GroupRule>> parse(const Node &node)
    {
        if (!node.isList() || node.items.empty())
            return expected(node, tr("a list of rules such as {prefix: head., to: fc.}"));
        std::vector<GroupRule> rules;
        for (const Node &item : node.items) {
            const auto rule = StepTraits<GroupRule>::parse(item, "rename", {});
            if (!rule)
                return rule.error();
            rules.push_back(*static_cast<const GroupRule *>(rule->get()));
        }
        return rules;
    }
    static Node print(const std::vector<GroupRule> &rules)
    {
        std::vector<Node> items;
        for (const GroupRule &rule : rules)
            items.push_back(StepTraits<GroupRule>::print(rule));
        return Node::list(std::move(items));
    }
};

namespace {
/// Renames by several rules at once, so that names can be swapped.
struct RenameGroup
{
    std::vector<GroupRule> rules;
    Mode mode = Mode::First;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("rules", &RenameGroup::rules, "Bodies of renames, each with “only” for the keys it is for.",
                  mainField | requiredField),
            field("mode", &RenameGroup::mode, "The first rule that matches the key as it was, or one after the other."),
            field("where", &RenameGroup::where, "Which keys.")};
    }

    Result<void> check(const Lets &lets) const
    {
        for (const GroupRule &rule : rules) {
            if (const Result<void> sound = rule.check(outside(rule), lets); !sound)
                return sound;
        }
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(tr("Rename "))};
        for (std::size_t i = 0; i < std::min(rules.size(), shown); ++i)
            parts = std::move(parts) + (i == 0 ? std::vector<SentencePart>() : std::vector{plain(QStringLiteral(", "))})
                + rules[i].words();
        if (rules.size() > shown)
            parts.push_back(plain(tr(" and by %1 more rules").arg(rules.size() - shown)));
        return parts + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        std::vector<ReadyRule> ready;
        ready.reserve(rules.size());
        for (const GroupRule &rule : rules) {
            Result<Renamer> renamer = Renamer::make(rule, outside(rule), run.lets());
            if (!renamer)
                return run.error(renamer.error().message);
            ready.push_back({std::move(*renamer), SelectorMatcher(rule.only, &run), rule.only.isAll()});
        }
        std::string last; // scratch, as is `next`
        std::string next;
        std::vector<std::string_view> outer;
        return eachRow(run, where, [&](std::size_t index, std::span<const std::string_view> captures) -> Result<void> {
            const Row row = run.rows()[index];
            last = row.name;
            bool isRenamed = false;
            for (ReadyRule &rule : ready) {
                if (!rule.isForAll && !rule.only.matches(last, row.value->dtype, *row.value->shape)) {
                    if (rule.only.error())
                        return run.error(rule.only.error()->message);
                    continue;
                }
                outer.clear();
                if (!rule.isForAll)
                    outer.assign(rule.only.captures().begin(), rule.only.captures().end());
                outer.insert(outer.end(), captures.begin(), captures.end());
                const auto renamed = rule.renamer.rename(last, outer);
                if (!renamed)
                    return run.error(renamed.error().message);
                if (!*renamed)
                    continue;
                next.assign((*renamed)->first);
                next += (*renamed)->second;
                last.swap(next);
                isRenamed = true;
                if (mode == Mode::First)
                    break;
            }
            if (isRenamed)
                run.rename(index, last);
            return {};
        });
    }

private:
    static constexpr std::size_t shown = 2;

    struct ReadyRule
    {
        Renamer renamer;
        SelectorMatcher only;
        bool isForAll;
    };

    /// The captures that a rule may use beside its own: of `only`, then of `where`.
    CaptureScope outside(const GroupRule &rule) const
    {
        CaptureScope scope = scopeOf(rule.only);
        scope.append(scopeOf(where));
        return scope;
    }
};
}

const StepKind &renameGroupStep()
{
    static const StepKind kind = stepKind<RenameGroup>(
        {.word = "rename-group",
         .title = "Rename by rules",
         .group = "Names",
         .help =
             "Renames by several rules at once. Each key takes the first rule that matches it as it was, so two names "
             "can be swapped; or all rules, one after the other.",
         .exampleStep = "rename-group: [{text: norm1, to: norm2}, {text: norm2, to: norm1}]",
         .exampleBefore = "blocks.0.norm1.weight\nblocks.0.norm2.weight",
         .exampleAfter = "blocks.0.norm2.weight\nblocks.0.norm1.weight"});
    return kind;
}
