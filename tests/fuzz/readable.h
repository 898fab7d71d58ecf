// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/tensorbytes.h"
#include "tests/fuzz/invariants.h"

/// The invariants, and that the values of tensors of up to a megabyte can be read or say why not.
inline void checkReadable(const std::shared_ptr<const Checkpoint> &checkpoint)
{
    constexpr qint64 mostBytes = 1 << 20;
    checkInvariants(*checkpoint);
    TensorBytes bytes(checkpoint);
    std::vector<std::byte> values;
    for (const Tensor &tensor : checkpoint->tensors()) {
        const qint64 size = Checkpoint::byteCount(tensor);
        if (size > mostBytes)
            continue;
        values.resize(std::size_t(size));
        const auto read = bytes.read(tensor, 0, values);
        const bool isDeflated = checkpoint->storage(tensor).encoding == Storage::Encoding::Deflated;
        if (tensor.problem == 0 && !isDeflated && !read)
            std::abort();
        if (!read && read.error().message.isEmpty())
            std::abort();
    }
}
