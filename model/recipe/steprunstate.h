// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steprun.h"

/// What a step did to a row.
enum class RowChange : quint8 {
    None,
    Changed,
    Renamed, ///< and its name is in memory of this step's own
};

/// A row that a step adds.
struct AddedRow
{
    Row row;
    std::optional<std::size_t> origin;
    std::size_t after = 0;
    RowPlace place = RowPlace::Here;
    std::vector<std::size_t> beside; ///< what it is joined from, but for the origin
};

struct StepRun::State
{
    const RunScope &scope;
    const Step &step;
    const int index;
    std::shared_ptr<const Table> before;
    std::shared_ptr<const Lets> lets;
    Findings &findings;

    std::shared_ptr<Table> table = {}; ///< made on the first change, as what follows
    std::shared_ptr<NameMemory> names = {};
    std::shared_ptr<StepMemory> memory = {};
    std::vector<quint8> matched = {}; ///< per row, so that a row counts once
    std::vector<RowChange> changes = {}; ///< per row; empty: none changed
    std::vector<quint8> gone = {};
    std::vector<RowPlace> places = {}; ///< per row; empty: nothing moves
    std::vector<DroppedRow> dropped = {};
    std::vector<AddedRow> added = {};
    StepReport report = {};
    QString endReason = {};
    bool replaced = false; ///< by the rows of a root
    bool renamed = false;
    bool injective = false;
    bool checksOnly = false;
    bool keepLast = false;
    std::shared_ptr<const Table> included = {}; ///< what came out of a recipe that the step included
    mutable bool askedTarget = false;

    void begin(std::shared_ptr<Table> next)
    {
        table = std::move(next);
        names = std::make_shared<NameMemory>();
        memory = std::make_shared<StepMemory>();
        memory->before = before->memory;
        table->memory = memory;
    }
};
