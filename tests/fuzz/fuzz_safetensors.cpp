// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/tensorbytes.h"
#include "model/formats/safetensors.h"
#include "tests/support/memoryfile.h"

#include <cstdlib>

namespace {
void require(bool condition)
{
    if (!condition)
        std::abort();
}
}

/// safetensors: any bytes end in a checkpoint or a sentence, and what has no problem can be read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const auto file = memoryFile({reinterpret_cast<const char *>(data), size});
    if (!file)
        return 0;
    const std::span<const std::byte> head(reinterpret_cast<const std::byte *>(data), std::min<std::size_t>(size, 512));
    if (!safetensorsFormat.recognises(head))
        return 0;
    Progress progress;
    const auto checkpoint = safetensorsFormat.open(file, progress);
    if (!checkpoint) {
        require(!checkpoint.error().message.isEmpty());
        return 0;
    }
    for (const Finding &finding : (*checkpoint)->findings())
        require(!finding.message.isEmpty() && !finding.kind.empty());
    TensorBytes bytes(*checkpoint);
    std::vector<std::byte> values;
    for (const Tensor &tensor : (*checkpoint)->tensors()) {
        if (tensor.problem != 0) {
            require(!(*checkpoint)->problem(tensor).isEmpty());
            continue;
        }
        require(Checkpoint::byteCount(tensor) <= qint64(size));
        values.resize(std::size_t(Checkpoint::byteCount(tensor)));
        require(bool(bytes.read(tensor, 0, values)));
        require(TensorBytes::plainRange(**checkpoint, tensor).has_value());
    }
    return 0;
}
