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
/// By name; BadRecipe with the nearest names when there is none.
Result<Recipe> builtinRecipe(std::string_view name);
