// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"
#include "model/recipe/codec.h"

#include <optional>

/// Two rows of the tree brought together: the key that gets a target key's name, or all such keys of two groups.
/// Names are those that the plan ends with.
struct HandPairs
{
    enum class Refusal : quint8 { None, SameRow, SeveralRows, NoSource, NoTarget, KeyAndGroup, NothingFits, TooMany };

    Refusal refusal = Refusal::None;
    bool isGroup = false;
    std::string from; ///< key or path of the row that gives
    std::string to; ///< of the row that takes
    NamePairs pairs; ///< empty when refused
    Shape given, wanted; ///< of two keys
    bool replaces = false; ///< of two keys: another source has the target key's name now, and gives way
    qint64 misfits = 0; ///< of two groups: keys of the same name below both, left out because their shapes differ

    bool fits() const { return refusal == Refusal::None && (isGroup || given == wanted); }
};

/// Keys below a group that can be paired at once: the step says every one of them.
constexpr quint32 mostHandPairs = 10000;

/// What bringing `row` to `other` pairs. The source is the one that has a result, `row` where both have; shapes of two
/// keys may differ, which a later step can mend.
HandPairs handPairs(const KeyTree &tree, quint32 row, quint32 other);

/// The unexpected keys that a missing key most likely means, or the other way round, the likest first: of the same
/// shape before others of the same rank and last component; then by the components they share. Looks at so many at
/// most that a menu opens at once.
std::vector<HandPairs> likelyPairs(const KeyTree &tree, quint32 row, std::size_t most);

/// A recipe with these pairs, and the step that holds them (-1: they undid all of it).
struct PairedRecipe
{
    Recipe recipe;
    int step = -1;
};

/// Add pairs of names that the recipe ends with: to its last enabled step when that is an unconditional `pairs`,
/// otherwise as a new last step. A key paired before is paired anew, and a target key keeps one partner. Nothing when
/// no recipe can hold the names.
std::optional<PairedRecipe> withPairs(const Recipe &recipe, const NamePairs &added);
