// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/terminal.h"

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace {
volatile std::sig_atomic_t interrupted = 0;

void interrupt(int /*signal*/)
{
    interrupted = 1;
}

void write(FILE *stream, std::string_view text)
{
    // A reader that closed its end has seen enough: nothing to report.
    std::fwrite(text.data(), 1, text.size(), stream);
}

void write(FILE *stream, const QString &text)
{
    write(stream, text.toStdString());
}
}

Terminal::Terminal(bool quiet) : m_quiet(quiet) {}

void Terminal::out(std::string_view text) const
{
    write(stdout, text);
}

void Terminal::line(const QString &text) const
{
    write(stdout, text + u'\n');
}

void Terminal::note(const QString &text) const
{
    if (!m_quiet)
        write(stderr, text + u'\n');
}

void Terminal::error(const Error &error) const
{
    if (error.kind == Error::Kind::Cancelled)
        return;
    std::fflush(stdout);
    write(stderr, QStringLiteral("weightsmith: ") + error.message + u'\n');
}

void Terminal::notes(const Findings &findings) const
{
    for (const Finding &finding : findings) {
        switch (finding.severity) {
        case Finding::Severity::Info: note(QStringLiteral("note: ") + finding.message); break;
        case Finding::Severity::Warning: note(QStringLiteral("warning: ") + finding.message); break;
        case Finding::Severity::Error: note(QStringLiteral("error: ") + finding.message); break;
        }
    }
}

TerminalProgress::TerminalProgress(QString what, bool quiet)
    : m_what(std::move(what))
    , m_visible(!quiet && ::isatty(STDERR_FILENO))
{}

TerminalProgress::~TerminalProgress()
{
    if (m_drawn)
        write(stderr, std::string_view("\r\x1b[K"));
}

void TerminalProgress::report(qint64 done, qint64 total)
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_visible || total <= 0 || now < m_next)
        return;
    m_next = now + std::chrono::milliseconds(100);
    m_drawn = true;
    write(stderr, QStringLiteral("\r%1 %2 %\x1b[K").arg(m_what).arg(done * 100 / total));
}

bool TerminalProgress::stopRequested() const
{
    return interrupted != 0;
}

void TerminalProgress::installSignalHandlers()
{
    struct sigaction action = {};
    action.sa_handler = interrupt;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
}
