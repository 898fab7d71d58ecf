// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/expression.h"

#include <functional>
#include <memory>
#include <span>

/// Gives an evaluator a block of a source tensor: its elements from number `firstElement` on, dense, little-endian,
/// in C order, as TensorBytes::read() does. (A function, so that the numeric library needs no code of the engine.)
using ReadSource = std::function<Result<void>(TensorIndex tensor, qint64 firstElement, std::span<std::byte> out)>;

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
    /// source values through `read`. Element-wise expressions need only that block of their sources. `out` is a whole
    /// number of elements and may lie at any address. `overflowed`, if given, is increased by the number of finite
    /// values that do not fit the dtype they were cast to.
    virtual Result<void> evaluate(const Expression &expression, const ReadSource &read, qint64 firstElement,
                                  std::span<std::byte> out, qint64 *overflowed) = 0;
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
