// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/dialects/visslsettings.h"
#include "model/recipe/plan.h"

/// The recipe as VISSL's YAML (`config.MODEL.WEIGHTS_INIT`, with FEATURE_EVAL_SETTINGS where they count). BadRecipe
/// names the step, or the part of bind, that VISSL cannot say. Checks (`assert`) and what only the report shows are
/// left out, and named in a comment.
Result<std::string> exportVissl(const Recipe &recipe);
/// The settings that such a recipe says; the same error otherwise.
Result<VisslSettings> visslSettings(const Recipe &recipe);
/// The recipe as MMEngine's `revise_keys`, in Python. BadRecipe names the step that patterns and replacements cannot
/// say. What bind says is not in it.
Result<std::string> exportReviseKeys(const Recipe &recipe);
/// The same as transformers' `key_mapping`, in JSON.
Result<std::string> exportKeyMapping(const Recipe &recipe);

/// A program `convert.py SOURCE OUT [TARGET]`, or a function in timm's signature.
enum class PythonForm : quint8 { Script, Filter };
/// The recipe as Python that does the same to a checkpoint with torch alone, and tells the same. With a plan of it,
/// each step also insists on the counts it has there, and a step that has no general form is written key by key.
/// BadRecipe names the step, or the part of bind, that has no form.
Result<std::string> exportPython(const Recipe &recipe, PythonForm form, const Plan *plan = nullptr);
