// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/recipe/dialects/exportsettings.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/dialects/regexrules.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

Error cannot(const Recipe &recipe, std::size_t step, const QString &whose, const QString &why)
{
    return {Error::Kind::BadRecipe,
            tr("Step %1 (%2) cannot be written as %3: %4")
                .arg(step + 1)
                .arg(recipe.steps()[step].sentenceText(), whose, why)};
}

/// All rules, or the step that prevents them.
Result<std::vector<RegexRule>> rulesOf(const Recipe &recipe, RegexDialect dialect)
{
    const QString whose =
        dialect == RegexDialect::MMEngine ? tr("MMEngine's revise_keys") : tr("transformers' key_mapping");
    if (recipe.native())
        return Error{Error::Kind::BadRecipe,
                     tr("The recipe's guard (“native”) cannot be written as %1, which has no condition.").arg(whose)};
    if (recipe.bind().unmatched == Bind::Unmatched::Fill)
        return Error{
            Error::Kind::BadRecipe,
            tr("“unmatched: fill” of “bind” cannot be written as %1, which renames keys and takes no values of "
               "the target.")
                .arg(whose)};
    std::vector<RegexRule> rules;
    for (std::size_t i = 0; i < recipe.steps().size(); ++i) {
        const Step &step = recipe.steps()[i];
        if (!step.enabled)
            continue;
        if (step.when)
            return cannot(recipe, i, whose, tr("it has a condition (“when”)."));
        const Result<std::vector<RegexRule>> made = regexRules(step, dialect);
        if (!made)
            return cannot(recipe, i, whose, made.error().message);
        rules.insert(rules.end(), made->begin(), made->end());
        for (std::size_t at = rules.size() - made->size(); at < rules.size(); ++at) {
            const bool isTwice = std::any_of(rules.begin(), rules.begin() + std::ptrdiff_t(at),
                                             [&](const RegexRule &rule) { return rule.pattern == rules[at].pattern; });
            if (dialect == RegexDialect::Transformers && isTwice)
                return cannot(recipe, i, whose, tr("an earlier step looks for the same, and a map has each key once."));
        }
    }
    return rules;
}
}

Result<std::string> exportReviseKeys(const Recipe &recipe)
{
    const auto rules = rulesOf(recipe, RegexDialect::MMEngine);
    if (!rules)
        return rules.error();
    std::string out = "revise_keys=[\n";
    for (const RegexRule &rule : *rules)
        out += "    (" + pythonText(rule.pattern) + ", " + pythonText(rule.replacement) + "),\n";
    return out + "]\n";
}

Result<std::string> exportKeyMapping(const Recipe &recipe)
{
    const auto rules = rulesOf(recipe, RegexDialect::Transformers);
    if (!rules)
        return rules.error();
    std::string out = "{";
    for (const RegexRule &rule : *rules)
        out += (out.size() > 1 ? ",\n    " : "\n    ") + jsonString(rule.pattern) + ": " + jsonString(rule.replacement);
    return out + (rules->empty() ? "}\n" : "\n}\n");
}
