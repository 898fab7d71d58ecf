// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QModelIndex>

#include <vector>

struct Plan;

/// The steps of the plan that renamed, changed or took out the key of this row of the key tree, or keys below it.
std::vector<int> stepsOf(const Plan &plan, const QModelIndex &index);
