// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"
#include "model/recipe/expression.h"
#include "model/recipe/history.h"

#include <deque>
#include <memory>
#include <vector>

/// A row of the table that steps transform: a name, a symbolic tensor, and how it got there.
struct Row
{
    Name name;
    const Expression *value = nullptr;
    const History *history = nullptr; ///< newest first; null: untouched since the file
};

/// A row that a step took out, as it was when it left.
struct DroppedRow
{
    Row row;
    int step = -1;
};

/// Names that one step made, and those of earlier steps that rows may still have.
struct NameMemory
{
    Arena arena;
    std::shared_ptr<const NameMemory> before;
};

/// All else that one step made, and the names of rows it dropped; holds the memory of all earlier steps.
struct StepMemory
{
    Arena arena;
    std::deque<Shape> shapes;
    std::deque<Arrangement> arrangements;
    std::deque<std::vector<JoinedRow>> joined;
    std::shared_ptr<const StepMemory> before;
};

/// The ordered table of (name → symbolic tensor) after a step. Immutable and shared once built, so that a plan can keep
/// the state after a step and an edit re-plans from there on.
struct Table
{
    std::vector<Row> rows;
    std::vector<std::string> rootPath; ///< where the rows came from
    bool rootChosen = false;

    std::shared_ptr<const NameMemory> names; ///< null: all names are the file's
    std::shared_ptr<const StepMemory> memory;
};
