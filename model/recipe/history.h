// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"

#include <QtGlobal>

#include <string>
#include <vector>

struct Row;

/// What one step did to a row: `size` bytes at `at` of the name it left stand where `before` stood; both are empty when
/// it changed values alone. Says no whole name, so that rows which a step treated alike share one: a million keys that
/// lost a prefix have a few of them. Immutable.
struct History
{
    const History *previous = nullptr; ///< what an earlier step did; null: the row came straight from the file
    Name before;
    quint32 at = 0;
    quint32 size = 0;
    int step = -1; ///< index into the recipe's steps

    bool operator==(const History &) const = default;
};

/// What a row was called before `step` renamed or changed it.
struct FormerName
{
    int step = -1;
    std::string name;
};

/// The names a row had, newest first; empty for a row that no step touched.
std::vector<FormerName> formerNames(const Row &row);
/// The name a row had in the file; its own name if no step touched it.
std::string sourceName(const Row &row);
/// The steps that changed a row, in their order.
std::vector<int> changingSteps(const Row &row);

/// Makes the histories of the rows that one step changes, each new one in `arena`.
class HistoryMaker
{
public:
    HistoryMaker(Arena &arena, int step) : m_arena(arena), m_step(step), m_known(2 * mostRemembered) {}

    const History *make(const History *previous, Name before, Name after);

private:
    /// A file has a few dozen ways that rows go; where it has more, the search starts over and some are made again.
    static constexpr std::size_t mostRemembered = 4096;

    Arena &m_arena;
    const int m_step;
    std::vector<const History *> m_known; ///< by hash, linear probing, at most half full
    std::size_t m_size = 0;
};
