// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/numeric/evaluator.h"
#include "model/recipe/fit.h"
#include "model/save/atomicfile.h"

#include <QStringList>

#include <functional>
#include <string>
#include <vector>

enum class OutputFormat : quint8 { Safetensors, Torch };

struct SaveOptions
{
    using Existing = AtomicFile::Existing;

    QString path; ///< of the file; with `maxShardBytes` what shards and index are named after
    OutputFormat format = OutputFormat::Safetensors;
    qint64 maxShardBytes = 0; ///< cut into shards of at most so many bytes of values; 0: one file
    Existing existing = Existing::Refuse;
    bool overSource = false; ///< writing over the open source itself was asked for (`--in-place`)
    std::string rootKey; ///< torch: `{rootKey: state dict}`
    bool keepObjects = false; ///< torch: the whole object tree with the state dict in its place
    std::vector<std::pair<std::string, std::string>> metadata; ///< safetensors `__metadata__`, beside `format: pt`
    QString certificatePath; ///< empty: none
    bool sha256 = false;
    DeviceChoice device;
    std::string created = {}; ///< certificate's time, RFC 3339; empty: now
};

/// What a save will do, before it does it.
struct SavePreview
{
    qint64 tensors = 0;
    QStringList files; ///< what will be written, the index of shards last
    qint64 bytes = 0; ///< size of all files
    qint64 copiedBytes = 0; ///< tensor bytes copied as they are
    qint64 computedBytes = 0; ///< tensor bytes computed
    qint64 freeBytes = 0; ///< on the destination's disk
    Findings findings; ///< what will not be in the file: ties, objects, dtypes
};

/// What a save did.
struct SaveReport
{
    QString path; ///< what opens as the checkpoint: the file, or the index of its shards
    QStringList files; ///< all that was written, the index of shards last
    OutputFormat format = OutputFormat::Safetensors;
    qint64 bytes = 0; ///< size of all files
    qint64 tensors = 0;
    qint64 copiedBytes = 0;
    qint64 computedBytes = 0;
    double seconds = 0;
    QString device; ///< "cpu", "cuda:0"
    QString certificatePath;
    Findings findings;
};

/// By ending (`.pt .pth .ckpt .bin` torch, `.safetensors`) or by word (`pt`, `torch`, `safetensors`); Usage error
/// otherwise.
Result<OutputFormat> outputFormat(const QString &path, const QString &word);

/// A size of shards as people write it: bytes, or a number with KB, MB, GB, TB (decimal), KiB, MiB, GiB or TiB
/// (binary); Usage error otherwise.
Result<qint64> shardBytes(const QString &text);

Result<SavePreview> previewSave(const Plan &plan, const SaveOptions &options);

/// Execute the plan tensor by tensor into a temporary file beside `options.path`, re-open and compare it with the plan,
/// then rename it into place (design.md §5). Progress counts bytes. Whatever goes wrong, an existing file at the path
/// is untouched and nothing is left under its name.
///
/// With `maxShardBytes` and more values than that, so with every shard `STEM-00001-of-0000N.EXT`; the index
/// `STEM.EXT.index.json` appears last. A save by this name is replaced as a whole, whether it was one file or shards:
/// Existing::Refuse refuses when any of its files is there, Existing::Replace removes those that the new one has not.
Result<SaveReport> save(const Plan &plan, const SaveOptions &options, Progress &progress);
