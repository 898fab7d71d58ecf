// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

/// How many keys each item of the bind lists matches, in the order of the items; -1 for a pattern that cannot be used.
struct BindCounts
{
    std::vector<qint64> skip; ///< of the target's keys
    std::vector<qint64> ignoreMissing; ///< of the target's keys
    std::vector<qint64> ignoreUnexpected; ///< of the results that the target does not have
    std::vector<qint64> expectMissing; ///< of the target's keys
    qint64 counters = 0; ///< of the target that the results do not have and no list speaks of: what `counters` is for
};

/// Against the target and the results of `plan`, which has a target. Looks at every key for every item: not for the GUI
/// thread. Nothing when `progress` asks to stop.
std::optional<BindCounts> countBind(const Bind &bind, const Plan &plan, Progress &progress);
