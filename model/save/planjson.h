// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/jsonwriter.h"
#include "model/recipe/fit.h"

#include <vector>

// Parts of a plan as cli.md writes them, shared by certificates and the command line.

/// Steps (from 1) that renamed or changed a row, oldest first.
std::vector<int> stepNumbers(const Row &row);
/// A list of findings.
void appendFindings(JsonWriter &json, const Findings &findings);
/// The `fit` object of a plan that has a target.
void appendFit(JsonWriter &json, const Plan &plan, const Fit &fit);
