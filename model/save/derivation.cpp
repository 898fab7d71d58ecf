// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/derivation.h"

#include "model/save/layout.h"

#include <algorithm>

Derivation::Derivation(std::shared_ptr<const Checkpoint> checkpoint, LoadEvaluator loadEvaluator)
    : m_checkpoint(std::move(checkpoint))
    , m_loadEvaluator(std::move(loadEvaluator))
    , m_bytes(m_checkpoint)
    , m_read([this](TensorIndex tensor, qint64 firstElement, std::span<std::byte> out) {
        return m_bytes.read(m_checkpoint->tensors()[tensor], firstElement, out);
    })
{}

Result<void> Derivation::read(const Expression &value, qint64 firstElement, std::span<std::byte> out)
{
    if (const std::optional<SourceRun> run = sourceRun(value))
        return m_read(run->tensor, run->firstElement + firstElement, out);
    if (isZeros(value) || out.empty()) {
        std::fill(out.begin(), out.end(), std::byte(0));
        return {};
    }
    if (!m_evaluator) {
        auto evaluator = m_loadEvaluator();
        if (!evaluator)
            return evaluator.error();
        m_evaluator = *std::move(evaluator);
    }
    return m_evaluator->evaluate(value, m_read, firstElement, out, nullptr);
}
