// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"

#include <QStringList>

/// How outputs are shared out among files.
struct ShardCut
{
    std::vector<std::vector<quint32>> shards; ///< per file the numbers of its outputs, in their order there
    qint64 bytes = 0; ///< of all values, shared ones once
};

/// Cut as the reference does (huggingface_hub's split_state_dict_into_shards_factory): greedily in the plan's order; a
/// storage of more than `mostBytes` has a file of its own; outputs that share a storage follow the first of them, at
/// the end of its file. `whole` is the layout that one file with all outputs would have.
ShardCut cutShards(const Layout &whole, qint64 mostBytes);

/// `model-00002-of-00005.safetensors` for `model.safetensors`; `number` counts from 1.
QString shardPath(const QString &path, std::size_t number, std::size_t count);
/// `model.safetensors.index.json` for `model.safetensors`.
QString shardIndexPath(const QString &path);

/// What an index of shards says.
struct ShardIndex
{
    qint64 totalBytes = 0;
    std::vector<std::pair<std::string, std::string>> metadata; ///< beside `total_size`
    std::vector<std::pair<std::string_view, std::string>> files; ///< of each key, in their order
};

/// The index as the reference writes it, byte for byte: `json.dump(index, f, indent=2)`.
std::string shardIndexText(const ShardIndex &index);

/// Files in the folder of `path` that a save under this name left, in one file or in shards: the index first.
QStringList earlierFiles(const QString &path);
/// Remove what killed saves under this name left behind.
void removeUnfinished(const QString &path);
