// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inputs.h"

#include "app/cli/terminal.h"
#include "model/base/text.h"
#include "model/formats/formats.h"
#include "model/recipe/codec.h"
#include "model/recipe/library.h"
#include "model/recipe/planfiles.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cstdio>

namespace {
constexpr qint64 largestText = 64 << 20;

Result<std::string> readText(const std::string &path)
{
    const auto file = InputFile::open(QString::fromStdString(path));
    if (!file)
        return file.error();
    if ((*file)->size() > largestText) {
        return Error{Error::Kind::BadRecipe,
                     QStringLiteral("“%1” has %2: too large to be a recipe or a table.")
                         .arg(displayName(path), bytesText((*file)->size()))};
    }
    std::string text(std::size_t((*file)->size()), '\0');
    const auto read = (*file)->readAt(0, std::as_writable_bytes(std::span(text)));
    if (!read)
        return read.error();
    return text;
}

/// Whether the user means a file rather than a built-in name.
bool looksLikeFile(const std::string &spec)
{
    return QFileInfo::exists(QString::fromStdString(spec)) || spec.ends_with(".yaml") || spec.ends_with(".yml")
        || spec.ends_with(".json");
}
}

Result<std::string> readStandardInput()
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return Error{Error::Kind::Unreadable, QStringLiteral("Standard input cannot be read.")};
    const QByteArray bytes = input.read(largestText + 1);
    if (bytes.size() > largestText)
        return Error{Error::Kind::BadRecipe,
                     QStringLiteral("Standard input gives more than 64 MB: too large for a recipe or a manifest.")};
    return bytes.toStdString();
}

Result<std::string> readTextOf(const std::string &spec)
{
    return spec == "-" ? readStandardInput() : readText(spec);
}

Result<std::optional<RootId>> rootNamed(const Checkpoint &checkpoint, const std::optional<std::string> &root)
{
    if (!root)
        return std::optional<RootId>();
    const std::optional<RootId> found = findRoot(checkpoint, parsePath(*root));
    if (!found) {
        return Error{Error::Kind::NotFound,
                     QStringLiteral("“%1” has no root “%2”; `weightsmith info` lists them.")
                         .arg(checkpoint.fileName(), displayName(*root))};
    }
    return found;
}

Result<Recipe> loadRecipe(const std::string &spec)
{
    if (spec != "-" && !looksLikeFile(spec))
        return builtinRecipe(spec);
    const Result<std::string> text = readTextOf(spec);
    if (!text)
        return text.error();
    return Recipe::parse(*text, spec == "-" ? QStringLiteral("standard input") : QString::fromStdString(spec));
}

namespace {
/// A `native` guard covers all steps of its recipe, so steps of another origin cannot stand under it or beside it.
Error guardedError()
{
    return {
        Error::Kind::BadRecipe,
        QStringLiteral("A recipe with a `native` guard cannot be run together with other recipes, steps or --dtype: "
                       "the guard would cover their steps too. Convert in two runs.")};
}

/// What `--set NAME=VALUE` gave, and which recipes took it.
class GivenParams
{
public:
    static Result<GivenParams> parse(const std::vector<std::string> &texts)
    {
        GivenParams given;
        for (const std::string &text : texts) {
            const std::size_t equals = text.find('=');
            if (equals == std::string::npos || equals == 0)
                return usage(QStringLiteral("--set takes NAME=VALUE, but “%1” has no name before an equals sign.")
                                 .arg(displayName(text)));
            given.m_values.push_back({text.substr(0, equals), text.substr(equals + 1)});
        }
        return given;
    }

    Result<Recipe> setIn(Recipe recipe)
    {
        for (const auto &[name, value] : recipe.params())
            m_known.push_back(name);
        for (Value &given : m_values) {
            const auto &params = recipe.params();
            if (std::none_of(params.begin(), params.end(), [&](const auto &one) { return one.first == given.name; }))
                continue;
            given.isTaken = true;
            auto changed = recipe.withParam(given.name, given.text);
            if (!changed)
                return changed.error();
            recipe = *std::move(changed);
        }
        return recipe;
    }

    Result<void> checkTaken() const
    {
        for (const Value &given : m_values) {
            if (given.isTaken)
                continue;
            if (m_known.empty())
                return usage(QStringLiteral("--set gives “%1” a value, but no recipe given has parameters.")
                                 .arg(displayName(given.name)));
            return usage(QStringLiteral("No recipe given has a parameter “%1”%2")
                             .arg(displayName(given.name), suggestion(given.name, {m_known.begin(), m_known.end()})));
        }
        return {};
    }

private:
    struct Value
    {
        std::string name;
        std::string text;
        bool isTaken = false;
    };

    static Error usage(const QString &message) { return {Error::Kind::Usage, message}; }

    std::vector<Value> m_values;
    std::vector<std::string> m_known;
};

Result<Recipe> assembleRecipe(const InputOptions &options)
{
    Result<GivenParams> params = GivenParams::parse(options.params);
    if (!params)
        return params.error();
    Recipe recipe;
    for (const std::string &spec : options.recipes) {
        Result<Recipe> loaded = loadRecipe(spec);
        if (loaded)
            loaded = params->setIn(*std::move(loaded));
        if (!loaded)
            return loaded.error();
        if (!recipe.isEmpty() && (recipe.native() || loaded->native()))
            return guardedError();
        recipe = recipe.isEmpty() ? *loaded : recipe.joined(*loaded);
    }
    if (const auto taken = params->checkTaken(); !taken)
        return taken.error();
    std::vector<std::string> steps = options.steps;
    if (!options.dtype.empty())
        steps.push_back("cast: " + options.dtype);
    if (recipe.native() && !steps.empty())
        return guardedError();
    for (const std::string &text : steps) {
        const Result<Step> step = parseStepText(text, recipe.lets());
        if (!step)
            return step.error();
        recipe = recipe.withInserted(int(recipe.steps().size()), *step);
    }
    return recipe;
}

Result<std::shared_ptr<const Target>> loadTarget(const std::string &spec, Progress &progress)
{
    if (spec != "-")
        return openTarget(QString::fromStdString(spec), progress);
    const Result<std::string> text = readStandardInput();
    if (!text)
        return text.error();
    return parseManifest(*text, QStringLiteral("standard input"));
}

Result<PlanInput> openInputs(Recipe recipe, const InputOptions &options, Progress &progress)
{
    PlanInput inputs;
    inputs.recipe = std::move(recipe);

    const auto [path, root] = splitSpec(QString::fromStdString(options.file));
    Result<std::shared_ptr<const Checkpoint>> checkpoint = openCheckpoint(path, progress);
    if (!checkpoint)
        return checkpoint.error();
    inputs.checkpoint = std::move(*checkpoint);
    inputs.rootPath = root;

    if (!options.target.empty()) {
        Result<std::shared_ptr<const Target>> target = loadTarget(options.target, progress);
        if (!target)
            return target.error();
        inputs.target = std::move(*target);
    }
    return inputs;
}
}

Result<std::shared_ptr<const Plan>> planInputs(const InputOptions &options, bool quiet)
{
    TerminalProgress progress(QStringLiteral("planning"), quiet);
    // The cheap mistakes first: a wrong recipe is told before a large file is opened.
    Result<Recipe> recipe = assembleRecipe(options);
    return recipe ? planRecipe(*std::move(recipe), options, progress) : recipe.error();
}

Result<std::shared_ptr<const Plan>> planRecipe(Recipe recipe, const InputOptions &options, Progress &progress)
{
    Result<PlanInput> inputs = openInputs(std::move(recipe), options, progress);
    if (!inputs)
        return inputs.error();
    auto made = openFiles(*inputs, progress) ? plan(*inputs, progress) : nullptr;
    if (!made)
        return Error{Error::Kind::Cancelled, {}};
    if (made->error)
        return *made->error;
    return made;
}
