// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/finding.h"
#include "model/base/progress.h"
#include "model/base/result.h"

#include <chrono>
#include <string_view>

/// The process's three ways to speak. Results go to standard output, everything else to standard error.
class Terminal
{
public:
    explicit Terminal(bool quiet);

    /// Part of the result.
    void out(std::string_view text) const;
    void line(const QString &text = {}) const;
    /// A remark; silent with --quiet.
    void note(const QString &text) const;
    /// A failure: printed whatever --quiet says, except for Cancelled.
    void error(const Error &error) const;
    /// Findings as remarks, one per line with their severity.
    void notes(const Findings &findings) const;

private:
    bool m_quiet;
};

/// Progress on standard error while that is a terminal, and the stop that Ctrl+C asks for.
class TerminalProgress final : public Progress
{
public:
    TerminalProgress(QString what, bool quiet);
    ~TerminalProgress() override;

    void report(qint64 done, qint64 total) override;
    bool stopRequested() const override;

    /// From here on SIGINT and SIGTERM ask to stop instead of ending the process; SIGPIPE is an ordinary write error.
    static void installSignalHandlers();

private:
    QString m_what;
    bool m_visible;
    bool m_drawn = false;
    std::chrono::steady_clock::time_point m_next{};
};
