// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"
#include "model/recipe/step.h"

/// What a person does by hand with rows of the tree, as a step for the end of the recipe: it sees the names that the
/// plan ends with.
struct HandStep
{
    enum class Kind : quint8 { Rename, RenameComponent, Drop, DropAlike, StripPrefix, KeepOnly, Fill };

    Kind kind;
    std::string subject; ///< the key, the prefix with its dot, the component or the pattern; empty for several rows
    Step step;
    qint64 keys = 0; ///< that it takes out, renames or makes
};

/// Rows beyond so many are not taken together: the step would say every one of them.
constexpr std::size_t mostHandRows = 100;

/// What can be done with these rows besides renaming; nothing that touches no key. Looks at every name once.
std::vector<HandStep> handSteps(const KeyTree &tree, const std::vector<quint32> &rows);

/// What a rename of a row starts from: its key or path, or for RenameComponent the last component of it, which must not
/// be a number. Empty when no result is below the row.
std::string renameSubject(const KeyTree &tree, quint32 row, HandStep::Kind kind);
/// How many keys such a rename touches.
qint64 renameCount(const KeyTree &tree, quint32 row, HandStep::Kind kind);
/// The rename of a row to this key or path, or of a component wherever it stands; nothing when that changes nothing or
/// cannot be a name.
std::optional<HandStep> renameStep(const KeyTree &tree, quint32 row, HandStep::Kind kind, const std::string &to);
