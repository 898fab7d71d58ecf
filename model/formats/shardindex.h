// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"
#include "model/formats/weightmap.h"

using OpenShard = Result<std::shared_ptr<const Checkpoint>> (*)(const QString &path, Progress &progress);

/// Whether a path names an index of shards: `model.safetensors.index.json`.
bool isShardIndex(const QString &path);
/// The one index in a folder. Unsupported when there is none, or more than one.
Result<QString> findShardIndex(const QString &folder);
/// Open an index `{"weight_map": {key: file}}` and the shards it names, each with `open`, as one checkpoint with one
/// root: shards in the order of their names, keys in each shard's order. A shard that cannot be opened, a key that its
/// shard lacks, values that are no tensors and a total size that fits no way of counting are findings. Damaged: not
/// such an index, a shard's name that is not a plain file name, shards that are too much together. The error of the
/// first shard when none can be opened.
Result<std::shared_ptr<const Checkpoint>> openShards(const QString &indexPath, OpenShard open, Progress &progress);
/// The second half of that, for an index that has been read.
Result<std::shared_ptr<const Checkpoint>> mergeShards(std::shared_ptr<const InputFile> index, WeightMap map,
                                                      OpenShard open, Progress &progress);
