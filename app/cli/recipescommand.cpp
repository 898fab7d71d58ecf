// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/glob.h"
#include "model/base/text.h"
#include "model/recipe/dialects/exportforms.h"
#include "model/recipe/dialects/importsettings.h"
#include "model/recipe/library.h"

#include <QFileInfo>

#include <algorithm>

namespace {
using namespace Qt::StringLiterals;

QString text(std::string_view words)
{
    return QString::fromUtf8(words.data(), qsizetype(words.size()));
}

/// Whether a recipe is what a search asks for: a glob over names, or words in its name, title or description.
bool isAskedFor(const std::string &asked, const BuiltinRecipe &builtin, const Recipe &recipe)
{
    if (globMatches(asked, builtin.name))
        return true;
    if (asked.find_first_of("*?[") != std::string::npos)
        return false;
    const QString all = text(builtin.name) + u'\n' + text(recipe.name()) + u'\n' + text(recipe.about());
    const QStringList words = text(asked).split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
}
}

Result<int> runRecipesList(const std::string &glob, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    for (const BuiltinRecipe &builtin : builtinRecipes()) {
        const auto recipe = Recipe::parse(builtin.text, QString::fromStdString(builtin.name));
        if (!recipe)
            return recipe.error();
        if (isAskedFor(glob, builtin, *recipe))
            terminal.line(u"%1  %2"_s.arg(displayName(builtin.name), displayName(recipe->name())));
    }
    return 0;
}

Result<int> runRecipesShow(const std::string &name, Verbosity verbosity)
{
    const auto recipe = loadRecipe(name);
    if (!recipe)
        return recipe.error();
    Terminal(verbosity.quiet).out(recipe->text());
    return 0;
}

Result<int> runRecipesImport(const ImportOptions &options, Verbosity verbosity)
{
    ImportInput input;
    input.overrides = options.overrides;
    const auto dialect = Codec<VisslSettings::Dialect>::parse(Node::scalar(options.dialect));
    if (!dialect)
        return Error{Error::Kind::Usage, u"--dialect: "_s + dialect.error().message};
    input.dialect = *dialect;
    if (!options.as.empty()) {
        const auto kind = Codec<SettingsKind>::parse(Node::scalar(options.as));
        if (!kind)
            return Error{Error::Kind::Usage, u"--as: "_s + kind.error().message};
        input.kind = *kind;
    }
    const bool isSetting =
        options.file.find('=') != std::string::npos && !QFileInfo::exists(QString::fromStdString(options.file));
    if (isSetting) {
        input.overrides.insert(input.overrides.begin(), options.file);
    } else {
        Result<std::string> text = readTextOf(options.file);
        if (!text)
            return text.error();
        input.text = *std::move(text);
        if (options.file != "-")
            input.name = options.file;
    }
    const Result<Imported> imported = importSettings(input);
    if (!imported)
        return imported.error();
    const Terminal terminal(verbosity.quiet);
    terminal.out(imported->recipe.text());
    for (const ImportRemark &remark : imported->remarks) {
        terminal.notes({remark.finding});
        for (const std::string &word : remark.repair)
            terminal.note(u"  repair: "_s + displayName(word));
    }
    return 0;
}

Result<int> runRecipesExport(const ExportOptions &options, Verbosity verbosity)
{
    const ExportForm *form = findExportForm(options.as);
    if (!form) {
        QStringList words;
        for (const ExportForm &one : exportForms())
            words += text(one.word);
        return Error{Error::Kind::Unsupported,
                     u"A recipe cannot be exported as “%1” by this version; --as takes %2."_s.arg(
                         displayName(options.as), words.join(u", "_s))};
    }
    if (options.inputs.file.empty() && !options.inputs.target.empty() && options.as != "command")
        return Error{Error::Kind::Usage,
                     u"--target says what the counts of --source are counted against; give a checkpoint with --source "
                     "too."_s};
    ExportInput input;
    input.source = options.inputs.file;
    input.target = options.inputs.target;
    const Result<Recipe> loaded = loadRecipe(options.inputs.recipes.front());
    if (!loaded)
        return loaded.error();
    input.recipe = *loaded;
    const bool asksPlan = options.as == "python" || options.as == "python-filter";
    if (!options.inputs.file.empty() && asksPlan) {
        const auto plan = planInputs(options.inputs, verbosity.quiet);
        if (!plan)
            return plan.error();
        input.plan = *plan;
    }
    const Result<std::string> exported = form->write(input);
    if (!exported)
        return exported.error();
    Terminal(verbosity.quiet).out(*exported);
    return 0;
}
