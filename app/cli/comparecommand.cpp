// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/stats/compare.h"

#include <QStringList>

#include <algorithm>

namespace {
using namespace Qt::StringLiterals;

/// Both sides, and what was found.
struct Compared
{
    const Plan &left;
    const Plan &right;
    const Comparison &found;

    Name nameOf(const Comparison::Both &both) const { return left.outputs[both.left].name; }
    const Expression &leftValue(const Comparison::Both &both) const { return *left.outputs[both.left].value; }
    const Expression &rightValue(const Comparison::Both &both) const { return *right.outputs[both.right].value; }
};

void writeDifference(JsonWriter &json, const std::optional<Difference> &difference)
{
    if (!difference) {
        for (const char *field : {"max_abs", "mean_abs", "cosine", "equal_fraction", "max_rel", "rel_l2", "max_ulp"})
            json.key(field).null();
        return;
    }
    json.key("max_abs").value(difference->maxAbs).key("mean_abs").value(difference->meanAbs);
    json.key("cosine").value(difference->cosine).key("equal_fraction").value(difference->equalFraction);
    json.key("max_rel").value(difference->maxRelative).key("rel_l2").value(difference->relative).key("max_ulp");
    if (difference->maxUlp)
        json.raw(std::to_string(*difference->maxUlp));
    else
        json.null();
}

std::string comparedJson(const Compared &compared)
{
    const Comparison &found = compared.found;
    JsonWriter json;
    json.beginObject().key("identical").value(found.isIdentical());
    json.key("only_a").beginArray();
    for (const std::size_t output : found.onlyLeft)
        json.value(compared.left.outputs[output].name);
    json.endArray().key("only_b").beginArray();
    for (const std::size_t output : found.onlyRight)
        json.value(compared.right.outputs[output].name);
    json.endArray().key("shape_differs").beginArray();
    for (const Comparison::Both &both : found.shapeDiffers) {
        json.beginObject().key("name").value(compared.nameOf(both));
        json.key("a").raw(shapeList(*compared.leftValue(both).shape));
        json.key("b").raw(shapeList(*compared.rightValue(both).shape)).endObject();
    }
    json.endArray().key("dtype_differs").beginArray();
    for (const Comparison::Both &both : found.dtypeDiffers) {
        json.beginObject().key("name").value(compared.nameOf(both));
        json.key("a").value(word(compared.leftValue(both).dtype));
        json.key("b").value(word(compared.rightValue(both).dtype)).endObject();
    }
    json.endArray().key("value_differs").beginArray();
    for (const Comparison::Values &values : found.valueDiffers) {
        json.beginObject().key("name").value(compared.nameOf(values));
        writeDifference(json, values.difference);
        json.endObject();
    }
    json.endArray().key("equal").value(found.equal).key("moved").beginArray();
    for (const Comparison::Both &both : found.moved) {
        json.beginObject().key("a").value(compared.nameOf(both));
        json.key("b").value(compared.right.outputs[both.right].name).endObject();
    }
    json.endArray().key("unreadable").beginArray();
    for (const Comparison::Unreadable &unreadable : found.unreadable) {
        json.beginObject().key("name").value(compared.nameOf(unreadable));
        json.key("problem").value(unreadable.error.message.toStdString()).endObject();
    }
    json.endArray().endObject();
    return json.take() + '\n';
}

/// A heading with its count and the first of a list.
template<typename List, typename Text>
void printList(const Terminal &terminal, const QString &heading, const List &list, const Text &text)
{
    constexpr std::size_t most = 20;
    if (list.empty())
        return;
    terminal.line(u"%1 (%2)"_s.arg(heading, exactText(qint64(list.size()))));
    for (std::size_t i = 0; i < std::min(list.size(), most); ++i)
        terminal.line(u"  "_s + text(list[i]));
    if (list.size() > most)
        terminal.line(u"  … and %1 more; --json lists all"_s.arg(exactText(qint64(list.size() - most))));
}

QString number(double value)
{
    return QString::number(value, 'g', 4);
}

QString differenceText(const Difference &difference)
{
    // Never round a difference away.
    const double percent = difference.equalFraction < 1 ? std::min(difference.equalFraction * 100, 99.9) : 100;
    QString text = u"up to %1 apart, %2 on average, %3 of ‖A‖; cosine %4; %5 % equal"_s.arg(
        number(difference.maxAbs), number(difference.meanAbs), number(difference.relative),
        QString::number(difference.cosine, 'g', 8), QString::number(percent, 'f', 1));
    if (difference.maxUlp)
        text += u"; at most %1 steps"_s.arg(*difference.maxUlp);
    return text;
}

void printCompared(const Terminal &terminal, const Compared &compared)
{
    const Comparison &found = compared.found;
    const auto name = [&](const Comparison::Both &both) { return displayName(compared.nameOf(both)); };
    if (found.isIdentical()) {
        terminal.line(u"✓ identical: %1 tensors, bit for bit"_s.arg(exactText(found.equal)));
        return;
    }
    terminal.line(u"✗ not identical; %1 tensors are, bit for bit"_s.arg(exactText(found.equal)));
    printList(terminal, u"only in A"_s, found.onlyLeft,
              [&](std::size_t output) { return displayName(compared.left.outputs[output].name); });
    printList(terminal, u"only in B"_s, found.onlyRight,
              [&](std::size_t output) { return displayName(compared.right.outputs[output].name); });
    printList(terminal, u"the same under another name"_s, found.moved, [&](const Comparison::Both &both) {
        return name(both) + u" → "_s + displayName(compared.right.outputs[both.right].name);
    });
    printList(terminal, u"other shape"_s, found.shapeDiffers, [&](const Comparison::Both &both) {
        return u"%1: %2 in A, %3 in B"_s.arg(name(both), shapeText(*compared.leftValue(both).shape),
                                             shapeText(*compared.rightValue(both).shape));
    });
    printList(terminal, u"other dtype"_s, found.dtypeDiffers, [&](const Comparison::Both &both) {
        return u"%1: %2 in A, %3 in B"_s.arg(name(both), QString::fromLatin1(word(compared.leftValue(both).dtype)),
                                             QString::fromLatin1(word(compared.rightValue(both).dtype)));
    });
    printList(terminal, u"other values"_s, found.valueDiffers, [&](const Comparison::Values &values) {
        return values.difference ? u"%1: %2"_s.arg(name(values), differenceText(*values.difference)) : name(values);
    });
    printList(terminal, u"cannot be read"_s, found.unreadable, [&](const Comparison::Unreadable &unreadable) {
        return u"%1: %2"_s.arg(name(unreadable), unreadable.error.message);
    });
}
}

Result<int> runCompare(const CompareOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const auto left = planInputs(options.inputs, verbosity.quiet);
    if (!left)
        return left.error();
    terminal.notes((*left)->findings);
    InputOptions other;
    other.file = options.other;
    const auto right = planInputs(other, verbosity.quiet);
    if (!right)
        return right.error();
    TerminalProgress progress(u"comparing"_s, verbosity.quiet);
    const auto found = compare(
        **left, **right, options.values ? ComparedValues::Numbers : ComparedValues::Bits,
        [] {
            return loadEvaluator(DeviceChoice{DeviceChoice::Kind::Cpu, 0});
        },
        progress);
    if (!found)
        return found.error();
    const Compared compared{**left, **right, *found};
    if (verbosity.json)
        terminal.out(comparedJson(compared));
    else
        printCompared(terminal, compared);
    if (found->unreadable.empty())
        return found->isIdentical() ? 0 : 1;
    Error error = found->unreadable.front().error;
    error.message = u"%1 tensors could not be compared. The first: %2"_s.arg(
        exactText(qint64(found->unreadable.size())), error.message);
    return error;
}
