// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

/// The leaves of a plan: target keys in the target's order, then rows the target does not name, then dropped rows.
/// Without sizes and prefix, which arrangeLeaves() adds.
KeyLeaves collectLeaves(std::shared_ptr<const Plan> plan);
/// Put the leaves into the order given by their present positions, and work out their sizes.
void arrangeLeaves(KeyLeaves &leaves, const std::vector<quint32> &order);
