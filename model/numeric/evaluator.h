// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/tensorbytes.h"
#include "model/recipe/expression.h"

/// Computes the values of expressions. Implemented with ATen in the numeric library; declared here so that nothing
/// else knows LibTorch. One evaluator may be used from several threads at once.
class Evaluator
{
public:
    virtual ~Evaluator() = default;

    /// "cpu", "cuda:0": where it computes.
    virtual QString device() const = 0;
    /// LibTorch's version, "2.11.0".
    virtual QString version() const = 0;
    /// Fill `out` with elements of a computed expression from number `firstElement` on (dense, C order), reading
    /// source values through `bytes`. Element-wise expressions need only that block of their sources.
    /// `overflowed`, if given, counts finite values that became infinite or were clamped.
    virtual Result<void> evaluate(const Expression &expression, TensorBytes &bytes, const Checkpoint &checkpoint,
                                  qint64 firstElement, std::span<std::byte> out, qint64 *overflowed) = 0;
};

/// Which device a conversion runs on: `auto`, `cpu`, `cuda`, `cuda:1`.
struct DeviceChoice
{
    enum class Kind : quint8 { Auto, Cpu, Cuda };
    Kind kind = Kind::Auto;
    int index = 0;

    static Result<DeviceChoice> parse(const QString &text);
};

/// Load LibTorch and the numeric library on first call (design.md §6) and give an evaluator for the device.
/// Errors are Device with the reason: not found and where it was looked for, another version, no driver.
/// The libraries stay loaded until the process ends. Safe on any thread.
Result<std::shared_ptr<Evaluator>> loadEvaluator(const DeviceChoice &device);
