// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

/// Reads bytes of storages at positions, whether they lie in the file, inside a pickle or in a deflate stream.
/// A deflated storage that was read last is kept whole when it is small; a larger one is inflated as a stream, onwards
/// where it can be and else from its start. Not thread-safe.
class StorageReader
{
public:
    explicit StorageReader(const Checkpoint &checkpoint);
    ~StorageReader();

    /// Fill `out` from byte `offset` of the storage. Ranges outside the storage are an Error (Damaged).
    Result<void> read(StorageId id, qint64 offset, std::span<std::byte> out);

private:
    class Inflater;

    Result<void> readInflated(StorageId id, qint64 offset, std::span<std::byte> out);

    const Checkpoint &m_checkpoint;
    std::unique_ptr<Inflater> m_inflater;
};
