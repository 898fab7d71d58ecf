// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/bind.h"
#include "tests/support/checkpointbuilder.h"

/// Make a plan from lines, for tests of what shows plans; no recipe runs, the bind policy does.
///
///     module.fc.weight float32 10x5 -> fc.weight      a source tensor and the name it ended up with
///     module.fc.bias float32 10                       not renamed
///     module.mask float32 5 -> mask dropped 2         dropped by step 2 when it was called so
///
/// `targets` are lines as checkpointFrom() takes them; empty: no target.
inline std::shared_ptr<Plan> planFrom(const QStringList &rows, const QStringList &targets = {})
{
    auto plan = std::make_shared<Plan>();
    auto table = std::make_shared<Table>();
    const auto memory = std::make_shared<StepMemory>();
    table->memory = memory;
    HistoryMaker histories(memory->arena, 0);
    table->rootChosen = true;
    QStringList tensors;
    for (const QString &row : rows)
        tensors += row.section(u' ', 0, 2);
    plan->checkpoint = checkpointFrom(tensors);
    for (quint32 i = 0; i < quint32(rows.size()); ++i) {
        const Tensor &tensor = plan->checkpoint->tensors()[i];
        const QStringList words = rows[i].split(u' ');
        auto *value = memory->arena.make<Expression>();
        value->dtype = tensor.dtype;
        value->tensor = i;
        value->shape = &tensor.shape;
        const bool isRenamed = words.value(3) == QStringLiteral("->");
        const Name name = isRenamed ? memory->arena.store(words[4].toStdString()) : tensor.name;
        const History *history = isRenamed ? histories.make(nullptr, tensor.name, name) : nullptr;
        if (const qsizetype dropped = words.indexOf(QStringLiteral("dropped")); dropped > 0)
            plan->dropped.push_back({{name, value, history}, words[dropped + 1].toInt()});
        else
            table->rows.push_back({name, value, history});
    }
    plan->table = std::move(table);
    plan->states = {plan->table};
    if (!targets.isEmpty()) {
        Target::Parts parts;
        const auto wanted = checkpointFrom(targets);
        for (const Tensor &tensor : wanted->tensors())
            parts.keys.push_back({parts.names.store(tensor.name), tensor.dtype, tensor.shape});
        plan->target = std::make_shared<const Target>(std::move(parts));
    }
    Progress progress;
    PlanInput input;
    input.recipe = plan->recipe;
    if (const Result<void> bound = bindPlan(*plan, RunScope(input, progress)); !bound)
        plan->error = bound.error();
    return plan;
}
