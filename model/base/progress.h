// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

/// What long-running plain code is given: a place to report how far it is, and a question whether to stop.
/// Knows no threads. The base class ignores reports and never asks to stop; tests pass one that stops after n calls.
class Progress
{
public:
    virtual ~Progress() = default;

    /// Report `done` of `total` units (bytes, rows: the caller's choice). Cheap; call it once per block of work.
    virtual void report(qint64 done, qint64 total);
    /// Ask whether the caller should give up and return Error::Kind::Cancelled. Ask once per block of work.
    virtual bool stopRequested() const;
};
