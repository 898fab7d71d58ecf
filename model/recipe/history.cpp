// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/history.h"

#include "model/base/text.h"
#include "model/recipe/table.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

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
        names.push_back({history->step, name, {}, history->inside});
        if (history->joined) {
            for (const JoinedRow &joined : *history->joined)
                names.back().beside.emplace_back(joined.name);
        }
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

namespace {
/// Walks through all that was done to a row and to those it is joined from, each once, whatever came first first.
class Descent
{
public:
    explicit Descent(const Row &row) { m_open.push_back({std::string(row.name), row.history, false}); }

    void run()
    {
        while (!m_open.empty()) {
            const Open now = m_open.back();
            if (!now.history) {
                m_open.pop_back();
                if (m_known.insert(now.name).second)
                    sources.push_back(now.name);
            } else if (now.isEntered) {
                m_open.pop_back();
                changes.push_back({now.history->step, namesBefore(now), now.name, now.history->inside});
            } else if (!m_seen.emplace(now.history, now.name).second) {
                m_open.pop_back();
            } else {
                enter();
            }
        }
    }

    std::vector<std::string> sources;
    std::vector<NameChange> changes;

private:
    struct Open
    {
        std::string name;
        const History *history;
        bool isEntered;
    };

    static std::vector<std::string> namesBefore(const Open &open)
    {
        std::string name = open.name;
        takeBack(name, *open.history);
        std::vector<std::string> names{std::move(name)};
        if (open.history->joined) {
            for (const JoinedRow &joined : *open.history->joined)
                names.emplace_back(joined.name);
        }
        return names;
    }

    void enter()
    {
        m_open.back().isEntered = true;
        const Open now = m_open.back();
        if (now.history->joined) {
            for (auto joined = now.history->joined->rbegin(); joined != now.history->joined->rend(); ++joined)
                m_open.push_back({std::string(joined->name), joined->history, false});
        }
        m_open.push_back({namesBefore(now).front(), now.history->previous, false});
    }

    std::vector<Open> m_open;
    std::set<std::pair<const History *, std::string>> m_seen;
    std::unordered_set<std::string> m_known;
};
}

std::vector<std::string> sourceNames(const Row &row)
{
    Descent descent(row);
    descent.run();
    return std::move(descent.sources);
}

std::vector<NameChange> nameChanges(const Row &row)
{
    Descent descent(row);
    descent.run();
    return std::move(descent.changes);
}

std::vector<int> changingSteps(const Row &row)
{
    std::vector<int> steps;
    eachHistory(row.history, [&](const History &history) { steps.push_back(history.step); });
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

QString innerText(const InnerStep *inside)
{
    QString text;
    for (; inside; inside = inside->inner)
        text += (text.isEmpty() ? QString() : QStringLiteral(", "))
            + QStringLiteral("%1. %2").arg(inside->step + 1).arg(displayName(inside->sentence));
    return text;
}

History HistoryMaker::changed(const History *previous, Name before, Name after) const
{
    History history{previous, {}, 0, 0, m_step, nullptr, m_inside};
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
    return history;
}

const History *HistoryMaker::makeJoined(const History *previous, Name before, Name after,
                                        const std::vector<JoinedRow> *joined)
{
    History history = changed(previous, before, after);
    history.before = m_arena.store(history.before);
    history.joined = joined;
    return m_arena.make<History>(history);
}

const History *HistoryMaker::make(const History *previous, Name before, Name after)
{
    History history = changed(previous, before, after);
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
