// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/numeric/evaluator.h"
#include "model/save/atomicfile.h"
#include "model/save/contenthash.h"
#include "model/save/layout.h"

#include <map>

enum class Hashing : quint8 { None, Contents };

/// What transfer() found out about the pieces while it wrote them.
struct Transferred
{
    std::vector<quint32> crcs; ///< per piece, if the layout needs them
    std::vector<ContentHash> hashes; ///< per piece, if asked for
    std::map<quint32, qint64> overflowed; ///< piece → values that became infinite or were clamped
};

/// Counts bytes over several stages of one save and hands them to a Progress.
class ByteCount
{
public:
    ByteCount(Progress &progress, qint64 total) : m_progress(progress), m_total(total) {}

    /// Report `bytes` more. Cancelled when the caller wants to stop.
    Result<void> add(qint64 bytes);
    /// Cancelled when the caller wants to stop.
    Result<void> check() const;

private:
    Progress &m_progress;
    qint64 m_total;
    qint64 m_done = 0;
};

/// Asks another whether to stop, and reports nothing: what is counted on the way are other things than bytes written.
class StopOnly final : public Progress
{
public:
    explicit StopOnly(const Progress &progress) : m_progress(progress) {}
    bool stopRequested() const override { return m_progress.stopRequested(); }

private:
    const Progress &m_progress;
};

/// Write all pieces of a layout and then its literals: a pipeline of workers that copy or compute blocks in order, and
/// this thread, which follows them, hashes what was written and reports. At most a few blocks are in flight, so memory
/// stays flat. `evaluator` may be null when nothing is computed. Stops between blocks when asked to.
Result<Transferred> transfer(const Layout &layout, const std::shared_ptr<const Checkpoint> &checkpoint,
                             Evaluator *evaluator, Hashing hashing, AtomicFile &file, ByteCount &count);
