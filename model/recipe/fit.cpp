// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/fit.h"

#include "model/base/saturate.h"

namespace {
/// Elements the target wants for a key; one of any shape is sized as what fills it, or as nothing.
qint64 wantedElements(const Plan &plan, std::size_t index)
{
    const TargetKey &key = plan.target->keys()[index];
    if (!key.anyShape)
        return elementCount(key.shape).value_or(0);
    const quint32 row = plan.targets[index].row;
    return row == noRow ? 0 : elementCount(*plan.table->rows[row].value->shape).value_or(0);
}

/// Bytes the target wants for a key; a key of any dtype is sized as what fills it, or as float32.
qint64 wantedBytes(const Plan &plan, std::size_t index, qint64 count)
{
    DType dtype = plan.target->keys()[index].dtype;
    const quint32 row = plan.targets[index].row;
    if (dtype == DType::Unknown && row != noRow)
        dtype = plan.table->rows[row].value->dtype;
    qint64 bytes = 0;
    return __builtin_mul_overflow(count, byteSize(dtype == DType::Unknown ? DType::Float32 : dtype), &bytes) ? 0
                                                                                                             : bytes;
}
}

Coverage coverage(const Plan &plan, std::string_view prefix)
{
    Coverage sum;
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const TargetKey &key = plan.target->keys()[i];
        if (!key.name.starts_with(prefix))
            continue;
        const qint64 count = wantedElements(plan, i);
        const qint64 bytes = wantedBytes(plan, i, count);
        ++sum.allTensors;
        addSaturated(sum.allParameters, count);
        addSaturated(sum.allBytes, bytes);
        if (isFilled(plan.targets[i].verdict)) {
            ++sum.tensors;
            addSaturated(sum.parameters, count);
            addSaturated(sum.bytes, bytes);
        }
    }
    return sum;
}

Fit fit(const Plan &plan)
{
    Fit found;
    found.coverage = coverage(plan, {});
    qint64 *const counts[] = {&found.loaded,  &found.adapted, &found.created,        &found.skipped, &found.ignored,
                              &found.missing, &found.missing, &found.sizeMismatches, &found.filled};
    for (const TargetOutcome &outcome : plan.targets) {
        ++*counts[std::size_t(outcome.verdict)];
        found.dtypeDiffers += outcome.dtypeDiffers ? 1 : 0;
    }
    for (const RowOutcome &outcome : plan.rows)
        found.unexpected += outcome.verdict == RowVerdict::Unexpected ? 1 : 0;
    found.dropped = qint64(plan.dropped.size());

    const Bind &bind = plan.recipe.bind();
    found.complete = !plan.error && plan.target && (found.missing == 0 || !bind.strictMissing)
        && found.sizeMismatches == 0 && (found.unexpected == 0 || !bind.strictUnexpected);
    return found;
}
