// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/matchedkeys.h"

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
}

// A count is a sum over rows, so any alignment of the two states gives the right difference; a good one looks up only
// what the step touched.
qint64 matchedKeysGained(const Target &target, const std::vector<Row> &before, const std::vector<Row> &after)
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
