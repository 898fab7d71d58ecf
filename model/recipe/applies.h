// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/fit.h"

/// What a recipe has to do with a checkpoint.
struct Application
{
    /// Applies: it is for such checkpoints. Native: it is, but the checkpoint is in the target's layout already. Not:
    /// it is for others. Unknown: that cannot be told.
    enum class Verdict : quint8 { Applies, Native, Not, Unknown };

    Verdict verdict = Verdict::Unknown;
    QString reason = {}; ///< Unknown: why; Applies: what would stop it, empty where nothing would
    std::optional<Fit> fit = {}; ///< Applies: of its result, where there is a target
};

/// Ask the condition `applies` of a recipe about the checkpoint of `input`, after the recipe's own choice of a root;
/// where it holds, plan the recipe alone. The recipe of `input` does not count. Looks at every row: not for the GUI
/// thread. Nothing when `progress` asked to stop.
std::optional<Application> applicationOf(const Recipe &recipe, const PlanInput &input, Progress &progress);
