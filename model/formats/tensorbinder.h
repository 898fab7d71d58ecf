// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/torchbinding.h"
#include "model/formats/torchrebuild.h"

#include <unordered_map>

/// Checks each tensor's description against the storage it names and adds it to the checkpoint's parts.
class TensorBinder
{
public:
    TensorBinder(const TorchContents &contents, Checkpoint::Parts &parts);

    void add(Name name, PickleValue call, ObjectId object, RootId root);
    /// Findings about all tensors together.
    void finish();

private:
    /// Each gives why the tensor's values cannot be read, or empty.
    QString bind(const TensorCall &call, Tensor &tensor);
    QString bindShape(const TensorCall &call, Tensor &tensor);
    QString bindStorage(const TensorCall &call, Tensor &tensor);
    QString bindArray(const TensorCall &call, Tensor &tensor);
    QString useRecord(const StorageReference &reference, Tensor &tensor);
    QString checkRange(Tensor &tensor, qint64 offset, qint64 elements) const;
    void setStrides(Tensor &tensor, const SizeList &strides);
    QString shown(const Tensor &tensor) const;

    const TorchContents &m_contents;
    const PickleGraph &m_graph;
    Checkpoint::Parts &m;
    std::vector<quint32> m_storageOfRecord; ///< 0: not used yet, otherwise 1 + storage
    std::vector<DType> m_dtypeOfRecord; ///< the first reference's
    std::unordered_map<const PickleNode *, quint32> m_storageOfArray;
    SizeList m_tensorStrides; ///< of the tensor in hand
    std::optional<quint32> m_nothing; ///< the storage of tensors without one
    std::size_t m_longRecords = 0;
    std::size_t m_typeConflicts = 0;
    std::size_t m_integersWithGrad = 0;
    std::size_t m_bad = 0;
};
