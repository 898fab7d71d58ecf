// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"

#include <QString>

#include <string>
#include <unordered_set>
#include <vector>

struct Row;
struct History;

/// A row that a step joined with others, as it was then.
struct JoinedRow
{
    Name name;
    const History *history = nullptr; ///< as a row's
};

/// A step of a recipe that another includes, from the outermost recipe inwards.
struct InnerStep
{
    int step = -1; ///< index into the steps of the recipe that is included
    Name sentence; ///< what it does, UTF-8
    const InnerStep *inner = nullptr; ///< a step of the recipe that this one includes

    bool operator==(const InnerStep &) const = default;
};

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
    const std::vector<JoinedRow> *joined = nullptr; ///< what became one row with it by this step
    const InnerStep *inside = nullptr; ///< of the recipe that the step includes; null: it did it itself

    bool operator==(const History &) const = default;
};

/// What a row was called before `step` renamed or changed it.
struct FormerName
{
    int step = -1;
    std::string name;
    std::vector<std::string> beside; ///< the names of rows that the step joined with it
    const InnerStep *inside = nullptr; ///< as a History's
};

/// What one step made of a row: of several, where it joined them.
struct NameChange
{
    int step = -1;
    std::vector<std::string> before;
    std::string after;
    const InnerStep *inside = nullptr; ///< as a History's
};

/// "2. Remove prefix “module.”", of all inner steps; empty for null.
QString innerText(const InnerStep *inside);

/// The names a row had, newest first; empty for a row that no step touched.
std::vector<FormerName> formerNames(const Row &row);
/// The name a row had in the file; its own name if no step touched it.
std::string sourceName(const Row &row);
/// The names in the file of all rows that became this one, each once, in the order in which they were joined.
std::vector<std::string> sourceNames(const Row &row);
/// All that steps did to a row and to the rows it is joined from, oldest first for each of them.
std::vector<NameChange> nameChanges(const Row &row);
/// The steps that changed a row, or rows it is joined from, in their order.
std::vector<int> changingSteps(const Row &row);

/// Calls `visit(history)` for all that steps did to a row with this history and to the rows it is joined from.
template<typename Visit>
void eachHistory(const History *history, Visit visit)
{
    std::vector<const History *> open;
    std::unordered_set<const History *> seen;
    for (; history || !open.empty(); history = history ? history->previous : nullptr) {
        if (!history) {
            history = open.back();
            open.pop_back();
        }
        visit(*history);
        if (!history->joined || !seen.insert(history).second)
            continue;
        for (const JoinedRow &row : *history->joined) {
            if (row.history)
                open.push_back(row.history);
        }
    }
}

/// Makes the histories of the rows that one step changes, each new one in `arena`.
class HistoryMaker
{
public:
    HistoryMaker(Arena &arena, int step, const InnerStep *inside = nullptr)
        : m_arena(arena)
        , m_step(step)
        , m_inside(inside)
        , m_known(2 * mostRemembered)
    {}

    const History *make(const History *previous, Name before, Name after);
    /// Of a row that goes on joined with others.
    const History *makeJoined(const History *previous, Name before, Name after, const std::vector<JoinedRow> *joined);

private:
    History changed(const History *previous, Name before, Name after) const;

    /// A file has a few dozen ways that rows go; where it has more, the search starts over and some are made again.
    static constexpr std::size_t mostRemembered = 4096;

    Arena &m_arena;
    const int m_step;
    const InnerStep *const m_inside;
    std::vector<const History *> m_known; ///< by hash, linear probing, at most half full
    std::size_t m_size = 0;
};
