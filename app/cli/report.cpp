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
                                                wantedShapeText(key));
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

QString otherFiles(const Plan &plan, const Expression &value)
{
    QStringList paths;
    for (const TensorIndex index : sources(value)) {
        const Tensor &tensor = plan.checkpoint->tensors()[index];
        if (!plan.checkpoint->isOwn(tensor))
            paths += u"“%1”"_s.arg(displayName(plan.checkpoint->holderOf(tensor).path().toStdString()));
    }
    paths.removeDuplicates();
    return paths.isEmpty() ? QString() : u" of "_s + paths.join(u", "_s);
}

QString stepText(const Plan &plan, int step)
{
    if (step < 0)
        return u"root"_s;
    return u"%1. %2"_s.arg(step + 1).arg(plan.recipe.steps()[std::size_t(step)].sentenceText());
}

void printFit(const Terminal &terminal, const Plan &plan, const Fit &fit)
{
    const qint64 filled = fit.loaded + fit.adapted + fit.created + fit.filled;
    terminal.line(u"%1: %2 of %3 keys, %4 of parameters, %5 of bytes"_s.arg(
        fit.complete ? u"complete"_s : u"not complete"_s, exactText(filled), exactText(qint64(plan.targets.size())),
        percent(fit.coverage.parameterShare()), percent(fit.coverage.byteShare())));
    terminal.line(
        u"loaded %1, adapted %2, created %3, %10skipped %4, ignored %5, missing %6, size mismatch %7, unexpected %8, dropped %9"_s
            .arg(fit.loaded)
            .arg(fit.adapted)
            .arg(fit.created)
            .arg(fit.skipped)
            .arg(fit.ignored)
            .arg(fit.missing)
            .arg(fit.sizeMismatches)
            .arg(fit.unexpected)
            .arg(fit.dropped)
            .arg(fit.filled > 0 ? u"filled %1, "_s.arg(fit.filled) : QString()));
    printKeys(terminal, u"missing keys"_s, targetKeys(plan, {TargetVerdict::Missing, TargetVerdict::MissingTied}));
    printKeys(terminal, u"size mismatches"_s, targetKeys(plan, {TargetVerdict::SizeMismatch}));
    printKeys(terminal, u"unexpected keys"_s, rowKeys(plan, RowVerdict::Unexpected));
    printKeys(terminal, u"skipped by policy"_s, targetKeys(plan, {TargetVerdict::Skipped}));
    printKeys(terminal, u"filled from the target"_s, targetKeys(plan, {TargetVerdict::Filled}));
}
