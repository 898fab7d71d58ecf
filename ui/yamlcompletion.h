// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/completer.h"

class KeyCompletion;

/// What may stand at the end of a recipe's text: a header, a step, a field of the step or of bind that the text is in,
/// one of its words, or a key of this file or of the target.
Completions recipeCompletions(const QString &before, const KeyCompletion &keys);
/// The step that the end of the text is in, counted from 0; -1: it is in none.
int stepAtEnd(const QString &before);
/// The same inside the value of one field, which is YAML too: `fallback` is the field where the text names none.
Completions valueCompletions(const QString &before, std::string_view fallback, const KeyCompletion &keys);
