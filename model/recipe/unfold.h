// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

// Steps of one recipe in another.

/// The steps of `other` as they do the same in `recipe`: files that they name are found from there, and a `let` step
/// before them says the values of parameters that expressions name.
std::vector<Step> stepsFor(const Recipe &recipe, const Recipe &other);
/// With whole paths in the place of those that are looked for beside the recipe's file: it can be read from anywhere.
Recipe withWholePaths(const Recipe &recipe);
/// Step `index` replaced by `steps`; worded as in the text of `other` where that says the same.
Recipe withStepsOf(const Recipe &recipe, int index, const std::vector<Step> &steps, const Recipe &other);

/// With a step at `index` that includes the built-in recipe called `name`, whose bind becomes the recipe's where that
/// has none.
Recipe withIncluded(const Recipe &recipe, int index, const std::string &name, const Recipe &builtin);

/// A recipe in which a step that includes another one has become that one's steps.
struct Unfolded
{
    Recipe recipe;
    int count = 0; ///< steps that took its place
    bool isGuardLost =
        false; ///< they run for checkpoints too that the guard of what was included would have left alone
};

/// Why step `index` cannot become the steps of what it includes without doing something else: it includes nothing, or
/// has what they cannot have one by one. Empty: it can, as far as its own words tell.
QString whyNotUnfolded(const Recipe &recipe, int index);
/// With step `index`, an `include`, unfolded. What the included recipe would have left out (its choice of a root where
/// one was made, its bind) is left out here too. BadRecipe says why that cannot be.
Result<Unfolded> unfolded(const Recipe &recipe, int index);
