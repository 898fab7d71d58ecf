// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/lets.h"
#include "model/recipe/selector.h"
#include "model/recipe/step.h"

#include <string>
#include <vector>

/// What is done with the fit: the last part of a plan (recipe.md, bind). List items are a substring of the target key
/// (text, as VISSL's SKIP_LAYERS) or a selector.
struct Bind
{
    enum class Counters : quint8 { Create, Ignore, Report };
    enum class ShapePolicy : quint8 { Error, Skip, KeepTarget };
    enum class Unexpected : quint8 { Drop, Keep };
    enum class Order : quint8 { Target, Source };
    enum class Unmatched : quint8 { Leave, Fill };
    enum class HeadPolicy : quint8 { Load, Skip, SkipIfShapeDiffers };

    /// What is done with the keys of heads that the file has; those that it has not are missing as any other.
    struct Heads
    {
        std::optional<std::vector<Node>> which; ///< nothing: the target's classifier
        HeadPolicy policy = HeadPolicy::Load;

        bool operator==(const Heads &) const = default;
    };

    std::vector<Node> skip;
    std::vector<Node> ignoreMissing;
    std::vector<Node> ignoreUnexpected;
    std::vector<Node> expectMissing;
    Counters counters = Counters::Create;
    ShapePolicy shape = ShapePolicy::Error;
    Heads heads;
    bool strictMissing = true;
    bool strictUnexpected = false;
    Unexpected unexpected = Unexpected::Drop;
    Unmatched unmatched = Unmatched::Leave;
    Order order = Order::Target;

    bool operator==(const Bind &) const = default;
};

/// How a recipe's text is read.
struct RecipeReading
{
    /// Any: expressions may use names that no step before gives, which the plan then says; for texts that an edit
    /// makes.
    /// Likewise recipes that steps include and that cannot be read.
    enum class Names : quint8 { Given, Any };

    Names names = Names::Given;
    Params with = {}; ///< values of its parameters, in the place of their defaults
    Inclusions *inclusions = nullptr; ///< of the recipe that includes this one; null: none does
};

/// Ordered steps plus bind policy: a value. Keeps the YAML text it came from; the edit functions below patch that text
/// by position, so comments and layout survive. `==` compares meaning and text.
class Recipe
{
public:
    /// An empty recipe: no steps, default bind.
    Recipe();

    /// YAML, or JSON when it starts with '{'. Refuses more than 4 MB or 10,000 steps before parsing, and recipes that
    /// have more with those that they include, which are read here and kept.
    /// BadRecipe carries line and column and says the nearest known word.
    static Result<Recipe> parse(std::string_view text, const QString &fileName, const RecipeReading &reading = {});

    const std::string &text() const { return m_text; }
    /// Where it was read from; tables that steps name are looked for beside it.
    const QString &fileName() const { return m_fileName; }
    const std::string &name() const { return m_name; }
    const std::string &about() const { return m_about; }
    const std::string &source() const { return m_source; }
    const std::optional<Condition> &native() const { return m_native; }
    const std::optional<Condition> &applies() const { return m_applies; }
    /// Named values that `{name}` refers to; steps(), native(), applies() and bind() hold the values already.
    const Params &params() const { return m_params; }
    const std::vector<Step> &steps() const { return m_steps; }
    const Bind &bind() const { return m_bind; }
    /// The names, without values, that expressions in a step behind these may use.
    Lets lets() const;
    /// How many steps it has with those of the recipes that they include.
    std::size_t stepCount() const;
    bool isEmpty() const { return m_steps.empty() && m_bind == Bind(); }

    // Edits: each gives a new recipe and leaves this one as it is. Indices must exist. What an edit does not change
    // stays as it is written: comments, layout, references to parameters.
    Recipe withInserted(int index, const Step &step) const;
    Recipe withStep(int index, const Step &step) const;
    /// With the step once more behind itself.
    Recipe withCopy(int index) const;
    Recipe withRemoved(int index) const;
    Recipe withMoved(int from, int to) const;
    Recipe withBind(const Bind &bind) const;
    /// With another value of a parameter, as `--set NAME=VALUE` gives it: of the default's type. Usage error otherwise;
    /// BadRecipe when a step cannot take the value.
    Result<Recipe> withParam(std::string_view name, std::string_view value) const;
    /// The steps of `other` after these, with their comments where they can be written as there; and its bind where
    /// this one has none: `--recipe A --recipe B`. Values of its parameters are filled in.
    Recipe joined(const Recipe &other) const;

    bool operator==(const Recipe &other) const;

private:
    friend class RecipeParser;
    friend class RecipeEditor;

    std::string m_text;
    QString m_fileName;
    std::string m_name;
    std::string m_about;
    std::string m_source;
    std::optional<Condition> m_native;
    std::optional<Condition> m_applies;
    Params m_params;
    std::vector<Step> m_steps;
    Bind m_bind;
};

/// The recipe file format as JSON Schema, generated from the step descriptions.
std::string recipeSchema();
