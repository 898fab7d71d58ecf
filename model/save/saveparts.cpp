// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/saveparts.h"

#include "model/base/text.h"
#include "model/save/safetensorswriter.h"
#include "model/save/shards.h"
#include "model/save/torchzipwriter.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <numeric>

namespace {
constexpr std::size_t mostShards = 4096; // our own reader opens no more
constexpr std::string_view totalSize = "total_size";
constexpr std::string_view formatKey = "format";

QString tr(const char *text)
{
    return QCoreApplication::translate("Save", text);
}

Error usage(const QString &message)
{
    return {Error::Kind::Usage, message};
}

/// What makes no sense together, whatever the disk holds.
Result<void> checkOptions(const SaveOptions &options)
{
    const bool isTorch = options.format == OutputFormat::Torch;
    if (!isTorch && !options.rootKey.empty())
        return usage(tr("A safetensors file holds tensors alone: it cannot keep them under the key “%1”.")
                         .arg(displayName(options.rootKey)));
    if (!isTorch && options.keepObjects)
        return usage(tr("A safetensors file holds tensors alone: other objects can be kept in a torch file only."));
    if (isTorch && !options.metadata.empty())
        return usage(tr("A torch file has no metadata of its own: it can be given to a safetensors file only."));
    if (options.keepObjects && !options.rootKey.empty())
        return usage(
            tr("Objects are kept with the state dict in its own place, so it cannot be put under “%1” as well.")
                .arg(displayName(options.rootKey)));
    if (options.maxShardBytes == 0)
        return {};
    if (options.keepObjects || !options.rootKey.empty())
        return usage(tr("A shard holds a bare state dict: objects and a key above it need one file for all."));
    if (std::any_of(options.metadata.begin(), options.metadata.end(),
                    [](const auto &entry) { return entry.first == totalSize; }))
        return usage(tr("“total_size” is what the index of shards says itself, so it cannot be given as metadata."));
    return {};
}

Result<Layout> makeLayout(const Plan &plan, const SaveOptions &options)
{
    return options.format == OutputFormat::Torch ? torchLayout(plan, options) : safetensorsLayout(plan, options);
}

/// `plan` with these outputs only.
Plan planOf(const Plan &plan, Outputs outputs)
{
    Plan part;
    part.checkpoint = plan.checkpoint;
    part.table = plan.table; // where most outputs lie
    part.outputs = std::move(outputs);
    return part;
}

Outputs someOf(const Outputs &all, const std::vector<quint32> &numbers)
{
    Outputs some;
    for (const quint32 number : numbers)
        some.addMade(all[number]);
    return some;
}

/// What every shard says of itself; all else stands in the index, as the reference has it.
SaveOptions shardOptions(const SaveOptions &options)
{
    SaveOptions shard = options;
    std::erase_if(shard.metadata, [](const auto &entry) { return entry.first != formatKey; });
    return shard;
}

/// Later entries replace earlier ones of the same key.
ShardIndex indexOf(const SaveParts &save, qint64 totalBytes, const SaveOptions &options)
{
    ShardIndex index{totalBytes, {}, {}};
    for (const auto &[key, value] : options.metadata) {
        const auto found = std::find_if(index.metadata.begin(), index.metadata.end(),
                                        [wanted = &key](const auto &entry) { return entry.first == *wanted; });
        if (found != index.metadata.end())
            found->second = value;
        else if (key != formatKey)
            index.metadata.emplace_back(key, value);
    }
    for (const SavePart &part : save.parts) {
        const std::string file = QFileInfo(part.path).fileName().toStdString();
        for (const Row &row : part.plan.outputs)
            index.files.emplace_back(row.name, file);
    }
    return index;
}

Result<void> checkShards(const Plan &plan, std::size_t count, const SaveOptions &options)
{
    if (count > mostShards) {
        return usage(
            tr("Shards of at most %1 would be %2 files; at most %3 can be written. Give them more room.")
                .arg(bytesText(options.maxShardBytes), exactText(qint64(count)), exactText(qint64(mostShards))));
    }
    for (const Row &row : plan.outputs) {
        if (!isUtf8(row.name)) {
            return Error{Error::Kind::Unsupported,
                         tr("“%1” cannot be saved in shards: its name is not valid UTF-8, as their index needs it.")
                             .arg(displayName(row.name))};
        }
    }
    return {};
}

/// Lay out every shard by itself.
Result<void> addShards(SaveParts &save, const Plan &plan, ShardCut cut, const SaveOptions &options)
{
    if (const auto ok = checkShards(plan, cut.shards.size(), options); !ok)
        return ok;
    const SaveOptions eachOptions = shardOptions(options);
    for (std::vector<quint32> &outputs : cut.shards) {
        SavePart part;
        part.path = shardPath(options.path, save.parts.size() + 1, cut.shards.size());
        part.outputs = std::move(outputs);
        part.plan = planOf(plan, someOf(plan.outputs, part.outputs));
        auto layout = makeLayout(part.plan, eachOptions);
        if (!layout)
            return layout.error();
        part.layout = *std::move(layout);
        save.parts.push_back(std::move(part));
    }
    save.indexPath = shardIndexPath(options.path);
    save.index = shardIndexText(indexOf(save, cut.bytes, options));
    return {};
}

bool isComputed(const Piece &piece)
{
    return std::holds_alternative<const Expression *>(piece.source);
}

template<typename Counts>
qint64 sumBytes(const std::vector<SavePart> &parts, Counts counts)
{
    qint64 sum = 0;
    for (const SavePart &part : parts) {
        for (const Piece &piece : part.layout.pieces)
            sum += counts(piece) ? piece.bytes : 0;
    }
    return sum;
}
}

QStringList SaveParts::files() const
{
    QStringList paths;
    for (const SavePart &part : parts)
        paths += part.path;
    if (!indexPath.isEmpty())
        paths += indexPath;
    return paths;
}

qint64 SaveParts::bytes() const
{
    qint64 sum = qint64(index.size());
    for (const SavePart &part : parts)
        sum += part.layout.bytes;
    return sum;
}

qint64 SaveParts::tensors() const
{
    qint64 sum = 0;
    for (const SavePart &part : parts)
        sum += qint64(part.outputs.size());
    return sum;
}

qint64 SaveParts::copiedBytes() const
{
    return sumBytes(parts, std::not_fn(isComputed));
}

qint64 SaveParts::computedBytes() const
{
    return sumBytes(parts, isComputed);
}

bool SaveParts::needsEvaluator() const
{
    return std::any_of(parts.begin(), parts.end(), [](const SavePart &part) {
        return std::any_of(part.layout.pieces.begin(), part.layout.pieces.end(), [](const Piece &piece) {
            return isComputed(piece) && piece.bytes > 0 && !isZeros(*std::get<const Expression *>(piece.source));
        });
    });
}

Result<SaveParts> saveParts(const Plan &plan, const SaveOptions &options)
{
    if (const auto ok = checkOptions(options); !ok)
        return ok.error();
    if (const auto ok = checkOutputs(plan); !ok)
        return ok.error();
    auto whole = makeLayout(plan, options);
    if (!whole)
        return whole.error();
    SaveParts save;
    save.findings = std::move(whole->findings);
    if (options.maxShardBytes > 0) {
        ShardCut cut = cutShards(*whole, options.maxShardBytes);
        if (cut.shards.size() > 1) {
            if (const auto ok = addShards(save, plan, std::move(cut), options); !ok)
                return ok.error();
            return save;
        }
    }
    SavePart part;
    part.path = options.path;
    part.outputs.resize(plan.outputs.size());
    std::iota(part.outputs.begin(), part.outputs.end(), 0u);
    part.plan = planOf(plan, plan.outputs);
    part.layout = *std::move(whole);
    save.parts.push_back(std::move(part));
    return save;
}
