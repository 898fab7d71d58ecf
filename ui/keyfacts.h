// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"
#include "model/recipe/plan.h"

#include <QString>

#include <optional>
#include <vector>

/// Positions in a plan that one row of the tree stands for; -1 where there is none.
struct KeyPlace
{
    qint64 row = -1; ///< Plan::table->rows
    qint64 target = -1; ///< Target::keys()
    qint64 dropped = -1; ///< Plan::dropped
};

/// A line of facts: a quiet label and what it says.
struct FactLine
{
    QString label;
    QString text;
    bool isCode = false;
};

/// Everything the inspector says about one key, in words: pure data from a plan.
struct KeyFacts
{
    QString title; ///< the result or target key
    QString summary; ///< "float32 · 288 × 96 · 110.6 kB · contiguous"
    KeyVerdict verdict = KeyVerdict::None;
    QString verdictText; ///< a sentence for what is not simply loaded; empty otherwise
    QString problem; ///< why its values cannot be read; empty: they can
    std::vector<FactLine> chain; ///< file → steps → target
    std::vector<FactLine> facts; ///< of the tensor in the file
};

KeyFacts keyFacts(const Plan &plan, const KeyPlace &place, KeyVerdict verdict);
