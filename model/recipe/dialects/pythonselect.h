// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/condition.h"
#include "model/recipe/selector.h"

#include <set>
#include <string>
#include <vector>

/// The pieces of the runtime (`resources/export/*.py`) that what was written stands on.
using PythonPieces = std::set<std::string, std::less<>>;

/// A selector as an expression over `key`, `value` and `table`. Where it captures, it gives the match. BadRecipe goes
/// on from "cannot be written as Python: ".
Result<std::string> pythonSelector(const Selector &selector, PythonPieces &pieces);
/// `lambda key, value: …`, or nothing for all keys.
Result<std::string> pythonWhere(const Selector &selector, PythonPieces &pieces);
/// Items of a list of bind: a text is part of a key.
Result<std::string> pythonItems(const std::vector<Node> &items, PythonPieces &pieces);
/// A condition as an expression over `table`.
Result<std::string> pythonCondition(const Condition &condition, PythonPieces &pieces);
