// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"
#include "model/formats/picklegraph.h"

#include <optional>

/// The storages that a container holds beside its pickle, by their key.
class StorageRecords
{
public:
    virtual ~StorageRecords() = default;
    virtual std::size_t count() const = 0;
    /// The number of the record for `key`.
    virtual std::optional<quint32> find(std::string_view key) const = 0;
    virtual Storage storage(quint32 record) const = 0;
    /// Why its bytes cannot be read, or empty. A whole sentence.
    virtual QString problem(quint32 record) const = 0;
    /// What messages call it: “archive/data/0”.
    virtual QString describe(std::string_view key) const = 0;
};

/// Everything in a torch file's pickle, and where its bytes are.
struct TorchContents
{
    PickleGraph &graph;
    PickleValue root;
    const StorageRecords &records;
    qint64 pickleOffset = -1; ///< of the pickle's first byte in the file; -1 when it is packed there
};

/// Fill `parts` from the pickle: object tree, roots, tensors, storages, names, findings. A tensor whose description or
/// storage is not sound is listed with a problem: a sentence with what was expected and what was found.
Result<void> bindTorch(const TorchContents &contents, Checkpoint::Parts &parts, const Progress &progress);
