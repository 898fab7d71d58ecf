// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"
#include "model/formats/jsonpieces.h"
#include "model/formats/safetensorsflaws.h"

/// The largest header the reference library takes; larger ones are refused here too.
constexpr quint64 largestSafetensorsHeader = 100'000'000;

/// Read the JSON into `parts`: names, tensors and one storage for each, `__metadata__`. A storage's `offset` is still
/// relative to the data buffer, which has `dataBytes`, and a tensor's `problem` is its Flaw. Of equal names the last
/// entry counts, in the place of the first. What is wrong with single entries goes to `flaws`; an Error (Damaged) are
/// text that is not JSON, or not an object, and more of what is wrong than memory should be spent on.
Result<void> readSafetensorsHeader(JsonPieces &header, const QString &path, qint64 dataBytes, Checkpoint::Parts &parts,
                                   FlawTally &flaws, Progress &progress);
