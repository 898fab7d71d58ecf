// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report.h"

#include "app/cli/terminal.h"
#include "model/base/text.h"

#include <QStringList>

#include <algorithm>

namespace {
using namespace Qt::StringLiterals;

constexpr qsizetype listedKeys = 20;

/// Write the names of the target keys with a verdict as a JSON list.
void writeTargets(JsonWriter &json, const Plan &plan, std::string_view key, TargetVerdict verdict)
{
    json.key(key).beginArray();
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const TargetVerdict found = plan.targets[i].verdict;
        const bool tied = verdict == TargetVerdict::Missing && found == TargetVerdict::MissingTied;
        if (found == verdict || tied)
            json.value(plan.target->keys()[i].name);
    }
    json.endArray();
}

/// One kind of trouble: a heading with its count and the first keys.
void printKeys(const Terminal &terminal, const QString &heading, const QStringList &keys)
{
    if (keys.isEmpty())
        return;
    terminal.line(u"%1 (%2)"_s.arg(heading).arg(keys.size()));
    for (const QString &key : keys.first(std::min(keys.size(), listedKeys)))
        terminal.line(u"  "_s + key);
    if (keys.size() > listedKeys)
        terminal.line(u"  … and %1 more; --json lists all"_s.arg(keys.size() - listedKeys));
}

QStringList targetKeys(const Plan &plan, std::initializer_list<TargetVerdict> verdicts)
{
    QStringList keys;
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const TargetOutcome &outcome = plan.targets[i];
        if (std::find(verdicts.begin(), verdicts.end(), outcome.verdict) == verdicts.end())
            continue;
        const TargetKey &key = plan.target->keys()[i];
        QString line = displayName(key.name);
        if (outcome.verdict == TargetVerdict::SizeMismatch && outcome.row != noRow) {
            line += u": have %1, want %2"_s.arg(shapeText(*plan.table->rows[outcome.row].value->shape),
                                                shapeText(key.shape));
        }
        keys += line;
    }
    return keys;
}

QStringList rowKeys(const Plan &plan, RowVerdict verdict)
{
    QStringList keys;
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        if (plan.rows[i].verdict == verdict)
            keys += displayName(plan.table->rows[i].name);
    }
    return keys;
}

QString percent(double share)
{
    // Never round an incomplete fit up to 100 %.
    const double shown = share < 1 ? std::min(share * 100, 99.9) : 100;
    return QString::number(shown, 'f', shown < 100 ? 1 : 0) + u" %"_s;
}
}

std::string_view severityWord(Finding::Severity severity)
{
    switch (severity) {
    case Finding::Severity::Info: return "info";
    case Finding::Severity::Warning: return "warning";
    case Finding::Severity::Error: return "error";
    }
    return "error";
}

Name sourceName(const Row &row)
{
    Name name = row.name;
    for (const ChainLink *link = row.chain; link; link = link->previous)
        name = link->before;
    return name;
}

std::vector<int> stepsOf(const Row &row)
{
    std::vector<int> steps;
    for (const ChainLink *link = row.chain; link; link = link->previous) {
        if (link->step >= 0)
            steps.push_back(link->step + 1);
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}

QString stepText(const Plan &plan, int step)
{
    if (step < 0)
        return u"root"_s;
    return u"%1. %2"_s.arg(step + 1).arg(plan.recipe.steps()[std::size_t(step)].sentenceText());
}

void writeFindings(JsonWriter &json, const Findings &findings)
{
    json.key("findings").beginArray();
    for (const Finding &finding : findings) {
        json.beginObject();
        json.key("severity").value(severityWord(finding.severity));
        json.key("kind").value(finding.kind);
        json.key("message").value(finding.message.toStdString());
        json.key("where");
        if (!finding.where.key.empty())
            json.value(finding.where.key);
        else if (finding.where.step >= 0)
            json.value("step " + std::to_string(finding.where.step + 1));
        else
            json.null();
        json.endObject();
    }
    json.endArray();
}

void writeFit(JsonWriter &json, const Plan &plan, const Fit &fit)
{
    const std::vector<TargetKey> &keys = plan.target->keys();
    json.beginObject();
    json.key("complete").value(fit.complete);
    json.key("coverage").beginObject();
    json.key("tensors").value(fit.coverage.tensorShare());
    json.key("parameters").value(fit.coverage.parameterShare());
    json.key("bytes").value(fit.coverage.byteShare());
    json.endObject();
    json.key("loaded").value(fit.loaded).key("adapted").value(fit.adapted).key("created").value(fit.created);
    writeTargets(json, plan, "missing_keys", TargetVerdict::Missing);
    json.key("unexpected_keys").beginArray();
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        if (plan.rows[i].verdict == RowVerdict::Unexpected)
            json.value(plan.table->rows[i].name);
    }
    json.endArray();
    json.key("size_mismatches").beginArray();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const TargetOutcome &outcome = plan.targets[i];
        if (outcome.verdict != TargetVerdict::SizeMismatch)
            continue;
        json.beginObject().key("name").value(keys[i].name);
        json.key("have");
        if (outcome.row == noRow)
            json.null();
        else
            json.raw(shapeList(*plan.table->rows[outcome.row].value->shape));
        json.key("want").raw(shapeList(keys[i].shape)).endObject();
    }
    json.endArray();
    json.key("dtype_differs").beginArray();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (plan.targets[i].dtypeDiffers)
            json.value(keys[i].name);
    }
    json.endArray();
    writeTargets(json, plan, "skipped", TargetVerdict::Skipped);
    writeFindings(json, plan.findings);
    json.endObject();
}

void printFit(const Terminal &terminal, const Plan &plan, const Fit &fit)
{
    const qint64 filled = fit.loaded + fit.adapted + fit.created;
    terminal.line(u"%1: %2 of %3 keys, %4 of parameters, %5 of bytes"_s.arg(
        fit.complete ? u"complete"_s : u"not complete"_s, exactText(filled), exactText(qint64(plan.targets.size())),
        percent(fit.coverage.parameterShare()), percent(fit.coverage.byteShare())));
    terminal.line(
        u"loaded %1, adapted %2, created %3, skipped %4, ignored %5, missing %6, size mismatch %7, unexpected %8, dropped %9"_s
            .arg(fit.loaded)
            .arg(fit.adapted)
            .arg(fit.created)
            .arg(fit.skipped)
            .arg(fit.ignored)
            .arg(fit.missing)
            .arg(fit.sizeMismatches)
            .arg(fit.unexpected)
            .arg(fit.dropped));
    printKeys(terminal, u"missing keys"_s, targetKeys(plan, {TargetVerdict::Missing, TargetVerdict::MissingTied}));
    printKeys(terminal, u"size mismatches"_s, targetKeys(plan, {TargetVerdict::SizeMismatch}));
    printKeys(terminal, u"unexpected keys"_s, rowKeys(plan, RowVerdict::Unexpected));
    printKeys(terminal, u"skipped by policy"_s, targetKeys(plan, {TargetVerdict::Skipped}));
}
