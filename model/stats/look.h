// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"
#include "model/stats/tally.h"

#include <functional>

/// Values to look at: of a tensor, or of what a recipe makes of some.
struct Subject
{
    DType dtype = DType::Unknown;
    qint64 elements = 0;
    bool isStream = false; ///< reading it from several places at once would cost as often as much
};

/// Fills `out` with elements of the subject with that number from number `firstElement` on, as TensorBytes::read()
/// does. Belongs to one thread. An empty `out` asks whether it can be read.
using ReadSubject = std::function<Result<void>(std::size_t subject, qint64 firstElement, std::span<std::byte> out)>;

/// Why there are no numbers to look at in values of this dtype; empty: there are.
QString whyNoNumbers(DType dtype);

/// Takes the tally of a subject; an Error ends everything.
using TakeTally = std::function<Result<void>(std::size_t subject, Result<Tally> tally)>;

/// Tally every subject, on as many threads as there are processors, in one pass with bounded memory. `take` gets the
/// tallies in order, on this thread; what cannot be read is an Error of that subject alone. Progress counts elements.
/// The tallies do not depend on the number of threads, bit for bit. Errors: Cancelled, OutOfMemory, what `take` gives.
Result<void> tallyAll(std::span<const Subject> subjects, const std::function<ReadSubject()> &makeReader,
                      const TakeTally &take, Progress &progress, unsigned threads);

/// The same of tensors of a checkpoint. An Error too when one of its files is no longer what it was when it was opened.
Result<void> tallyTensors(const std::shared_ptr<const Checkpoint> &checkpoint, std::span<const TensorIndex> tensors,
                          const TakeTally &take, Progress &progress);

/// Number `element` of a tensor in C order as its index along each axis.
SizeList positionOf(qint64 element, const Shape &shape);
