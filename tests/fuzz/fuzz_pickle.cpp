// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/pickle.h"
#include "model/formats/torchbinding.h"
#include "tests/fuzz/invariants.h"

namespace {
/// One storage of 64 bytes, whatever its key.
class OneStorage final : public StorageRecords
{
public:
    std::size_t count() const override { return 1; }
    std::optional<quint32> find(std::string_view) const override { return 0; }
    Storage storage(quint32) const override
    {
        Storage storage;
        storage.encoding = Storage::Encoding::Inline;
        storage.bytes = storage.packed = 64;
        return storage;
    }
    QString problem(quint32) const override { return {}; }
    QString describe(std::string_view) const override { return QStringLiteral("the storage"); }
};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Progress progress;
    PickleGraph graph({reinterpret_cast<const char *>(data), size});
    const auto run = readPickle(graph, 0, QStringLiteral("The pickle"), progress);
    if (!run)
        return 0;
    Checkpoint::Parts parts;
    parts.inlineBytes.resize(64);
    if (bindTorch({graph, run->root, OneStorage(), -1}, parts, progress))
        checkInvariants(Checkpoint(std::move(parts)));
    return 0;
}
