// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytouch.h"

#include "model/recipe/history.h"

#include <algorithm>
#include <set>

namespace {
constexpr std::size_t stopInterval = 4096;

/// Calls `take(step)` for each step that touched a leaf.
template<typename Take>
void eachStep(const KeyLeaves &all, quint32 leaf, Take take)
{
    const KeyLeaf &at = all.leaves[leaf];
    const bool isDropped = at.row == noRow && at.dropped != noRow;
    if (at.row == noRow && !isDropped)
        return;
    const Row &row = isDropped ? all.plan->dropped[at.dropped].row : all.plan->table->rows[at.row];
    eachHistory(row.history, [&](const History &history) { take(history.step); });
    if (isDropped)
        take(all.plan->dropped[at.dropped].step);
}
}

std::vector<quint32> touchedPlaces(const KeyTree &tree, int step, Progress &progress)
{
    std::vector<quint32> places;
    for (std::size_t at = 0; at < tree.order.size(); ++at) {
        if (at % stopInterval == 0 && progress.stopRequested())
            break;
        bool isTouched = false;
        eachStep(*tree.all, tree.order[at], [&](int other) { isTouched |= other == step; });
        if (isTouched)
            places.push_back(quint32(at));
    }
    return places;
}

bool hasTouched(const KeyTree &tree, quint32 node, const std::vector<quint32> &places)
{
    const KeyNode &at = tree.nodes[node];
    const auto first = std::lower_bound(places.begin(), places.end(), at.firstLeaf);
    return first != places.end() && *first < at.firstLeaf + at.leafCount;
}

std::vector<int> stepsBelow(const KeyTree &tree, quint32 node)
{
    constexpr quint32 mostLooked = 8192;
    const KeyNode &at = tree.nodes[node];
    const quint32 stride = at.leafCount / mostLooked + 1;
    std::set<int> steps;
    for (quint32 place = at.firstLeaf; place < at.firstLeaf + at.leafCount; place += stride)
        eachStep(*tree.all, tree.order[place], [&](int step) { steps.insert(step); });
    steps.erase(-1); // the root chosen before all steps
    return {steps.begin(), steps.end()};
}
