// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <string>
#include <vector>

/// What one step of a plan does, with a few of the keys it touches.
struct StepPreview
{
    struct Line
    {
        std::string before;
        std::string after; ///< empty: it is taken out
        QString values; ///< what becomes of its values, in words; empty: nothing
    };

    qint64 matched = -1; ///< -1: the plan did not come so far
    qint64 changed = -1;
    qint64 fitBefore = -1; ///< target keys that fit; -1 without a target
    qint64 fitAfter = -1;
    std::vector<Line> lines; ///< spread over all that it changes, in their order
    QString problem; ///< why it fails, or why it was skipped, or what it warns of
    bool isError = false;
};

/// Looks at every row: not for the GUI thread.
StepPreview previewOf(const Plan &plan, int step, std::size_t mostLines);

/// A step of this kind that suits these keys, as an example: with their most frequent prefix, or what the target is
/// called instead. Nothing when the kind cannot be guessed.
std::optional<Step> exampleStep(const StepKind &kind, const Table &table, const Target *target);
