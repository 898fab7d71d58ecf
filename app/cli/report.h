// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/planjson.h"

class Terminal;

// The parts of text that several verbs share; those of JSON are in model/save/planjson.h.

/// The fit in words: a line of totals, then each kind of trouble with its keys.
void printFit(const Terminal &terminal, const Plan &plan, const Fit &fit);
/// " of “/path”" of tensors of other files than the source, each once; nothing for those of the source.
QString otherFiles(const Plan &plan, const Expression &value);
/// The steps before a given row's name: "2. Remove prefix `module.`".
QString stepText(const Plan &plan, int step);
