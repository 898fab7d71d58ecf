// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <QStringList>

#include <array>

/// Plans as text, so that tests say what they expect in words.

inline QString plainText(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// `conv.weight`, `cast(conv.weight)`, `zeros`: what a value is made from, by the file's names.
inline QString valueText(const Plan &plan, const Expression &value)
{
    switch (value.kind) {
    case Expression::Kind::Source: return plainText(plan.checkpoint->tensors()[value.tensor].name);
    case Expression::Kind::Cast: return QStringLiteral("cast(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Zeros: return QStringLiteral("zeros");
    case Expression::Kind::Reshape: return QStringLiteral("reshape(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::View: return QStringLiteral("view(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Gather: return QStringLiteral("gather(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Copy: return QStringLiteral("copy(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Fill: return QString::number(value.arrangement->number);
    case Expression::Kind::Normal: return QStringLiteral("normal");
    case Expression::Kind::Sum: return QStringLiteral("sum(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Mix: return QStringLiteral("mix(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Resample: return QStringLiteral("resample(") + valueText(plan, *value.input) + u')';
    case Expression::Kind::Arithmetic:
    case Expression::Kind::Concat: {
        QStringList inputs;
        for (const Expression *input : value.arrangement->inputs)
            inputs += valueText(plan, *input);
        if (inputs.isEmpty())
            inputs += valueText(plan, *value.input);
        const bool isConcat = value.kind == Expression::Kind::Concat;
        return (isConcat ? QStringLiteral("concat(") : QStringLiteral("arithmetic("))
            + inputs.join(QStringLiteral(", ")) + u')';
    }
    }
    return {};
}

/// `fc.weight float32 [10, 4] = module.fc.weight`
inline QString rowText(const Plan &plan, const Row &row)
{
    return plainText(row.name) + u' ' + plainText(word(row.value->dtype)) + u' '
        + QString::fromStdString(shapeList(*row.value->shape)) + QStringLiteral(" = ") + valueText(plan, *row.value);
}

template<typename Rows>
QStringList rowTexts(const Plan &plan, const Rows &rows)
{
    QStringList lines;
    for (const Row &row : rows)
        lines += rowText(plan, row);
    return lines;
}

/// Names alone, in order.
template<typename Rows>
QStringList names(const Rows &rows)
{
    QStringList lines;
    for (const Row &row : rows)
        lines += plainText(row.name);
    return lines;
}

/// `c < 1: b < 0: a`: the name now, and what it was before each step that touched it, newest first; `1/0` is the first
/// step of a recipe that step 1 includes.
inline QString historyText(const Row &row)
{
    QString text = plainText(row.name);
    for (const FormerName &former : formerNames(row)) {
        QString step = QString::number(former.step);
        for (const InnerStep *inside = former.inside; inside; inside = inside->inner)
            step += QStringLiteral("/%1").arg(inside->step);
        text += QStringLiteral(" < %1: ").arg(step) + plainText(former.name);
    }
    return text;
}

inline QStringList histories(const std::vector<Row> &rows)
{
    QStringList lines;
    for (const Row &row : rows)
        lines += historyText(row);
    return lines;
}

/// `3 matched, 1 changed`, or `skipped: why`.
inline QStringList stepTexts(const Plan &plan)
{
    QStringList lines;
    for (const StepReport &step : plan.steps) {
        lines += step.skipped ? QStringLiteral("skipped: ") + step.reason
                              : QStringLiteral("%1 matched, %2 changed").arg(step.matched).arg(step.changed);
    }
    return lines;
}

/// `1: optimizer.step`: the step, and the name when it left.
inline QStringList droppedTexts(const Plan &plan)
{
    QStringList lines;
    for (const DroppedRow &dropped : plan.dropped)
        lines += QStringLiteral("%1: ").arg(dropped.step) + plainText(dropped.row.name);
    return lines;
}

/// `warning no-effect: Step 1 … matches no key.`
inline QStringList findingTexts(const Plan &plan)
{
    constexpr std::array severities = {"info ", "warning ", "error "};
    QStringList lines;
    for (const Finding &finding : plan.findings)
        lines += QString::fromLatin1(severities[std::size_t(finding.severity)]) + QString::fromStdString(finding.kind)
            + QStringLiteral(": ") + finding.message;
    return lines;
}

/// `loaded conv.weight`, with `, other dtype` where it differs: one line per target key.
inline QStringList verdictTexts(const Plan &plan)
{
    constexpr std::array words = {"loaded",  "adapted",      "created",       "skipped", "ignored",
                                  "missing", "missing tied", "size mismatch", "filled"};
    QStringList lines;
    for (std::size_t i = 0; i < plan.targets.size(); ++i) {
        const TargetOutcome &outcome = plan.targets[i];
        lines += QString::fromLatin1(words[std::size_t(outcome.verdict)]) + u' '
            + plainText(plan.target->keys()[i].name)
            + (outcome.dtypeDiffers ? QStringLiteral(", other dtype") : QString());
    }
    return lines;
}

/// `used conv.weight`: one line per row after the steps.
inline QStringList rowVerdictTexts(const Plan &plan)
{
    constexpr std::array words = {"used", "used more", "unexpected", "ignored unexpected", "skipped", "size mismatch"};
    QStringList lines;
    for (std::size_t i = 0; i < plan.rows.size(); ++i)
        lines +=
            QString::fromLatin1(words[std::size_t(plan.rows[i].verdict)]) + u' ' + plainText(plan.table->rows[i].name);
    return lines;
}

/// All that a plan says, for comparing two of them.
inline QStringList wholeText(const Plan &plan)
{
    QStringList lines{QStringLiteral("root ") + QString::fromStdString(pathText(plan.table->rootPath))
                      + (plan.table->rootChosen ? QStringLiteral(" chosen") : QStringLiteral(" open"))};
    const auto section = [&](const char *title, const QStringList &texts) {
        lines += QString::fromLatin1(title);
        lines += texts;
    };
    section("rows", rowTexts(plan, plan.table->rows));
    section("histories", histories(plan.table->rows));
    section("steps", stepTexts(plan));
    section("dropped", droppedTexts(plan));
    section("outputs", rowTexts(plan, plan.outputs));
    section("verdicts", verdictTexts(plan));
    section("row verdicts", rowVerdictTexts(plan));
    QStringList matched;
    for (const qint64 count : plan.matchedKeys)
        matched += QString::number(count);
    section("matched keys", matched);
    section("findings", findingTexts(plan));
    section("states", {QString::number(plan.states.size())});
    if (plan.error)
        section("error", {QStringLiteral("%1: ").arg(plan.failedStep) + plan.error->message});
    return lines;
}
