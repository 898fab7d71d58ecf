// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "model/base/text.h"
#include "model/recipe/library.h"
#include "model/recipe/recipewords.h"
#include "model/recipe/selectorcompiled.h"

#include <QFileInfo>

namespace {
using namespace Qt::StringLiterals;

QString text(std::string_view words)
{
    return QString::fromUtf8(words.data(), qsizetype(words.size()));
}

void printIndented(const Terminal &terminal, std::string_view lines)
{
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        terminal.line(u"  "_s + text(lines.substr(0, end)));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

void explainStep(const Terminal &terminal, const StepKind &kind)
{
    terminal.line(u"%1: %2"_s.arg(text(kind.word), text(kind.help)));
    terminal.line();
    for (const FieldInfo &field : kind.fields) {
        QString line = u"  %1%2"_s.arg(text(field.name), field.isMain ? u"*"_s : QString());
        if (!field.choices.empty()) {
            QStringList words;
            for (const std::string_view choice : field.choices)
                words += text(choice);
            line += u": "_s + words.join(u" | "_s);
        }
        if (!field.defaultText.empty())
            line += u" = "_s + text(field.defaultText);
        terminal.line(line + u"  — "_s + text(field.help));
    }
    terminal.line();
    terminal.line(text(kind.exampleStep));
    terminal.line(u"before"_s);
    printIndented(terminal, kind.exampleBefore);
    terminal.line(u"after"_s);
    printIndented(terminal, kind.exampleAfter);
}

void explainBind(const Terminal &terminal, const Bind &bind)
{
    const QStringList lines = bindLines(bind);
    if (!lines.isEmpty())
        terminal.line(u"Then, against the target:"_s);
    for (const QString &line : lines)
        terminal.line(u"  "_s + line);
}

void explainRecipe(const Terminal &terminal, const Recipe &recipe)
{
    if (!recipe.name().empty())
        terminal.line(displayName(recipe.name()));
    if (!recipe.about().empty())
        terminal.line(displayName(recipe.about()));
    if (!recipe.source().empty())
        terminal.line(u"Source: "_s + displayName(recipe.source()));
    QStringList lines{appliesSentence(recipe), nativeSentence(recipe)};
    lines.removeAll(QString());
    for (const QString &line : lines + paramLines(recipe))
        terminal.line(line);
    terminal.line();
    for (const StepLine &line : stepLines(recipe)) {
        const QString margin(line.depth * 3, u' ');
        terminal.line(margin + (line.number.isEmpty() ? QString() : line.number + u". "_s) + joined(line.sentence));
        for (const QString &remark : line.remarks)
            terminal.line(margin + u"   "_s + remark);
    }
    if (recipe.steps().empty())
        terminal.line(u"It has no steps."_s);
    explainBind(terminal, recipe.bind());
}

/// Neither a step, nor a recipe, nor a file.
Error unknown(const std::string &word)
{
    std::vector<std::string_view> steps, names;
    for (const StepKind *kind : stepKinds())
        steps.push_back(kind->word);
    const std::vector<BuiltinRecipe> recipes = builtinRecipes();
    for (const BuiltinRecipe &builtin : recipes)
        names.push_back(builtin.name);
    QString message = u"There is no step, no built-in recipe and no file “%1”."_s.arg(displayName(word));
    std::string close = nearest(word, steps);
    if (close.empty())
        close = nearest(word, names);
    if (!close.empty())
        message += u" Did you mean “%1”?"_s.arg(displayName(close));
    return {Error::Kind::Usage, message};
}
}

Result<int> runRecipesExplain(const std::string &word, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    if (const StepKind *kind = findStepKind(word)) {
        explainStep(terminal, *kind);
        return 0;
    }
    const std::vector<BuiltinRecipe> recipes = builtinRecipes();
    const bool isKnown = word == "-" || word.ends_with(".yaml") || word.ends_with(".yml") || word.ends_with(".json")
        || QFileInfo::exists(QString::fromStdString(word))
        || std::any_of(recipes.begin(), recipes.end(), [&](const BuiltinRecipe &one) { return one.name == word; });
    if (!isKnown)
        return unknown(word);
    const Result<Recipe> recipe = loadRecipe(word);
    if (!recipe)
        return recipe.error();
    explainRecipe(terminal, *recipe);
    return 0;
}
