// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

/// By which column of KeyTreeModel the rows below each parent are sorted; none: natural order.
struct KeySort
{
    int column = -1;
    bool descending = false;

    bool operator==(const KeySort &) const = default;
};

/// The rows of `tree`, which is in natural order, sorted below their parents; equal ones stay in natural order. Gives
/// `tree` itself for no column, null only when `progress` asks to stop.
std::shared_ptr<const KeyTree> sortKeyTree(std::shared_ptr<const KeyTree> tree, const KeySort &sort,
                                           Progress &progress);
