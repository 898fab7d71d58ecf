// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/handpairs.h"

/// Names of some keys, and how many there are in all.
struct KeyNames
{
    std::vector<Name> names; ///< a few
    qint64 count = 0;
};

/// What other keys have to do with one: what the inspector says of a key after looking at all of them.
struct KeyKin
{
    std::shared_ptr<const KeyTree> tree; ///< keeps the names alive
    std::vector<HandPairs> likely; ///< as likelyPairs()
    KeyNames sharing; ///< other tensors of the file that view the same storage
    KeyNames tied; ///< other keys of the target that share one storage with it there
};

/// Looks at every tensor and every key of the target. `row` must be a leaf.
KeyKin keyKin(const std::shared_ptr<const KeyTree> &tree, quint32 row);
