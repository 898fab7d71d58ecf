// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/table.h"
#include "model/target/target.h"

/// How many more target keys have a row of their name and shape `after` than `before` (negative: fewer): what a step
/// wins or loses. Rows that the two states share are not looked up.
qint64 matchedKeysGained(const Target &target, const std::vector<Row> &before, const std::vector<Row> &after);
