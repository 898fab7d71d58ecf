// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/glob.h"
#include "model/base/text.h"
#include "model/recipe/dialects/exportsettings.h"
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

std::vector<std::string_view> stepWords()
{
    std::vector<std::string_view> words;
    for (const StepKind *kind : stepKinds())
        words.push_back(kind->word);
    return words;
}

void printIndented(const Terminal &terminal, std::string_view lines)
{
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        terminal.line(u"  "_s + text(lines.substr(0, end)));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}
}

Result<int> runRecipesList(const std::string &glob, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    for (const BuiltinRecipe &builtin : builtinRecipes()) {
        if (!globMatches(glob, builtin.name))
            continue;
        const auto recipe = Recipe::parse(builtin.text, QString::fromStdString(builtin.name));
        if (!recipe)
            return recipe.error();
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

Result<int> runRecipesExplain(const std::string &word, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const StepKind *kind = findStepKind(word);
    if (!kind) {
        const std::string close = nearest(word, stepWords());
        QString message = u"There is no step “%1”."_s.arg(displayName(word));
        if (!close.empty())
            message += u" Did you mean “%1”?"_s.arg(displayName(close));
        return Error{Error::Kind::Usage, message};
    }
    terminal.line(u"%1: %2"_s.arg(text(kind->word), text(kind->help)));
    terminal.line();
    for (const FieldInfo &field : kind->fields) {
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
    terminal.line(text(kind->exampleStep));
    terminal.line(u"before"_s);
    printIndented(terminal, kind->exampleBefore);
    terminal.line(u"after"_s);
    printIndented(terminal, kind->exampleAfter);
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

Result<int> runRecipesExport(const std::string &recipe, const std::string &as, Verbosity verbosity)
{
    if (as == "yaml")
        return runRecipesShow(recipe, verbosity);
    using Export = Result<std::string> (*)(const Recipe &);
    constexpr std::pair<const char *, Export> exports[] = {
        {"vissl", exportVissl}, {"mmengine", exportReviseKeys}, {"transformers", exportKeyMapping}};
    const auto found =
        std::find_if(std::begin(exports), std::end(exports), [&](const auto &one) { return as == one.first; });
    if (found == std::end(exports)) {
        return Error{Error::Kind::Unsupported,
                     u"A recipe cannot be exported as “%1” by this version; --as takes yaml, vissl, mmengine and "
                     "transformers."_s.arg(displayName(as))};
    }
    const auto loaded = loadRecipe(recipe);
    const Result<std::string> text = loaded ? found->second(*loaded) : loaded.error();
    if (!text)
        return text.error();
    Terminal(verbosity.quiet).out(*text);
    return 0;
}
