// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/report.h"
#include "model/base/text.h"
#include "model/save/layout.h"
#include "model/save/moduleversions.h"

namespace {
using namespace Qt::StringLiterals;

void writeRow(JsonWriter &json, const Plan &plan, const Row &row)
{
    json.beginObject();
    json.key("name").value(row.name);
    json.key("dtype").value(word(row.value->dtype));
    json.key("shape").raw(shapeList(*row.value->shape));
    appendSources(json, *plan.checkpoint, *row.value);
    appendSteps(json.key("steps"), row);
    json.endObject();
}

/// Those of the plan, and what its renames leave no place for in `_metadata`.
Findings allFindings(const Plan &plan)
{
    Findings findings = plan.findings;
    append(findings, versionsDropped(plan));
    return findings;
}

void writePlan(JsonWriter &json, const Plan &plan)
{
    json.beginObject().key("tensors").beginArray();
    for (const Row &row : plan.outputs)
        writeRow(json, plan, row);
    json.endArray().key("dropped").beginArray();
    for (const DroppedRow &dropped : plan.dropped)
        json.beginObject().key("name").value(sourceName(dropped.row)).key("step").value(dropped.step + 1).endObject();
    json.endArray().key("steps").beginArray();
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const StepReport &report = plan.steps[i];
        json.beginObject()
            .key("step")
            .value(int(i) + 1)
            .key("matched")
            .value(report.matched)
            .key("changed")
            .value(report.changed);
        json.key("skipped")
            .value(report.skipped)
            .key("text")
            .value(plan.recipe.steps()[i].sentenceText().toStdString())
            .endObject();
    }
    json.endArray();
    appendFindings(json.key("findings"), allFindings(plan));
    json.endObject();
}

/// What the steps of a recipe did, and those of the recipes that they include: `before` is "3." of the third.
void printSteps(const Terminal &terminal, const Recipe &recipe, const std::vector<StepReport> &reports,
                const QString &before = {})
{
    const QString margin(before.count(u'.') * 3, u' ');
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const StepReport &report = reports[i];
        const Step &step = recipe.steps()[i];
        const QString number = before + QString::number(i + 1);
        terminal.line(u"%1%2. %3"_s.arg(margin, number, step.sentenceText()));
        terminal.line(margin
                      + (report.skipped ? u"   skipped: "_s + report.reason
                                        : u"   matched %1, changed %2"_s.arg(exactText(report.matched),
                                                                             exactText(report.changed))));
        if (report.included >= 0)
            printSteps(terminal, *step.included()[std::size_t(report.included)].recipe, report.inner, number + u'.');
    }
}

void printPlan(const Terminal &terminal, const Plan &plan)
{
    printSteps(terminal, plan.recipe, plan.steps);
    for (const Row &row : plan.outputs) {
        const std::vector<std::string> names = sourceNames(row);
        const bool isSame = names.size() == 1 && (names.front() == row.name || names.front().empty());
        const QString other = otherFiles(plan, *row.value);
        const QString from = isSame && other.isEmpty() ? QString() : u"  ← "_s + displayNames(names) + other;
        terminal.line(u"%1  %2  %3%4"_s.arg(displayName(row.name), QString::fromLatin1(word(row.value->dtype)),
                                            shapeText(*row.value->shape), from));
    }
    for (const DroppedRow &dropped : plan.dropped)
        terminal.line(u"%1  dropped by step %2"_s.arg(displayName(sourceName(dropped.row))).arg(dropped.step + 1));
}
}

Result<int> runPlan(const InputOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const auto made = planInputs(options, verbosity.quiet);
    if (!made)
        return made.error();
    if (verbosity.json) {
        JsonWriter json;
        writePlan(json, **made);
        terminal.out(json.text() + '\n');
        return 0;
    }
    printPlan(terminal, **made);
    terminal.notes(allFindings(**made));
    return 0;
}

Result<int> runFit(const InputOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const auto made = planInputs(options, verbosity.quiet);
    if (!made)
        return made.error();
    const Fit found = fit(**made);
    if (verbosity.json) {
        JsonWriter json;
        appendFit(json, **made, found);
        terminal.out(json.text() + '\n');
    } else {
        printFit(terminal, **made, found);
        terminal.notes((*made)->findings);
    }
    return found.complete ? 0 : 1;
}
