// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/document/sessionkeeper.h"

class MessageBar;

/// Offers in the message bar what a crash left, one after the other, and keeps what this window has not saved.
class Sessions final : public QObject
{
    Q_OBJECT

public:
    Sessions(Document *document, MessageBar *bar, const QString &folder);
    ~Sessions() override;

    SessionKeeper *keeper() { return &m_keeper; }

Q_SIGNALS:
    /// One was restored here, and others were left: they are for another window.
    void moreLeft();
    /// The text restored here, which was no recipe yet.
    void draftLeft(const QString &text);

private:
    void offer();
    void restore();
    void discard();

    Document *m_document;
    MessageBar *m_bar;
    std::vector<LeftSession> m_left; ///< the first is being offered
    std::optional<LeftSession> m_restored; ///< stays on disk until this window keeps the same
    SessionKeeper m_keeper;
};
