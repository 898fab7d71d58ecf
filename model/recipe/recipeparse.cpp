// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/codec.h"
#include "model/recipe/inclusions.h"
#include "model/recipe/lets.h"
#include "model/recipe/recipetext.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <array>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Recipe", text);
}

constexpr std::array<std::string_view, 9> headers{"weightsmith", "name",   "about", "source", "applies",
                                                  "params",      "native", "steps", "bind"};
}

/// Fills a Recipe from its text.
class RecipeParser
{
public:
    static Result<Recipe> run(std::string_view text, const QString &fileName, const RecipeReading &reading)
    {
        Recipe recipe;
        recipe.m_text = text;
        recipe.m_fileName = fileName;
        const Result<Node> node = parseText(text);
        if (!node)
            return node.error();
        RecipeParser parser{recipe, reading};
        if (Result<void> done = parser.document(*node); !done)
            return done.error();
        return recipe;
    }

private:
    RecipeParser(Recipe &recipe, const RecipeReading &reading) : m_recipe(recipe), m_reading(reading) {}

    Result<void> document(const Node &node)
    {
        if (!node.isMap())
            return expected(node, tr("a recipe, which starts with “weightsmith: 1”"));
        for (const auto &[name, value] : node.entries) {
            if (std::find(headers.begin(), headers.end(), name) == headers.end())
                return errorAtKey(value,
                                  tr("A recipe has no “%1”%2")
                                      .arg(displayName(name), suggestion(name, {headers.begin(), headers.end()})));
        }
        const Node *version = node.find("weightsmith");
        if (!version)
            return errorAt(node, tr("A recipe needs the line “weightsmith: 1”, which says its version."));
        if (!version->isScalar() || version->text != "1")
            return errorAt(
                *version,
                tr("This recipe is of version %1; this program reads version 1.").arg(version->description()));
        // First, wherever they stand: all else refers to them.
        if (const Node *params = node.find("params")) {
            if (Result<void> done = parameters(*params); !done)
                return done;
        }
        if (Result<void> done = setParameters(); !done)
            return done;
        for (const auto &[name, value] : node.entries) {
            if (Result<void> done = header(name, value); !done)
                return done;
        }
        return {};
    }

    Result<void> parameters(const Node &value)
    {
        if (!value.isMap() && !value.isNull())
            return expected(value, tr("named values with their defaults"));
        if (const auto ok = checkParams(value.entries); !ok)
            return ok;
        m_recipe.m_params = value.entries;
        return {};
    }

    /// What the recipe that includes this one says of its parameters.
    Result<void> setParameters()
    {
        for (const auto &[name, value] : m_reading.with) {
            const Result<void> set = setParam(m_recipe.m_params, name, value);
            if (!set)
                return set;
        }
        m_filler = ParamFiller(m_recipe.m_params);
        return {};
    }

    Result<void> header(const std::string &name, const Node &value)
    {
        if (name == "name")
            return text(m_recipe.m_name, name, value);
        if (name == "about")
            return text(m_recipe.m_about, name, value);
        if (name == "source")
            return text(m_recipe.m_source, name, value);
        if (name == "native")
            return condition(m_recipe.m_native, value);
        if (name == "applies")
            return condition(m_recipe.m_applies, value);
        if (name == "bind" && !value.isNull()) {
            const Result<Node> filled = m_filler.fill(value, Lets());
            Result<Bind> bind = filled ? parseBind(*filled) : filled.error();
            if (!bind)
                return bind.error();
            m_recipe.m_bind = std::move(*bind);
        }
        if (name == "steps")
            return steps(value);
        return {};
    }

    static Result<void> text(std::string &member, const std::string &name, const Node &value)
    {
        Result<std::string> parsed = parseTextScalar(value);
        if (!parsed) {
            Error error = parsed.error();
            error.message = tr("“%1”: %2").arg(displayName(name), error.message);
            return error;
        }
        member = std::move(*parsed);
        return {};
    }

    Result<void> condition(std::optional<Condition> &member, const Node &value)
    {
        const Result<Node> filled = m_filler.fill(value, Lets());
        Result<Condition> parsed = filled ? Condition::parse(*filled) : filled.error();
        if (!parsed)
            return parsed.error();
        member = std::move(*parsed);
        return {};
    }

    Result<void> steps(const Node &value)
    {
        if (value.isNull())
            return {};
        if (!value.isList())
            return expected(value, tr("a list of steps, each starting with a dash"));
        if (value.items.size() > maximumSteps)
            return errorAt(
                value,
                tr("The recipe has %1 steps; more than %2 are not read.").arg(value.items.size()).arg(maximumSteps));
        const bool isOpen = m_reading.names == RecipeReading::Names::Any;
        Lets lets = isOpen ? Lets::any() : Lets::of(m_recipe.m_params);
        Inclusions own;
        const StepFiles files{QFileInfo(m_recipe.m_fileName).path(), m_reading.inclusions ? m_reading.inclusions : &own,
                              isOpen};
        for (const Node &item : value.items) {
            const Result<Node> filled = m_filler.fill(item, lets);
            Result<Step> step = filled ? parseStep(*filled, lets) : filled.error();
            if (step)
                step = step->resolved(files);
            if (!step)
                return step.error().line ? step.error() : errorAt(item, step.error().message);
            if (step->kind().declare)
                step->kind().declare(step->body(), lets);
            if (const Result<void> done = count(item, *step); !done)
                return done;
            m_recipe.m_steps.push_back(std::move(*step));
        }
        return {};
    }

    Result<void> count(const Node &item, const Step &step)
    {
        m_steps += 1;
        for (const Included &included : step.included())
            m_steps += included.recipe ? included.recipe->stepCount() : 0;
        if (m_steps <= maximumSteps)
            return {};
        return errorAt(item,
                       tr("The recipe has %1 steps with those of the recipes that it includes up to here; more than %2 "
                          "are not read.")
                           .arg(m_steps)
                           .arg(maximumSteps));
    }

    Recipe &m_recipe;
    const RecipeReading &m_reading;
    ParamFiller m_filler;
    std::size_t m_steps = 0; ///< so far, with those of recipes that are included
};

Result<Recipe> Recipe::parse(std::string_view text, const QString &fileName, const RecipeReading &reading)
{
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    Result<Recipe> recipe = RecipeParser::run(text, fileName, reading);
    if (recipe)
        return recipe;
    Error error = recipe.error();
    error.path = fileName;
    const QString name = displayName(QFileInfo(fileName).fileName().toStdString());
    if (error.line > 0 && name.isEmpty()) // a text that was never in a file
        error.message = tr("Line %1, column %2: %3").arg(error.line).arg(error.column).arg(error.message);
    else if (error.line > 0)
        error.message = tr("%1, line %2, column %3: %4").arg(name).arg(error.line).arg(error.column).arg(error.message);
    else if (!name.isEmpty())
        error.message = tr("%1: %2").arg(name, error.message);
    return error;
}
