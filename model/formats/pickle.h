// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/formats/picklegraph.h"

/// What reading one pickle gave.
struct PickleRun
{
    PickleValue root;
    std::size_t end = 0; ///< the byte after its STOP
    int protocol = 0;
    Findings findings;
};

/// Read the pickle that starts at byte `from` of the graph's source into the graph: all 68 opcodes of all protocols,
/// none of which can run, import or call anything. Iterative, and bounded by what is there: a claimed length, a memo
/// number or a depth costs no more memory than the bytes that say it.
/// `subject` is what messages call the pickle ("archive/data.pkl" in …). When the bytes run out before the pickle ends,
/// the error's offset is the size of the source, otherwise that of the opcode at fault.
Result<PickleRun> readPickle(PickleGraph &graph, std::size_t from, const QString &subject, const Progress &progress);
