// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

/// Larger recipes are refused before they are parsed.
constexpr std::size_t maximumSteps = 10'000;

/// One list item as block YAML: `- rename: {…}` and the common fields on lines of their own, each line indented by
/// `indent` and ended.
std::string itemText(const Node &step, std::size_t indent);
/// A whole recipe, tidy.
std::string recipeText(const Recipe &recipe);
