// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/history.h"

#include "model/recipe/table.h"

#include <algorithm>
#include <bit>

namespace {
/// `name` as it was before `history`.
void takeBack(std::string &name, const History &history)
{
    name.replace(history.at, history.size, history.before);
}

std::size_t hashOf(const History &history)
{
    std::size_t hash = std::hash<Name>()(history.before) ^ std::hash<const void *>()(history.previous);
    for (const quint32 number : {history.at, history.size})
        hash = std::rotl(hash, 7) * 31 + number;
    return hash;
}
}

std::vector<FormerName> formerNames(const Row &row)
{
    std::vector<FormerName> names;
    std::string name(row.name);
    for (const History *history = row.history; history; history = history->previous) {
        takeBack(name, *history);
        names.push_back({history->step, name});
    }
    return names;
}

std::string sourceName(const Row &row)
{
    std::string name(row.name);
    for (const History *history = row.history; history; history = history->previous)
        takeBack(name, *history);
    return name;
}

std::vector<int> changingSteps(const Row &row)
{
    std::vector<int> steps;
    for (const History *history = row.history; history; history = history->previous)
        steps.push_back(history->step);
    std::reverse(steps.begin(), steps.end());
    return steps;
}

const History *HistoryMaker::make(const History *previous, Name before, Name after)
{
    History history{previous, {}, 0, 0, m_step};
    if (before != after) {
        const auto [left, right] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
        const auto at = std::size_t(left - before.begin());
        before.remove_prefix(at);
        after.remove_prefix(at);
        const auto end = std::mismatch(before.rbegin(), before.rend(), after.rbegin(), after.rend());
        history.before = before.substr(0, before.size() - std::size_t(end.first - before.rbegin()));
        history.at = quint32(at);
        history.size = quint32(after.size() - std::size_t(end.second - after.rbegin()));
    }
    const History *&recent = m_recent[hashOf(history) % remembered];
    if (!recent || *recent != history) {
        history.before = m_arena.store(history.before);
        recent = m_arena.make<History>(history);
    }
    return recent;
}
