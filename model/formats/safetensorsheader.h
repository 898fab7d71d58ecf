// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"
#include "model/formats/safetensorsflaws.h"

#include <span>

/// The largest header the reference library takes; larger ones are refused here too.
constexpr quint64 largestSafetensorsHeader = 100'000'000;

/// A header's bytes, with the room behind them that the JSON parser reads into.
struct SafetensorsHeader
{
    static constexpr std::size_t padding = 64;

    explicit SafetensorsHeader(std::size_t size);
    std::span<std::byte> bytes() { return {data.get(), size}; }

    std::unique_ptr<std::byte[]> data;
    std::size_t size;
};

/// Read the JSON into `parts`: names, tensors and one storage for each, `__metadata__`. A storage's `offset` is still
/// relative to the data buffer, equal names are still all there, and a tensor's `problem` is its Flaw. What is wrong
/// with single entries goes to `flaws`; only text that is not JSON, or not an object, is an Error (Damaged).
Result<void> readSafetensorsHeader(SafetensorsHeader &header, const QString &path, Checkpoint::Parts &parts,
                                   FlawTally &flaws, Progress &progress);
