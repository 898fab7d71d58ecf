// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"
#include "model/recipe/expression.h"

#include <deque>
#include <memory>
#include <vector>

/// One link of a row's history: what the row was called before `step` renamed or changed it.
struct ChainLink
{
    int step = -1; ///< index into the recipe's steps; -1: the implicit root
    Name before; ///< its name before that step
    const ChainLink *previous = nullptr; ///< the earlier link; null: came straight from the file
};

/// A row of the table that steps transform: a name, a symbolic tensor, and how it got there.
struct Row
{
    Name name;
    const Expression *value = nullptr;
    const ChainLink *chain = nullptr; ///< newest first; null: untouched since the file
};

/// A row that a step took out, as it was when it left.
struct DroppedRow
{
    Row row;
    int step = -1;
};

/// The ordered table of (name → symbolic tensor) after a step. Immutable and shared once built, so that a plan keeps
/// the state after each step and an edit re-plans from the edited step on. Holds its predecessors' memory alive.
struct Table
{
    std::vector<Row> rows;
    std::vector<std::string> rootPath; ///< where the rows came from
    bool rootChosen = false;

    Arena arena; ///< names, links and expressions this step made
    std::deque<Shape> shapes; ///< shapes this step made
    std::shared_ptr<const Table> previous;
};
