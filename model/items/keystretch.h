// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

/// The same tree with the rows of every level that has too many of them in stretches that follow each other: a view
/// pays for all rows of an open level at each change, and nobody finds a key among a million of them. The last step
/// before a tree is shown, so that stretches follow the filter and the sorting. Gives `tree` itself when no level has
/// too many, null only when `progress` asks to stop.
std::shared_ptr<const KeyTree> stretchKeyTree(std::shared_ptr<const KeyTree> tree, const KeyTreeOptions &options,
                                              Progress &progress);
