// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytotals.h"

#include "model/base/saturate.h"

#include <algorithm>

KeyTotals totalsOf(const KeyTree &tree, std::span<const KeyRows> rows)
{
    KeyTotals totals;
    std::vector<std::pair<quint32, quint32>> places; // of leaves, from and behind
    for (const KeyRows &each : rows) {
        totals.rows += each.last - each.first + 1;
        const KeyNode &last = tree.nodes[each.last];
        places.emplace_back(tree.nodes[each.first].firstLeaf, last.firstLeaf + last.leafCount);
    }
    std::sort(places.begin(), places.end());
    quint32 counted = 0;
    for (const auto &[from, to] : places) {
        const quint32 begin = std::max(from, counted);
        if (begin >= to)
            continue;
        counted = to;
        totals.keys += to - begin;
        addSaturated(totals.parameters, tree.parameters[to] - tree.parameters[begin]);
        addSaturated(totals.bytes, tree.bytes[to] - tree.bytes[begin]);
        const VerdictCounts counts = tree.countsBetween(begin, to);
        for (std::size_t verdict = 0; verdict < counts.size(); ++verdict)
            totals.counts[verdict] += counts[verdict];
    }
    return totals;
}
