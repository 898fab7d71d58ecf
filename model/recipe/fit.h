// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

/// Shares of the target that get their values, from 0 to 1 (1 for an empty target).
struct Coverage
{
    qint64 tensors = 0, allTensors = 0;
    qint64 parameters = 0, allParameters = 0;
    qint64 bytes = 0, allBytes = 0;

    double tensorShare() const { return share(tensors, allTensors); }
    double parameterShare() const { return share(parameters, allParameters); }
    double byteShare() const { return share(bytes, allBytes); }
    static double share(qint64 part, qint64 all) { return all == 0 ? 1.0 : double(part) / double(all); }
};

/// A plan held against its target: counts and lists over the outcomes that the plan's bind policy decided.
struct Fit
{
    bool complete = false; ///< recipe.md, Verdicts: no missing key, no size mismatch, no collision, nor an unexpected
                           ///< key under strict
    Coverage coverage; ///< loaded, adapted, created and filled keys
    qint64 loaded = 0, adapted = 0, created = 0, filled = 0, skipped = 0, ignored = 0, missing = 0, sizeMismatches = 0;
    qint64 unexpected = 0, dropped = 0, dtypeDiffers = 0;
};

/// Count a plan that has a target.
Fit fit(const Plan &plan);
/// Coverage of the target keys that start with `prefix`.
Coverage coverage(const Plan &plan, std::string_view prefix);
