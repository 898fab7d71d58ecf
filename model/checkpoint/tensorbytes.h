// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

class StorageReader;

/// Where a dense tensor can be copied from without touching a byte: a plain range of a file.
struct FileRange
{
    quint32 file = 0; ///< index into Checkpoint::files()
    qint64 offset = 0;
    qint64 bytes = 0;
};

/// Reads tensors' values as dense, little-endian, C-order bytes, block by block, whatever way the file keeps them:
/// strided, big-endian, deflated, inside a pickle, conj or neg bit set. One reader per thread (it keeps a buffer).
class TensorBytes
{
public:
    explicit TensorBytes(std::shared_ptr<const Checkpoint> checkpoint);
    ~TensorBytes();

    /// The range to copy when the values lie in the file exactly as read() would give them; otherwise nothing.
    static std::optional<FileRange> plainRange(const Checkpoint &checkpoint, const Tensor &tensor);
    /// Fill `out` with the elements from number `firstElement` on (C order). `out` is a whole number of elements
    /// and stays inside the tensor. Errors name the file and the tensor's problem.
    Result<void> read(const Tensor &tensor, qint64 firstElement, std::span<std::byte> out);

private:
    std::shared_ptr<const Checkpoint> m_checkpoint;
    std::unique_ptr<StorageReader> m_storage;
};
