// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/template.h"

#include <functional>

// Pieces of recipes as Python writes them.

/// A text in quotes: raw where that can say it.
std::string pythonText(const std::string &text);
/// `('a', 'b')`; one alone is `('a',)`.
std::string pythonTuple(const std::vector<std::string> &texts);
/// `['a', 'b']`
std::string pythonList(const std::vector<std::string> &texts);

/// What stands for a name that `let` gave: `table.lets["ends"]`.
std::string pythonLet(std::string_view name);
/// What stands for a captured text, by slot.
using SlotText = std::function<std::string(int slot)>;
/// A whole number: `int(m[1]) + 1`. What stands for a slot is an expression that is a number already.
std::string pythonNumber(const Arithmetic &number, const SlotText &slot);
/// Whether groups may take no part in a match; then they are empty.
enum class Groups : quint8 { TakePart, MayLack };
/// A name: a text, or one with expressions in it, `f'blocks.{int(m[1]) + 1}'`.
std::string pythonName(const NameTemplate &name, const SlotText &slot, Groups groups);
/// A name as the replacement of re.sub; nothing when it calculates, or takes what is captured elsewhere (slots from
/// `ownSlots` on).
std::optional<std::string> pythonReplacement(const NameTemplate &name, int ownSlots);
/// The regular expression of a pattern with places.
std::string pythonPattern(const NamePattern &pattern);
