// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/reciperun.h"

/// `unmatched: fill`: target keys that nothing of the source reaches, whatever the verdicts so far say of it (missing,
/// skipped, ignored, a counter that would be made), take their values from the target, which must be a checkpoint. One
/// that shares its storage with a key that the source reaches takes that key's value, as it does in the model. `cast`
/// steps at the end of the recipe are about the whole file, so they are run for these values too. BadRecipe when there
/// is a key to fill and the target has no values.
Result<void> fillUnmatched(Plan &plan, const RunScope &scope);
