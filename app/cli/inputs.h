// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/rootchoice.h"
#include "model/recipe/fit.h"

#include <QStringList>

/// What most verbs are given: a checkpoint, how to change it, what it should fit.
struct InputOptions
{
    std::string file; ///< FILE or FILE::root
    std::vector<std::string> recipes; ///< files, built-in names, or `-`
    std::vector<std::string> params; ///< NAME=VALUE, for the recipes that declare them
    std::vector<std::string> steps; ///< inline, run after the recipes
    std::string target;
    std::string dtype; ///< a last cast
};

/// The root that `FILE::root` names; nothing where none is named.
Result<std::optional<RootId>> rootNamed(const Checkpoint &checkpoint, const std::optional<std::string> &root);
/// One recipe by file, built-in name, or `-` for standard input.
Result<Recipe> loadRecipe(const std::string &spec);
/// Open everything and plan it, with progress on the terminal unless `quiet`. A plan that failed is its own error.
Result<std::shared_ptr<const Plan>> planInputs(const InputOptions &options, bool quiet);
/// The same with a recipe at hand: of `options` only the file and the target count.
Result<std::shared_ptr<const Plan>> planRecipe(Recipe recipe, const InputOptions &options, Progress &progress);
/// The text of a file, or of standard input for `-`; at most 64 MB.
Result<std::string> readTextOf(const std::string &spec);
/// All of standard input, at most 64 MB.
Result<std::string> readStandardInput();
