// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

/// What a piece of Python says, as data: literals, `name=value` and calls of names. Nothing is run or looked up.
///
/// Text is a quoted scalar, numbers, True and False are plain ones, None is null. Tuples and lists are lists. A dict is
/// a map, and so is dict(…). Another call, `Name(…)`, is a map whose first entry is "()" with the called name;
/// arguments without a name are called 0, 1, ….
///
/// The whole text is a literal, or assignments and keyword arguments in a row, which become a map. Lines of another
/// kind (imports, a class, an expression) are refused with their place. BadRecipe.
Result<Node> parsePythonLiteral(std::string_view text);
