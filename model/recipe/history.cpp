// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/history.h"

#include "model/recipe/table.h"

#include <xxhash.h>

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
    const quint64 place = quint64(history.at) << 32 | history.size;
    const quint64 seed = reinterpret_cast<quintptr>(history.previous) ^ std::rotl(place, 17);
    return XXH3_64bits_withSeed(history.before.data(), history.before.size(), seed);
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
    std::size_t slot = hashOf(history) % m_known.size();
    while (m_known[slot] && *m_known[slot] != history)
        slot = (slot + 1) % m_known.size();
    if (!m_known[slot]) {
        if (m_size++ == mostRemembered) {
            std::fill(m_known.begin(), m_known.end(), nullptr);
            m_size = 1;
        }
        history.before = m_arena.store(history.before);
        m_known[slot] = m_arena.make<History>(history);
    }
    return m_known[slot];
}
