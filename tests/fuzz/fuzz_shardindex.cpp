// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/safetensors.h"
#include "model/formats/shardindex.h"
#include "model/formats/weightmap.h"
#include "tests/fuzz/invariants.h"
#include "tests/support/memoryfile.h"

namespace {
void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// Whatever its name, each shard holds the keys a, b and c.
Result<std::shared_ptr<const Checkpoint>> openShard(const QString &, Progress &progress)
{
    static const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                      R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},)"
                                      R"("c":{"dtype":"F9","shape":[],"data_offsets":[3,4]}})";
    static const auto file = memoryFile(char(header.size()) + std::string(7, '\0') + header + "1234");
    return safetensorsFormat.open(file, progress);
}
}

/// Indexes of shards: any bytes end in a map or a sentence, reading in pieces makes no difference, and the shards
/// become a sound checkpoint.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const auto file = memoryFile({reinterpret_cast<const char *>(data), size});
    if (!file)
        return 0;
    auto map = readWeightMap(*file);
    const auto pieced = readWeightMap(*file, 1);
    require(bool(map) == bool(pieced));
    if (!map) {
        require(!map.error().message.isEmpty());
        return 0;
    }
    require(pieced->entries.size() == map->entries.size() && pieced->files == map->files);
    for (quint32 i = 0; i < map->entries.size(); ++i) {
        require(map->entries[i].file < map->files.size());
        require(map->find(map->entries[i].name) == i);
    }
    for (const std::string &name : map->files)
        require(!name.empty() && name != ".." && name.find('/') == std::string::npos);
    Progress progress;
    const auto checkpoint = mergeShards(file, std::move(*map), openShard, progress);
    if (checkpoint)
        checkInvariants(**checkpoint);
    else
        require(!checkpoint.error().message.isEmpty());
    return 0;
}
