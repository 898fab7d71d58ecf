// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/fit.h"

#include <QStringList>

/// What most verbs are given: a checkpoint, how to change it, what it should fit.
struct InputOptions
{
    std::string file; ///< FILE or FILE::root
    std::vector<std::string> recipes; ///< files, built-in names, or `-`
    std::vector<std::string> steps; ///< inline, run after the recipes
    std::string target;
    std::string dtype; ///< a last cast
};

/// The same, opened.
struct Inputs
{
    std::shared_ptr<const Checkpoint> checkpoint;
    std::optional<std::string> rootPath;
    Recipe recipe;
    std::shared_ptr<const Target> target;
};

/// One recipe by file, built-in name, or `-` for standard input.
Result<Recipe> loadRecipe(const std::string &spec);
Result<Inputs> openInputs(const InputOptions &options, Progress &progress);
/// The plan, or why there is none: the plan's own error, or Cancelled. Findings are told on the terminal.
Result<std::shared_ptr<const Plan>> makePlan(const Inputs &inputs, Progress &progress);
/// All of standard input, at most 64 MB.
Result<std::string> readStandardInput();
