// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/jsonwriter.h"
#include "model/recipe/fit.h"

class Terminal;

// The parts of JSON and text that several verbs share.

void writeFindings(JsonWriter &json, const Findings &findings);
/// The `fit` object of cli.md.
void writeFit(JsonWriter &json, const Plan &plan, const Fit &fit);
/// The fit in words: a line of totals, then each kind of trouble with its keys.
void printFit(const Terminal &terminal, const Plan &plan, const Fit &fit);
/// Steps (from 1) that touched a row, oldest first.
std::vector<int> stepsOf(const Row &row);
/// The steps before a given row's name: "2. Remove prefix `module.`".
QString stepText(const Plan &plan, int step);
std::string_view severityWord(Finding::Severity severity);
/// The key a row had in the file.
Name sourceName(const Row &row);
