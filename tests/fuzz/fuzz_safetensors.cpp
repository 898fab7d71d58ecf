// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/tensorbytes.h"
#include "model/formats/safetensors.h"
#include "model/formats/safetensorsheader.h"
#include "tests/support/memoryfile.h"

#include <QtEndian>

#include <cstdlib>

namespace {
void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// The number of tensors of a header read in pieces of about `usual` bytes, or -1 when it is refused.
qint64 tensorsInPieces(const InputFile &file, std::size_t bytes, std::size_t usual)
{
    Checkpoint::Parts parts;
    FlawTally flaws;
    Progress progress;
    JsonPieces pieces(file, 8, bytes, usual);
    const auto read =
        readSafetensorsHeader(pieces, file.path(), file.size() - 8 - qint64(bytes), parts, flaws, progress);
    return read ? qint64(parts.tensors.size()) : -1;
}
}

/// safetensors: any bytes end in a checkpoint or a sentence, what has no problem can be read, and reading the header in
/// pieces makes no difference.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const auto file = memoryFile({reinterpret_cast<const char *>(data), size});
    if (!file)
        return 0;
    const std::span<const std::byte> head(reinterpret_cast<const std::byte *>(data), std::min<std::size_t>(size, 512));
    if (!safetensorsFormat.recognises(head))
        return 0;
    const auto headerBytes = std::size_t(qFromLittleEndian<quint64>(data));
    if (headerBytes > 0 && headerBytes <= size - 8) {
        const qint64 whole = tensorsInPieces(*file, headerBytes, headerBytes);
        require(tensorsInPieces(*file, headerBytes, 1) == whole);
        require(tensorsInPieces(*file, headerBytes, 100) == whole);
    }
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
