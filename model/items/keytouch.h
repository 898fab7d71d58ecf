// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

/// Places in the tree's order of the keys that a step renamed, changed or took out, ascending. Cut short when
/// `progress` asks to stop.
std::vector<quint32> touchedPlaces(const KeyTree &tree, int step, Progress &progress);
/// Whether one of these places is at or below a row.
bool hasTouched(const KeyTree &tree, quint32 node, const std::vector<quint32> &places);
/// The steps that touched a key at or below a row, in their order. Of a group of many thousand keys it looks at a part,
/// spread evenly.
std::vector<int> stepsBelow(const KeyTree &tree, quint32 node);
