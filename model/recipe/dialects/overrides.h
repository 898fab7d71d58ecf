// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

#include <optional>

/// One word of a Hydra command line, `a.b.KEY=VALUE`, as data.
struct Override
{
    std::string path; ///< "a.b.KEY", without the sign that adds it
    Node value; ///< quotes taken off; lists and maps as such
};

/// A word as an override; nothing when it has no `=` behind a name (a flag, a program). BadRecipe names the word when
/// its value is not closed. Read as text: nothing is evaluated.
Result<std::optional<Override>> parseOverride(std::string_view word);

/// The words of a command as a shell splits it: blanks, quotes, backslashes. BadRecipe when a quote is not closed, and
/// beyond 100,000 words.
Result<std::vector<std::string>> shellWords(std::string_view command);
