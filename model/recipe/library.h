// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

/// A recipe that ships with the program: `resources/recipes/FAMILY/NAME.recipe.yaml`.
struct BuiltinRecipe
{
    std::string name; ///< "ssl/moco_v2"
    std::string text; ///< its YAML
};

/// All built-in recipes, sorted by name.
std::vector<BuiltinRecipe> builtinRecipes();
bool isBuiltinName(std::string_view name);
/// The YAML of one; nothing when there is none.
std::optional<std::string> builtinText(std::string_view name);
/// That there is neither a file nor a built-in recipe of this name, and the nearest name.
QString noRecipeText(std::string_view name);
/// By name; BadRecipe with the nearest names when there is none.
Result<Recipe> builtinRecipe(std::string_view name);
/// Why the steps of a built-in recipe cannot stand behind those of another: that has a guard, which would cover them.
/// Empty: they can.
QString whyNoStepsOf(const Recipe &recipe, const Recipe &builtin);
/// The steps of a built-in recipe behind those of another, without its own choice of a root and without its guard,
/// which would cover the other steps too; where `recipe` is empty, the built-in one as it is. BadRecipe says
/// whyNoStepsOf().
Result<Recipe> withStepsOf(const Recipe &recipe, const Recipe &builtin);
