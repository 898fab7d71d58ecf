// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/unfold.h"

#include "model/base/text.h"
#include "model/recipe/library.h"
#include "model/recipe/reciperun.h"
#include "model/recipe/recipetext.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Unfold", text);
}

Error problem(const QString &message)
{
    return {Error::Kind::BadRecipe, message};
}

QString folderOf(const Recipe &recipe)
{
    return QFileInfo(recipe.fileName()).absolutePath();
}

/// Whether these steps say all that they refer to.
bool areComplete(const std::vector<Step> &steps, const QString &fileName)
{
    std::string text = "weightsmith: 1\nsteps:\n";
    for (const Step &step : steps)
        text += itemText(printStep(step), 2);
    return bool(Recipe::parse(text, fileName));
}

std::optional<Step> letOf(const Params &params)
{
    Params values;
    for (const auto &[name, value] : params)
        values.emplace_back(name, value.isMap() ? Node::map({{"table", value}}) : value);
    const Result<Step> let = parseStep(Node::map({{"let", Node::map(values)}}), Lets::any());
    return let && !params.empty() ? std::optional(*let) : std::nullopt;
}

/// The parameters that expressions of the steps still name: elsewhere their values were filled in.
Params namedParams(const Recipe &recipe)
{
    if (recipe.params().empty() || areComplete(recipe.steps(), recipe.fileName()))
        return {};
    Params named;
    for (const auto &param : recipe.params()) {
        if (!param.second.isNull())
            named.push_back(param);
    }
    for (std::size_t i = named.size(); i-- > 0;) {
        Params others = named;
        others.erase(others.begin() + std::ptrdiff_t(i));
        std::vector<Step> with = recipe.steps();
        if (const std::optional<Step> let = letOf(others))
            with.insert(with.begin(), *let);
        if (areComplete(with, recipe.fileName()))
            named = std::move(others);
    }
    return named;
}

const Recipe *includedBy(const Step &step)
{
    const std::vector<Included> included = step.included();
    return included.size() == 1 ? included.front().recipe : nullptr;
}

/// Names that `let` gives in both: the later value would count in steps that mean the other.
std::string sharedName(const Recipe &recipe, const Recipe &included)
{
    const Lets own = recipe.lets();
    const Lets inner = included.lets();
    for (const std::string_view name : inner.names()) {
        if (inner.isSetByStep(name) && own.has(name))
            return std::string(name);
    }
    for (const auto &[name, value] : namedParams(included)) {
        if (own.has(name))
            return name;
    }
    return {};
}

/// Where the one step is all that the recipe says: what it includes, in the words of its text.
std::optional<Recipe> inItsOwnWords(const Recipe &recipe, const Recipe &included)
{
    const Step &step = recipe.steps().front();
    const bool isAll = recipe.steps().size() == 1 && recipe.name().empty() && recipe.about().empty()
        && recipe.source().empty() && !recipe.native() && !recipe.applies() && recipe.params().empty();
    if (!isAll || !step.enabled || !step.note.empty() || !step.id.empty())
        return std::nullopt;
    const std::string name = step.included().front().name;
    Result<Recipe> text = isBuiltinName(name) ? builtinRecipe(name) : Result<Recipe>(problem({}));
    const std::optional<Node> with = step.field("with");
    for (std::size_t i = 0; with && text && i < with->entries.size(); ++i) {
        const auto &[param, value] = with->entries[i];
        text = text->withParam(param, value.isScalar() ? value.text : flowText(value));
    }
    if (!text || !(text->steps() == included.steps()))
        return std::nullopt;
    const Result<Recipe> placed = Recipe::parse(text->text(), recipe.fileName());
    return placed ? std::optional(placed->withBind(recipe.bind())) : std::nullopt;
}
}

std::vector<Step> stepsFor(const Recipe &recipe, const Recipe &other)
{
    std::vector<Step> steps;
    const QString folder = folderOf(other);
    const bool isBeside = folder == folderOf(recipe);
    for (const Step &step : other.steps())
        steps.push_back(isBeside ? step : step.movedFrom(folder));
    const auto choosesRoot = [](const Step &step) { return step.choosesRoot(); };
    if (const std::optional<Step> let = letOf(namedParams(other)))
        steps.insert(std::find_if_not(steps.begin(), steps.end(), choosesRoot), *let);
    return steps;
}

Recipe withWholePaths(const Recipe &recipe)
{
    Recipe whole = recipe;
    for (std::size_t i = 0; i < recipe.steps().size(); ++i) {
        const Step moved = recipe.steps()[i].movedFrom(folderOf(recipe));
        if (!(moved == recipe.steps()[i]))
            whole = whole.withStep(int(i), moved);
    }
    return whole;
}

Recipe withIncluded(const Recipe &recipe, int index, const std::string &name, const Recipe &builtin)
{
    const Result<Step> include = parseStep(Node::map({{"include", Node::scalar(name)}}), Lets::any());
    const Recipe whole = include ? recipe.withInserted(index, *include) : recipe;
    return recipe.bind() == Bind() && builtin.bind() != Bind() ? whole.withBind(builtin.bind()) : whole;
}

QString whyNotUnfolded(const Recipe &recipe, int index)
{
    const Step &step = recipe.steps()[std::size_t(index)];
    if (step.kind().word != "include")
        return tr("Only a step that includes a recipe has steps of its own.");
    const Included what = step.included().front();
    if (!what.recipe)
        return tr("The recipe “%1” could not be read.").arg(displayName(what.name));
    if (!what.under.empty())
        return tr("It is for the keys below “%1” (“under”), which its steps cannot say one by one.")
            .arg(displayName(what.under));
    if (step.when)
        return tr("It has a condition (“when”), which its steps would ask one after the other.");
    if (step.required)
        return tr("It is “required” to match something, which each of its steps would be.");
    const auto isStop = [](const Step &inner) { return inner.kind().word == "stop"; };
    const std::vector<Step> &inner = what.recipe->steps();
    if (std::size_t(index) + 1 < recipe.steps().size() && std::any_of(inner.begin(), inner.end(), isStop))
        return tr("“%1” may stop before its end, which would stop the steps behind it too.")
            .arg(displayName(what.name));
    if (const std::string name = sharedName(recipe, *what.recipe); !name.empty())
        return tr("Both this recipe and “%1” call a value “%2”.").arg(displayName(what.name), displayName(name));
    return {};
}

Result<Unfolded> unfolded(const Recipe &recipe, int index)
{
    if (const QString why = whyNotUnfolded(recipe, index); !why.isEmpty())
        return problem(why);
    const Step &step = recipe.steps()[std::size_t(index)];
    const Recipe &included = *includedBy(step);
    if (std::optional<Recipe> alone = inItsOwnWords(recipe, included)) {
        const int count = int(alone->steps().size());
        return Unfolded{*std::move(alone), count, false};
    }
    // Its choice of a root counts only where none was made before (reciperun.cpp).
    const bool keepsRoot = index == 0 && leavesRoot(recipe, step);
    std::vector<Step> steps;
    for (Step &inner : stepsFor(recipe, included)) {
        if (inner.choosesRoot() && !keepsRoot)
            continue;
        inner.enabled = inner.enabled && step.enabled;
        steps.push_back(std::move(inner));
    }
    if (!steps.empty() && steps.front().note.empty())
        steps.front().note = step.note;
    const Recipe made = withStepsOf(recipe, index, steps, included);
    // Names of the two recipes may hide one another: then its text says so.
    if (const Result<Recipe> read = Recipe::parse(made.text(), made.fileName()); !read)
        return read.error();
    return Unfolded{made, int(steps.size()), included.native().has_value()};
}
