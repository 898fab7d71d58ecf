// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/node.h"
#include "model/recipe/step.h"

/// The way back of one step. A null word: nothing has to be done.
struct Back
{
    std::string word;
    Node body = {};
    std::string granted = {}; ///< what it takes for granted of the keys before; empty: nothing
};

using Way = Result<Back>;

/// How one kind of step is taken back. An error is a sentence that says why it is not.
struct InverseWay
{
    std::string_view word;
    Way (*back)(const Step &step);
};

/// Of what changes the values of rows, one at a time.
std::span<const InverseWay> valueWays();

Error noWay(const QString &why);
/// A field that is a word or a number; empty: at its default.
std::string fieldText(const Step &step, std::string_view field);
