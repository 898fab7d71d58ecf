// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/glob.h"
#include "app/cli/objectjson.h"
#include "app/cli/report.h"
#include "model/base/saturate.h"
#include "model/base/text.h"
#include "model/formats/formats.h"

#include <QStringList>

#include <array>
#include <map>

namespace {
using namespace Qt::StringLiterals;

/// What is shown: all roots, or the one that `FILE::root` names.
struct Shown
{
    const Checkpoint &checkpoint;
    std::optional<RootId> root;
    std::string filter;

    bool isShown(const Tensor &tensor) const
    {
        return (!root || tensor.root == *root) && globMatches(filter, tensor.name);
    }
};

struct Totals
{
    qint64 tensors = 0;
    qint64 parameters = 0;
    qint64 bytes = 0;
    std::map<std::string, qint64> dtypes;
};

Totals totalsOf(const Shown &shown)
{
    Totals totals;
    std::array<qint64, 64> known{}; // by dtype: a map look-up per tensor would cost more than the file
    for (const Tensor &tensor : shown.checkpoint.tensors()) {
        if (!shown.isShown(tensor))
            continue;
        ++totals.tensors;
        addSaturated(totals.parameters, Checkpoint::elements(tensor));
        addSaturated(totals.bytes, Checkpoint::byteCount(tensor));
        if (tensor.dtype == DType::Unknown)
            ++totals.dtypes[std::string(shown.checkpoint.dtypeWord(tensor))];
        else
            ++known[std::size_t(tensor.dtype)];
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i] > 0)
            totals.dtypes[std::string(word(DType(i)))] = known[i];
    }
    return totals;
}

std::string_view formatWord(Format format)
{
    switch (format) {
    case Format::Safetensors: return "safetensors";
    case Format::TorchZip: return "torch-zip";
    case Format::TorchLegacy: return "torch-legacy";
    }
    return "unknown";
}

void writeTensor(JsonWriter &json, const Checkpoint &checkpoint, const Tensor &tensor)
{
    json.beginObject();
    json.key("name").value(tensor.name);
    json.key("dtype").value(checkpoint.dtypeWord(tensor));
    json.key("shape").raw(shapeList(tensor.shape));
    json.key("bytes").value(Checkpoint::byteCount(tensor));
    json.key("root").value(pathText(checkpoint.root(tensor.root).path));
    json.key("storage").value(qint64(quint32(tensor.storage)));
    json.key("contiguous").value(tensor.contiguous);
    if (tensor.problem)
        json.key("problem").value(checkpoint.problem(tensor).toStdString());
    json.endObject();
}

void writeInfo(JsonWriter &json, const Shown &shown)
{
    const Checkpoint &checkpoint = shown.checkpoint;
    json.beginObject();
    json.key("file").value(checkpoint.path().toStdString());
    json.key("format").value(formatWord(checkpoint.format()));
    json.key("bytes").value(checkpoint.bytesOnDisk());
    json.key("roots").beginArray();
    for (const Root &root : checkpoint.roots()) {
        json.beginObject().key("path").value(pathText(root.path)).key("tensors").value(qint64(root.count));
        json.key("parameters").value(root.parameters).key("bytes").value(root.bytes).endObject();
    }
    json.endArray().key("tensors").beginArray();
    for (const Tensor &tensor : checkpoint.tensors()) {
        if (shown.isShown(tensor))
            writeTensor(json, checkpoint, tensor);
    }
    json.endArray();
    const Totals totals = totalsOf(shown);
    json.key("totals").beginObject().key("tensors").value(totals.tensors).key("parameters").value(totals.parameters);
    json.key("bytes").value(totals.bytes).key("dtypes").beginObject();
    for (const auto &[dtype, count] : totals.dtypes)
        json.key(dtype).value(count);
    json.endObject().endObject();
    json.key("metadata").beginObject();
    for (const auto &[key, value] : checkpoint.metadata())
        json.key(key).value(value);
    json.endObject().key("objects");
    writeObjects(json, checkpoint);
    appendFindings(json.key("findings"), checkpoint.findings());
    json.endObject();
}

QString pickleNames(const Checkpoint &checkpoint, NameGrade grade)
{
    QStringList names;
    for (const auto &[name, found] : checkpoint.namesInPickle()) {
        if (found == grade)
            names += displayName(name);
    }
    return names.join(u", "_s);
}

/// The start of a text that may be megabytes long; --json gives all of it.
QString clipped(std::string_view text)
{
    constexpr std::size_t longest = 4096;
    const QString start = displayName(text.substr(0, longest));
    return text.size() <= longest ? start : u"%1… (%2 in all)"_s.arg(start, bytesText(qint64(text.size())));
}

void printPickle(const Terminal &terminal, const Checkpoint &checkpoint)
{
    if (const QString names = pickleNames(checkpoint, NameGrade::Dangerous); !names.isEmpty())
        terminal.line(u"The pickle names dangerous functions (nothing was run): %1"_s.arg(names));
    if (const QString names = pickleNames(checkpoint, NameGrade::Unknown); !names.isEmpty())
        terminal.line(u"The pickle names unknown types (shown as data): %1"_s.arg(names));
}

void printInfo(const Terminal &terminal, const Shown &shown, bool keys)
{
    const Checkpoint &checkpoint = shown.checkpoint;
    terminal.line(displayName(checkpoint.path().toStdString()));
    terminal.line(checkpoint.formatText() + u" · "_s + bytesText(checkpoint.bytesOnDisk()));
    for (const Root &root : checkpoint.roots()) {
        const std::string path = pathText(root.path);
        terminal.line(u"root %1: %2 tensors, %3 parameters, %4%5"_s.arg(
            path.empty() ? u"(top level)"_s : displayName(path), exactText(root.count), countText(root.parameters),
            bytesText(root.bytes), root.isOptimizer ? u", optimizer state"_s : QString()));
    }
    const Totals totals = totalsOf(shown);
    QStringList dtypes;
    for (const auto &[dtype, count] : totals.dtypes)
        dtypes += u"%1 ×%2"_s.arg(displayName(dtype)).arg(count);
    terminal.line(u"total: %1 tensors, %2 parameters, %3 (%4)"_s.arg(
        exactText(totals.tensors), exactText(totals.parameters), bytesText(totals.bytes), dtypes.join(u", "_s)));
    for (const auto &[key, value] : checkpoint.metadata())
        terminal.line(u"metadata %1: %2"_s.arg(clipped(key), clipped(value)));
    printPickle(terminal, checkpoint);
    if (!keys)
        return;
    for (const Tensor &tensor : checkpoint.tensors()) {
        if (!shown.isShown(tensor))
            continue;
        terminal.line(u"%1  %2  %3%4"_s.arg(displayName(tensor.name), checkpoint.dtypeText(tensor),
                                            shapeText(tensor.shape),
                                            tensor.problem ? u"  "_s + checkpoint.problem(tensor) : QString()));
    }
}
}

Result<int> runInfo(const InfoOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    TerminalProgress progress(u"opening"_s, verbosity.quiet);
    const auto [path, rootText] = splitSpec(QString::fromStdString(options.file));
    const auto checkpoint = openCheckpoint(path, progress);
    if (!checkpoint)
        return checkpoint.error();
    const auto root = rootNamed(**checkpoint, rootText);
    if (!root)
        return root.error();
    const Shown shown{**checkpoint, *root, options.filter};
    if (verbosity.json) {
        JsonWriter json;
        writeInfo(json, shown);
        terminal.out(json.text() + '\n');
    } else {
        printInfo(terminal, shown, options.keys || !options.filter.empty());
        terminal.notes((*checkpoint)->findings());
    }
    return 0;
}
