// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keyfacts.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
QString say(const char *text)
{
    return QCoreApplication::translate("KeyFacts", text);
}

QString dtypeWord(DType dtype)
{
    const std::string_view name = word(dtype);
    return QString::fromUtf8(name.data(), qsizetype(name.size()));
}

constexpr std::size_t mostLines = 32; ///< hundreds of rows may be joined in one

std::vector<const Tensor *> sourcesOf(const Plan &plan, const Row *row)
{
    std::vector<const Tensor *> tensors;
    if (row) {
        for (const TensorIndex tensor : sources(*row->value))
            tensors.push_back(&plan.checkpoint->tensors()[tensor]);
    }
    return tensors;
}

QString stepLabel(const Plan &plan, int step)
{
    if (step < 0 || std::size_t(step) >= plan.recipe.steps().size())
        return say("root");
    std::string_view name = plan.recipe.steps()[std::size_t(step)].kind().word;
    name = name.substr(0, name.find('-')); // the number says which; one word reminds of what
    return u"%1 %2"_s.arg(step + 1).arg(QString::fromUtf8(name.data(), qsizetype(name.size())));
}

/// What a step made of a name; where a row is joined from several, of which of them.
FactLine changeLine(const Plan &plan, const NameChange &change, bool isJoined)
{
    QString label = stepLabel(plan, change.step);
    for (const InnerStep *inner = change.inside; inner; inner = inner->inner)
        label += u" / %1"_s.arg(inner->step + 1);
    if (change.before.size() == 1 && change.before.front() == change.after)
        return isJoined ? FactLine{label, say("%1: other values").arg(displayName(change.after)), true}
                        : FactLine{label, say("same name, other values")};
    const QString before = isJoined ? displayNames(change.before) + u" → "_s : QString();
    return {label, before + displayName(change.after), true};
}

/// The files beside the source that tensors of a row are of, each once.
std::vector<FactLine> otherFiles(const Plan &plan, const Row &row)
{
    std::vector<FactLine> lines;
    for (const Tensor *tensor : sourcesOf(plan, &row)) {
        if (plan.checkpoint->isOwn(*tensor))
            continue;
        const QString path = displayName(plan.checkpoint->holderOf(*tensor).path().toStdString());
        if (std::none_of(lines.begin(), lines.end(), [&](const FactLine &line) { return line.text == path; }))
            lines.push_back({say("of"), path, true});
    }
    return lines;
}

/// The names a row had, oldest first, each beside the step that gave it.
std::vector<FactLine> chainOf(const Plan &plan, const Row &row)
{
    const std::vector<std::string> names = sourceNames(row);
    std::vector<FactLine> lines;
    for (std::size_t at = 0; at < std::min(names.size(), mostLines); ++at)
        lines.push_back({say("file"), displayName(names[at]), true});
    if (names.size() > mostLines)
        lines.push_back({say("file"), say("and %1 more").arg(exactText(qint64(names.size() - mostLines)))});
    const std::vector<FactLine> files = otherFiles(plan, row);
    lines.insert(lines.end(), files.begin(), files.end());
    const std::vector<NameChange> changes = nameChanges(row);
    const std::size_t first = changes.size() - std::min(changes.size(), mostLines); // the last ones lead to the row
    if (first > 0)
        lines.push_back(
            {say("steps"), say("%1 changes, of which the last follow").arg(exactText(qint64(changes.size())))});
    for (std::size_t at = first; at < changes.size(); ++at)
        lines.push_back(changeLine(plan, changes[at], names.size() > 1));
    return lines;
}

/// Where its bytes lie in the file.
QString placeText(const Checkpoint &checkpoint, const Tensor &tensor)
{
    const Storage &storage = checkpoint.storage(tensor);
    const QString file = checkpoint.files().size() > 1
        ? displayName(QFileInfo(checkpoint.files()[storage.file]->path()).fileName().toStdString())
        : say("the file");
    switch (storage.encoding) {
    case Storage::Encoding::Inline: return say("inside the pickle");
    case Storage::Encoding::Deflated:
        return say("compressed in %1 bytes from byte %2 of %3")
            .arg(exactText(storage.packed), exactText(storage.offset), file);
    case Storage::Encoding::Raw: break;
    }
    const qint64 first = storage.offset + tensor.byteOffset;
    const qint64 bytes = Checkpoint::byteCount(tensor);
    if (bytes == 0)
        return say("it has no bytes");
    return tensor.contiguous ? say("bytes %1–%2 of %3").arg(exactText(first), exactText(first + bytes - 1), file)
                             : say("strided, from byte %1 of %2").arg(exactText(first), file);
}

std::vector<FactLine> tensorFacts(const Plan &plan, const Tensor &tensor)
{
    const Checkpoint &checkpoint = *plan.checkpoint;
    const Root &root = checkpoint.root(tensor.root);
    const Storage &storage = checkpoint.storage(tensor);
    std::vector<FactLine> lines;
    if (!checkpoint.isOwn(tensor))
        lines.push_back({say("file"), displayName(checkpoint.holderOf(tensor).path().toStdString()), true});
    lines.push_back({say("root"), root.path.empty() ? say("top level") : displayName(pathText(root.path)), true});
    lines.push_back({say("elements"), exactText(Checkpoint::elements(tensor))});
    lines.push_back({say("bytes"), exactText(Checkpoint::byteCount(tensor))});
    if (!tensor.contiguous)
        lines.push_back({say("strides"), shapeText(checkpoint.strides(tensor)), true});
    lines.push_back({say("storage"), say("number %1, %2").arg(quint32(tensor.storage)).arg(bytesText(storage.bytes))});
    if (tensor.byteOffset > 0)
        lines.push_back({say("offset"), say("byte %1 of its storage").arg(exactText(tensor.byteOffset))});
    lines.push_back({say("place"), placeText(checkpoint, tensor)});
    return lines;
}

/// Of several, where each of them lies.
std::vector<FactLine> placesOf(const Plan &plan, const std::vector<const Tensor *> &tensors)
{
    std::vector<FactLine> lines;
    for (std::size_t at = 0; at < std::min(tensors.size(), mostLines); ++at)
        lines.push_back({say("place"),
                         say("%1: %2").arg(displayName(tensors[at]->name), placeText(*plan.checkpoint, *tensors[at]))});
    if (tensors.size() > mostLines)
        lines.push_back({say("place"), say("and %1 more").arg(exactText(qint64(tensors.size() - mostLines)))});
    return lines;
}

QString mismatchText(const Row &row, const TargetKey &key)
{
    return say("The tensor is %1, the target wants %2.").arg(shapeText(*row.value->shape), wantedShapeText(key));
}

QString filledSentence(const Plan &plan, const Row *row)
{
    const std::vector<const Tensor *> tensors = sourcesOf(plan, row);
    const auto isOther = [&](const Tensor *tensor) {
        const Checkpoint &holder = plan.checkpoint->holderOf(*tensor);
        return !plan.target || !plan.target->checkpoint() || holder.path() != plan.target->checkpoint()->path();
    };
    return std::any_of(tensors.begin(), tensors.end(), isOther)
        ? say("Filled with the value of the key that it shares its storage with.")
        : say("Filled from “%1”: nothing of the source reaches it.").arg(plan.target ? plan.target->name() : QString());
}

QString verdictSentence(const Plan &plan, const KeyPlace &place, KeyVerdict verdict, const Row *row,
                        const TargetKey *key)
{
    switch (verdict) {
    case KeyVerdict::SizeMismatch: return row && key ? mismatchText(*row, *key) : QString();
    case KeyVerdict::DTypeDiffers:
        return row && key ? say("Loaded; the target names %1, the tensor is %2.")
                                .arg(dtypeWord(key->dtype), dtypeWord(row->value->dtype))
                          : QString();
    case KeyVerdict::Missing: return say("Nothing in the checkpoint has this name after the steps.");
    case KeyVerdict::MissingTied: return say("Missing, but the key it shares its storage with is loaded.");
    case KeyVerdict::Unexpected: return say("The target has no key of this name; it will not be saved.");
    case KeyVerdict::Dropped:
        return place.dropped >= 0
            ? say("Dropped by step %1.").arg(stepLabel(plan, plan.dropped[std::size_t(place.dropped)].step))
            : QString();
    case KeyVerdict::Skipped: return say("Skipped by the bind policy.");
    case KeyVerdict::Ignored: return say("Ignored by the bind policy.");
    case KeyVerdict::Created:
        return row ? say("Made by the recipe, of no tensor of the file.")
                   : say("Created by the bind policy: a counter of zero.");
    case KeyVerdict::Filled: return filledSentence(plan, row);
    case KeyVerdict::Collided: return say("Another row has this name too.");
    case KeyVerdict::None:
    case KeyVerdict::Loaded:
    case KeyVerdict::Adapted: return {};
    }
    Q_UNREACHABLE();
}
}

KeyFacts keyFacts(const Plan &plan, const KeyPlace &place, KeyVerdict verdict)
{
    const bool isFilledIn = verdict == KeyVerdict::Filled && place.target >= 0;
    const Row *row = isFilledIn ? plan.filled.find(quint32(place.target))
        : place.row >= 0        ? &plan.table->rows[std::size_t(place.row)]
        : place.dropped >= 0    ? &plan.dropped[std::size_t(place.dropped)].row
                                : nullptr;
    const TargetKey *key = place.target >= 0 ? &plan.target->keys()[std::size_t(place.target)] : nullptr;
    const std::vector<const Tensor *> tensors = sourcesOf(plan, row);

    KeyFacts facts;
    facts.verdict = verdict;
    facts.title = displayName(key ? key->name : row ? row->name : Name());
    facts.verdictText = verdictSentence(plan, place, verdict, row, key);
    QStringList summary;
    if (row)
        summary << dtypeWord(row->value->dtype) << shapeText(*row->value->shape) << bytesText(byteCount(*row->value));
    else if (key)
        summary << (key->dtype == DType::Unknown ? say("any dtype") : dtypeWord(key->dtype)) << wantedShapeText(*key);
    if (tensors.size() == 1) {
        summary << (tensors.front()->contiguous ? say("contiguous") : say("strided"));
        facts.facts = tensorFacts(plan, *tensors.front());
    } else {
        facts.facts = placesOf(plan, tensors);
    }
    for (const Tensor *tensor : tensors) {
        if (facts.problem.isEmpty())
            facts.problem = plan.checkpoint->problem(*tensor);
    }
    facts.summary = summary.join(u" · "_s);
    if (row)
        facts.chain = chainOf(plan, *row);
    if (key) {
        const bool same = row && key->takes(*row->value->shape);
        facts.chain.push_back(
            {say("target"),
             !row ? say("%1, without a source")
                        .arg(key->anyShape ? wantedShapeText(*key) : QString::fromStdString(shapeList(key->shape)))
                 : same ? say("same name, same shape ✓")
                        : say("same name, %1 ≠").arg(wantedShapeText(*key)),
             true});
    }
    return facts;
}
