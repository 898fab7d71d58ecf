// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

/// Count, for each state of a plan, the target keys that have a row of their name and shape: what a step wins or loses.
/// Counts of states that `before` shares (with `beforeCounts` of it) are taken over; from one state to the next only
/// rows that differ are looked up. Empty without a target, or when `progress` asks to stop.
std::vector<qint64> matchedKeys(const Plan &plan, const Plan *before, const std::vector<qint64> &beforeCounts,
                                Progress &progress);
