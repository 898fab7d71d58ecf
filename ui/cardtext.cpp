// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cardtext.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "model/items/stepsmodel.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace {
QString say(const char *text)
{
    return QCoreApplication::translate("CardText", text);
}

QString rootsText(const Checkpoint &checkpoint)
{
    if (checkpoint.roots().size() < 2)
        return {};
    QStringList names;
    for (const Root &root : checkpoint.roots())
        names << (root.path.empty() ? say("top level") : displayName(pathText(root.path)));
    return say("%1 roots: %2").arg(names.size()).arg(names.join(u", "_s));
}

/// The card itself says which step it is, so the message need not: "Step 5 (Rename …) matches no key." → the rest.
QString withoutStepName(const QString &message, const QModelIndex &step)
{
    const QString number = say("Step %1").arg(step.row() + 1);
    const QString after = message.mid(number.size());
    if (!message.startsWith(number) || after.startsWith(u'.')) // 3.1: a step of a recipe that it includes
        return message;
    const qsizetype named = message.indexOf(u')');
    const bool isNamed = after.startsWith(" ("_L1) && named > 0;
    QString rest = message.mid(isNamed ? named + 1 : number.size());
    while (rest.startsWith(u':') || rest.startsWith(u' '))
        rest.remove(0, 1);
    return rest.isEmpty() ? message : rest;
}

void addState(CardText &text, const QModelIndex &step)
{
    const QString error = step.data(StepsModel::ErrorRole).toString();
    const QStringList findings = step.data(StepsModel::FindingsRole).toStringList();
    const qint64 matched = step.data(StepsModel::MatchedRole).toLongLong();
    const qint64 before = step.data(StepsModel::FitBeforeRole).toLongLong();
    const qint64 after = step.data(StepsModel::FitAfterRole).toLongLong();
    if (!error.isEmpty()) {
        text.detail = u"✗ "_s + withoutStepName(error, step);
        text.tone = Tone::Missing;
    } else if (step.data(StepsModel::NotReachedRole).toBool()) {
        text.detail = say("waits for the step that failed");
    } else if (step.data(StepsModel::SkippedRole).toBool()) {
        text.detail = text.isEnabled ? step.data(StepsModel::ReasonRole).toString() : say("off");
    } else if (matched >= 0) {
        text.hits = exactText(matched);
        if (!findings.isEmpty()) {
            text.detail = withoutStepName(findings.first(), step);
            text.tone = Tone::Unexpected;
        } else if (before != after) {
            text.detail = say("fit %1 → %2 keys").arg(exactText(before), exactText(after));
        }
    }
}
}

QString CardText::sentenceText() const
{
    QStringList words;
    for (const SentencePart &part : sentence)
        words << part.text.trimmed();
    return words.join(u' ');
}

CardText cardText(const QModelIndex &step, const Document &document)
{
    CardText text;
    text.sentence = step.data(StepsModel::SentenceRole).value<std::vector<SentencePart>>();
    text.isEnabled = step.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    addState(text, step);
    const auto &checkpoint = document.checkpoint();
    if (text.detail.isEmpty())
        text.detail = step.data(StepsModel::NoteRole).toString();
    if (text.detail.isEmpty() && checkpoint && document.recipe().steps()[std::size_t(step.row())].choosesRoot())
        text.detail = rootsText(*checkpoint);
    return text;
}

CardText bindCardText(const Document &document)
{
    const Bind &bind = document.recipe().bind();
    CardText text;
    text.sentence = {{say("Bind to the target"), false}};
    text.mark = u"→"_s;
    QStringList words;
    const auto list = [&](const char *name, std::size_t count) {
        if (count > 0)
            words << say(name).arg(count);
    };
    list("skip %1", bind.skip.size());
    list("ignore missing %1", bind.ignoreMissing.size());
    list("ignore unexpected %1", bind.ignoreUnexpected.size());
    if (bind.unmatched == Bind::Unmatched::Fill)
        words << say("fill from the target");
    if (bind.shape == Bind::ShapePolicy::Skip)
        words << say("skip other shapes");
    if (bind.shape == Bind::ShapePolicy::KeepTarget)
        words << say("keep the target's where shapes differ");
    if (!bind.strictMissing)
        words << say("missing allowed");
    if (bind.strictUnexpected)
        words << say("unexpected not allowed");
    text.detail = !document.target() ? say("no target is set")
        : words.isEmpty()            ? say("same name, same shape; nothing skipped")
                                     : words.join(u" · "_s);
    if (const auto &fit = document.fit())
        text.hits = exactText(fit->coverage.tensors);
    return text;
}
