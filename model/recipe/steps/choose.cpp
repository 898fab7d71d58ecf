// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/including.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

struct Choice
{
    std::optional<Condition> when; ///< nothing: otherwise
    Include include;

    bool operator==(const Choice &) const = default;
};

using Choices = std::vector<Choice>;
}

template<>
struct Codec<Choices> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;

    static std::string schema()
    {
        const std::string body = R"({"anyOf": [)" + std::string(textSchema)
            + R"(, {"type": "object", "additionalProperties": false, "required": ["recipe"], "properties": {"recipe": )"
            + std::string(textSchema) + R"(, "with": {"type": "object"}, "under": )" + std::string(textSchema) + "}}]}";
        return R"({"type": "array", "minItems": 1, "items": {"anyOf": [)"
               R"({"type": "object", "additionalProperties": false, "required": ["when", "include"], "properties": {"when": )"
            + std::string(conditionReference) + R"(, "include": )" + body
            + R"(}}, {"type": "object", "additionalProperties": false, "required": ["otherwise"], "properties": )"
              R"({"otherwise": )"
            + body + "}}]}}";
    }

    static Result<Choices> parse(const Node &node)
    {
        if (!node.isList() || node.items.empty())
            return expected(node, tr("a list of {when: condition, include: name}, the last may be {otherwise: name}"));
        Choices choices;
        for (const Node &item : node.items) {
            Result<Choice> choice = parseChoice(item, &item == &node.items.back());
            if (!choice)
                return choice.error();
            choices.push_back(std::move(*choice));
        }
        return choices;
    }

    static Node print(const Choices &choices)
    {
        std::vector<Node> items;
        for (const Choice &choice : choices) {
            Node body = StepTraits<Include>::print(choice.include);
            items.push_back(choice.when ? Node::map({{"when", choice.when->node()}, {"include", std::move(body)}})
                                        : Node::map({{"otherwise", std::move(body)}}));
        }
        return Node::list(std::move(items));
    }

private:
    static Result<Choice> parseChoice(const Node &item, bool isLast)
    {
        const Node *when = item.find("when"), *include = item.find("include"), *otherwise = item.find("otherwise");
        for (const auto &[name, value] : item.entries) {
            if (name != "when" && name != "include" && name != "otherwise")
                return errorAtKey(value,
                                  tr("A choice has no “%1”%2")
                                      .arg(displayName(name), suggestion(name, {"when", "include", "otherwise"})));
        }
        if (otherwise ? when || include : !when || !include)
            return expected(item, tr("{when: condition, include: name} or {otherwise: name}"));
        if (otherwise && !isLast)
            return errorAtKey(*otherwise, tr("“otherwise” stands last: what is behind it would never be taken."));
        Choice choice;
        if (when) {
            Result<Condition> condition = Condition::parse(*when);
            if (!condition)
                return condition.error();
            choice.when = std::move(*condition);
        }
        const auto body = StepTraits<Include>::parse(when ? *include : *otherwise, "include", {});
        if (!body)
            return body.error();
        choice.include = *static_cast<const Include *>(body->get());
        return choice;
    }
};

namespace {
/// Runs the first of several recipes whose condition holds.
struct Choose
{
    Choices choices;

    static FieldLines fields()
    {
        return FieldLines{field("choices", &Choose::choices,
                                "Conditions and recipes, {when: …, include: name}; the last may be {otherwise: name}.",
                                bodyField | requiredField)};
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<std::string> names;
        for (const Choice &choice : choices)
            names.push_back(choice.include.recipe);
        return std::vector{plain(tr("Choose the first that fits of "))} + codes(names);
    }

    Result<void> resolve(const StepFiles &files)
    {
        for (Choice &choice : choices) {
            if (const Result<void> done = choice.include.resolve(files); !done)
                return done;
        }
        return {};
    }

    bool sameResolved(const Choose &other) const
    {
        return std::equal(
            choices.begin(), choices.end(), other.choices.begin(), other.choices.end(),
            [](const Choice &left, const Choice &right) { return left.include.sameResolved(right.include); });
    }

    std::vector<Included> included() const
    {
        std::vector<Included> all;
        for (const Choice &choice : choices) {
            all.push_back(choice.include.included().front());
            all.back().when = choice.when;
        }
        return all;
    }

    void moveFrom(const QString &folder)
    {
        for (Choice &choice : choices)
            choice.include.moveFrom(folder);
    }

    Result<void> apply(StepRun &run) const
    {
        for (std::size_t i = 0; i < choices.size(); ++i) {
            const Choice &choice = choices[i];
            const Result<bool> met = choice.when ? holds(run, *choice.when) : Result<bool>(true);
            if (!met)
                return met.error();
            if (!*met)
                continue;
            const QString why = choice.when
                ? tr("its condition holds, %1").arg(displayName(textOf(choice.when->node())))
                : tr("no condition of the others holds");
            run.finding(Finding::Severity::Info, "chosen",
                        tr("Step %1 takes “%2”: %3.").arg(run.number(), displayName(choice.include.recipe), why));
            return choice.include.apply(run, int(i));
        }
        if (run.step().required)
            return run.error(tr("it is required to match something, but none of its conditions holds."));
        run.checksOnly();
        run.finding(Finding::Severity::Warning, "no-effect",
                    tr("%1 changes nothing: none of its conditions holds.").arg(run.title()));
        return {};
    }
};
}

const StepKind &chooseStep()
{
    static const StepKind kind = stepKind<Choose>(
        {.word = "choose",
         .title = "Choose",
         .group = "Flow",
         .help =
             "Includes the first of several recipes whose condition holds, as “include” does; none where none holds "
             "and there is no {otherwise: name}.",
         .exampleStep = "choose: [{when: {any: {prefix: module.}}, include: wrappers/data_parallel}, "
                        "{otherwise: wrappers/torch_compile}]",
         .exampleBefore = "module.conv1.weight\nmodule.fc.weight",
         .exampleAfter = "conv1.weight\nfc.weight"});
    return kind;
}
