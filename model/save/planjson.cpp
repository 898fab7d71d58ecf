// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/planjson.h"

#include <algorithm>

namespace {
std::string_view severityWord(Finding::Severity severity)
{
    switch (severity) {
    case Finding::Severity::Info: return "info";
    case Finding::Severity::Warning: return "warning";
    case Finding::Severity::Error: return "error";
    }
    return "error";
}

void appendWhere(JsonWriter &json, const Finding::Where &where)
{
    if (!where.key.empty())
        json.value(where.key);
    else if (where.step >= 0)
        json.value("step " + std::to_string(where.step + 1));
    else
        json.null();
}

/// The names of the target keys whose outcome `holds`.
template<typename Holds>
void appendTargets(JsonWriter &json, std::string_view key, const Plan &plan, Holds holds)
{
    json.key(key).beginArray();
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        if (holds(plan.targets[i]))
            json.value(plan.target->keys()[i].name);
    }
    json.endArray();
}

void appendSizeMismatches(JsonWriter &json, const Plan &plan)
{
    json.key("size_mismatches").beginArray();
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const TargetOutcome &outcome = plan.targets[i];
        if (outcome.verdict != TargetVerdict::SizeMismatch)
            continue;
        const TargetKey &key = plan.target->keys()[i];
        json.beginObject().key("name").value(key.name).key("have");
        if (outcome.row == noRow)
            json.null();
        else
            json.raw(shapeList(*plan.table->rows[outcome.row].value->shape));
        json.key("want").raw(shapeList(key.shape)).endObject();
    }
    json.endArray();
}
}

void appendSources(JsonWriter &json, const Checkpoint &checkpoint, const Expression &value)
{
    const std::vector<TensorIndex> tensors = sources(value);
    json.key("sources").beginArray();
    for (const TensorIndex tensor : tensors)
        json.value(checkpoint.tensors()[tensor].name);
    json.endArray();
    if (!checkpoint.isJoined())
        return;
    json.key("source_files").beginArray();
    for (const TensorIndex tensor : tensors)
        json.value(checkpoint.holderOf(checkpoint.tensors()[tensor]).path().toStdString());
    json.endArray();
}

void appendSteps(JsonWriter &json, const Row &row)
{
    json.beginArray();
    for (const int step : changingSteps(row))
        json.value(step + 1);
    json.endArray();
}

void appendFindings(JsonWriter &json, const Findings &findings)
{
    json.beginArray();
    for (const Finding &finding : findings) {
        json.beginObject();
        json.key("severity").value(severityWord(finding.severity));
        json.key("kind").value(finding.kind);
        json.key("message").value(finding.message.toStdString());
        appendWhere(json.key("where"), finding.where);
        json.endObject();
    }
    json.endArray();
}

void appendFit(JsonWriter &json, const Plan &plan, const Fit &fit)
{
    json.beginObject();
    json.key("complete").value(fit.complete);
    json.key("coverage").beginObject();
    json.key("tensors").value(fit.coverage.tensorShare());
    json.key("parameters").value(fit.coverage.parameterShare());
    json.key("bytes").value(fit.coverage.byteShare());
    json.endObject();
    json.key("loaded").value(fit.loaded).key("adapted").value(fit.adapted).key("created").value(fit.created);
    json.key("filled").value(fit.filled);
    appendTargets(json, "missing_keys", plan, [](const TargetOutcome &outcome) {
        return outcome.verdict == TargetVerdict::Missing || outcome.verdict == TargetVerdict::MissingTied;
    });
    json.key("unexpected_keys").beginArray();
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        if (plan.rows[i].verdict == RowVerdict::Unexpected)
            json.value(plan.table->rows[i].name);
    }
    json.endArray();
    appendSizeMismatches(json, plan);
    appendTargets(json, "dtype_differs", plan, [](const TargetOutcome &outcome) { return outcome.dtypeDiffers; });
    appendTargets(json, "skipped", plan,
                  [](const TargetOutcome &outcome) { return outcome.verdict == TargetVerdict::Skipped; });
    appendTargets(json, "filled_keys", plan,
                  [](const TargetOutcome &outcome) { return outcome.verdict == TargetVerdict::Filled; });
    appendFindings(json.key("findings"), plan.findings);
    json.endObject();
}
