// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/tensorbytes.h"
#include "model/numeric/evaluator.h"
#include "model/recipe/expression.h"

/// Reads values of a plan's outputs from the source, copied or computed, block by block and by themselves: without the
/// layouts and pipelines of saving. One per thread.
class Derivation
{
public:
    /// Gives an evaluator; asked for when a value has to be computed.
    using LoadEvaluator = std::function<Result<std::shared_ptr<Evaluator>>()>;

    static constexpr qint64 blockElements = 1 << 18; ///< to read at once

    Derivation(std::shared_ptr<const Checkpoint> checkpoint, LoadEvaluator loadEvaluator);
    Derivation(const Derivation &) = delete;
    Derivation &operator=(const Derivation &) = delete;

    /// Fill `out` with elements of the value from number `firstElement` on, dense, little-endian, in C order. Of a
    /// source tensor, an empty `out` asks whether it can be read.
    Result<void> read(const Expression &value, qint64 firstElement, std::span<std::byte> out);

private:
    std::shared_ptr<const Checkpoint> m_checkpoint;
    LoadEvaluator m_loadEvaluator;
    TensorBytes m_bytes;
    ReadSource m_read;
    std::shared_ptr<Evaluator> m_evaluator;
};
