// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <span>

/// What is exported.
struct ExportInput
{
    Recipe recipe;
    std::shared_ptr<const Plan> plan = {}; ///< of the recipe, where a checkpoint is at hand; may be null
    std::string source = {}; ///< the checkpoint as a command line names it; empty: none
    std::string target = {}; ///< the same of the target
};

/// Another form of a recipe, as `recipes export --as WORD` and the window's menu give it.
struct ExportForm
{
    std::string_view word;
    std::string_view title; ///< "MMEngine settings"
    std::string_view help; ///< one line
    Result<std::string> (*write)(const ExportInput &input);
};

std::span<const ExportForm> exportForms();
/// By word; null if there is none.
const ExportForm *findExportForm(std::string_view word);

/// `weightsmith convert …` for a shell: the recipe by its name, step by step, or as a text that is read from standard
/// input.
std::string exportCommand(const ExportInput &input);
/// A recipe that leads from what this one makes back to where it began, as YAML. What it takes for granted stands in
/// its comments. BadRecipe names the step that cannot be undone.
Result<std::string> exportInverse(const Recipe &recipe);
