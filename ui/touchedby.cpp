// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/touchedby.h"

#include "model/items/keytouch.h"
#include "model/items/keytreemodel.h"
#include "model/recipe/history.h"
#include "model/recipe/plan.h"

std::vector<int> stepsOf(const Plan &plan, const QModelIndex &index)
{
    const auto *keys = qobject_cast<const KeyTreeModel *>(index.model());
    if (keys && index.data(KeyTreeModel::IsGroupRole).toBool())
        return stepsBelow(*keys->tree(), keys->nodeAt(index));
    const auto at = [&](KeyTreeModel::Role role) {
        const QVariant value = index.data(role);
        return value.isValid() ? value.toLongLong() : -1;
    };
    if (const qint64 row = at(KeyTreeModel::RowIndexRole); row >= 0)
        return changingSteps(plan.table->rows[std::size_t(row)]);
    const qint64 dropped = at(KeyTreeModel::DroppedIndexRole);
    if (dropped < 0)
        return {};
    std::vector<int> steps = changingSteps(plan.dropped[std::size_t(dropped)].row);
    steps.push_back(plan.dropped[std::size_t(dropped)].step);
    return steps;
}
