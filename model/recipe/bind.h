// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/reciperun.h"

/// Whether a key counts batches: `num_batches_tracked`, which old files do not have.
bool isCounter(Name name);

/// Decide what becomes of every target key and every row of `plan.table`, and so what is saved: the bind policy of
/// `plan.recipe` against `plan.target`. Fills targets, rows, outputs, findings; without a target all rows are saved.
/// BadRecipe: a bind list that cannot be understood, values wanted of a target that has none. `scope` is that of the
/// steps.
Result<void> bindPlan(Plan &plan, const RunScope &scope);
