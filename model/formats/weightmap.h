// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inputfile.h"
#include "model/base/nameindex.h"
#include "model/formats/jsonpieces.h"

#include <optional>
#include <string>
#include <vector>

/// What an index of shards says: `{"metadata": {"total_size": bytes}, "weight_map": {key: file}}`.
struct WeightMap
{
    struct Entry
    {
        Name name; ///< the key
        quint32 file = 0; ///< index into `files`
    };

    Arena names;
    std::vector<Entry> entries; ///< in the order of the file, each key once
    NameIndex index; ///< of the keys
    std::vector<std::string> files; ///< each once; plain names, which cannot lead out of the index's folder
    qint64 repeated = 0; ///< keys that the file has more than once: the last counts, as in Python
    std::optional<double> totalBytes; ///< not always a whole number in real files

    /// Index into `entries`, or NameIndex::none.
    quint32 find(Name key) const { return index.find(key, namesOf(entries)); }
};

/// Read an index of at most 64 MB. Damaged: not JSON throughout, no such object in it, a shard's name that is not a
/// plain file name, more keys or shards than any model has. `pieceBytes`: how much is parsed at once, for tests.
Result<WeightMap> readWeightMap(const InputFile &file, std::size_t pieceBytes = JsonPieces::usualBytes);
