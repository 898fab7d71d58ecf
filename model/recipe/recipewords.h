// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

#include <QStringList>

// A recipe in plain words, as `recipes explain` and the window's browser say it.

/// What else there is to say about a step than its sentence: when it runs, and how strict it is. A sentence each.
QStringList stepRemarks(const Step &step);
/// A step of a recipe, or of one that another includes, at this depth from 0.
struct StepLine
{
    int depth = 0;
    QString number; ///< "3.1"; empty: a line that is about the recipe whose steps follow
    std::vector<SentencePart> sentence;
    QStringList remarks = {};
    bool isEnabled = true;
};
/// The steps of a recipe, and below each those of the recipes that it includes.
std::vector<StepLine> stepLines(const Recipe &recipe);
/// When a recipe is for a checkpoint; empty: it does not say.
QString appliesSentence(const Recipe &recipe);
/// When it does nothing; empty: it always does what it says.
QString nativeSentence(const Recipe &recipe);
/// What can be set; a line each.
QStringList paramLines(const Recipe &recipe);
/// What it says of the target; a line each, without the heading.
QStringList bindLines(const Bind &bind);
