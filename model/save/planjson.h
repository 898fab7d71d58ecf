// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/jsonwriter.h"
#include "model/recipe/fit.h"

// Parts of a plan as cli.md writes them, shared by certificates and the command line.

/// `"sources": [names]`; where tensors of several checkpoints go in, also `"source_files": [paths]`, parallel.
void appendSources(JsonWriter &json, const Checkpoint &checkpoint, const Expression &value);
/// The steps (from 1) that renamed or changed a row, oldest first.
void appendSteps(JsonWriter &json, const Row &row);
/// A list of findings.
void appendFindings(JsonWriter &json, const Findings &findings);
/// The `fit` object of a plan that has a target.
void appendFit(JsonWriter &json, const Plan &plan, const Fit &fit);
