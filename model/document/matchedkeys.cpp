// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/matchedkeys.h"

namespace {
qint64 matches(const Target &target, const Row &row)
{
    const quint32 key = target.find(row.name);
    return key != NameIndex::none && target.keys()[key].shape == *row.value->shape ? 1 : 0;
}

bool sameRow(const Row &left, const Row &right)
{
    return left.name.data() == right.name.data() && left.name.size() == right.name.size()
        && left.value->shape == right.value->shape;
}

/// How the count changes from one state to the next. A count is a sum over rows, so any alignment of the two gives the
/// right difference; a good one looks up only what the step touched.
qint64 difference(const Target &target, const std::vector<Row> &before, const std::vector<Row> &after)
{
    qint64 change = 0;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() && j < after.size()) {
        if (sameRow(before[i], after[j])) {
            ++i;
            ++j;
        } else if (before[i].value == after[j].value) {
            change += matches(target, after[j++]) - matches(target, before[i++]);
        } else {
            change -= matches(target, before[i++]);
        }
    }
    for (; i < before.size(); ++i)
        change -= matches(target, before[i]);
    for (; j < after.size(); ++j)
        change += matches(target, after[j]);
    return change;
}
}

std::vector<qint64> matchedKeys(const Plan &plan, const Plan *before, const std::vector<qint64> &beforeCounts,
                                Progress &progress)
{
    if (!plan.target)
        return {};
    static const std::vector<Row> noRows;
    const bool isComparable = before && before->target == plan.target && beforeCounts.size() == before->states.size();
    std::vector<qint64> counts;
    for (std::size_t state = 0; state < plan.states.size(); ++state) {
        if (progress.stopRequested())
            return {};
        const auto &table = plan.states[state];
        if (isComparable && state < before->states.size() && before->states[state] == table)
            counts.push_back(beforeCounts[state]);
        else if (state > 0 && table == plan.states[state - 1])
            counts.push_back(counts.back());
        else
            counts.push_back(
                (state > 0 ? counts.back() : 0)
                + difference(*plan.target, state > 0 ? plan.states[state - 1]->rows : noRows, table->rows));
    }
    return counts;
}
