// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

/// Decides which storages a torch file gets and where each tensor lies in them. Tensors that share memory in the
/// source share a storage again, computed ones too when they are computed alike. A storage of the source is copied
/// whole when its tensors use most of it; else only what they use is written, a lone tensor then contiguously.
class StoragePlan
{
public:
    /// Announce all tensors that will be placed as they are; `ones` may repeat.
    StoragePlan(const Checkpoint &checkpoint, std::vector<TensorIndex> ones);

    /// Give `value` its place; a storage gets the next number when the first value needs it.
    Placement place(const Expression &value);
    Placement place(TensorIndex tensor);
    qint64 storageBytes(const Placement &placement) const { return m_pieces[placement.piece].bytes; }

    /// The storages in order of their numbers; offsets are still 0.
    std::vector<Piece> takePieces() { return std::move(m_pieces); }
    std::deque<Tensor> takeViews() { return std::move(m_views); }
    /// What is not as it was: memory no longer shared, unused bytes left out.
    Findings findings() const;

private:
    /// A tensor of the source with the bytes it spans.
    struct Use
    {
        TensorIndex tensor;
        qint64 begin;
        qint64 end;
    };

    /// What becomes one storage.
    struct Storage
    {
        const Tensor *view; ///< its bytes, read densely
        qint64 begin = 0; ///< of the view inside the source's storage
        bool isDense = false; ///< holds one tensor (or equal ones) in C order
        std::optional<quint32> piece = {};
    };

    const Tensor &tensor(const Use &use) const { return m_checkpoint.tensors()[use.tensor]; }
    std::vector<Use> sortedUses(std::vector<TensorIndex> ones) const;
    /// All uses of one storage.
    void planStorage(std::span<const Use> uses);
    /// Uses of one storage with one dtype, none of them conjugated or negated.
    void planRun(std::span<const Use> uses, bool isAlone);
    /// Uses whose bytes overlap.
    void planConnected(std::span<const Use> uses);
    void addDense(std::span<const Use> equalViews);
    /// A storage of the bytes [begin, end) for these uses, which keep their strides.
    void addSpan(std::span<const Use> uses, qint64 begin, qint64 end);
    void noteOverlaps(std::span<const Use> uses);
    bool isEqualView(const Use &left, const Use &right) const;
    Piece::Source source(const Tensor &tensor) const;
    Placement addPiece(Piece::Source source, qint64 bytes);
    /// Equal for expressions that give equal values because they are computed alike from the same memory.
    quint32 identity(const Expression &value);
    std::string description(const Expression &value);
    /// The same for what an operation needs beside its input, which may be long and is shared by many.
    quint32 identity(const Arrangement &arrangement);
    quint32 numberOf(const void *described, const std::function<std::string()> &describe);

    const Checkpoint &m_checkpoint;
    std::vector<Storage> m_storages;
    std::unordered_map<TensorIndex, quint32> m_storageOf;
    std::unordered_map<quint32, quint32> m_computed; ///< identity → piece
    std::unordered_map<std::string, quint32> m_identities; ///< by description
    std::unordered_map<const void *, quint32> m_identityOf; ///< of expressions and arrangements
    quint32 m_owned = 0; ///< copies and new tensors
    std::vector<Piece> m_pieces;
    std::deque<Tensor> m_views;
    std::vector<Name> m_untied;
    qint64 m_leftBytes = 0; ///< of the source's storages that no tensor uses and no copy keeps
};
