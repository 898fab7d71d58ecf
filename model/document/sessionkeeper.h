// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/document/session.h"

#include <QTimer>

#include <functional>

class Document;

/// Keeps what is not saved of one document in a file of its own, a moment after each change and on a thread of its own.
/// The file goes when nothing is unsaved any more, and with the keeper: only a process that dies leaves it.
class SessionKeeper final : public QObject
{
    Q_OBJECT

public:
    /// Files go into `folder`, which is made when the first is written.
    SessionKeeper(const Document *document, const QString &folder);
    ~SessionKeeper() override;

    QString path() const { return m_path; }
    /// Whom to ask, when keeping, for text that is no recipe yet: it is kept with what is in force.
    void setDraft(std::function<QString()> draft) { m_draft = std::move(draft); }
    /// After the pause, which begins anew.
    void keepLater();
    /// Without waiting for the pause.
    void keep();

Q_SIGNALS:
    /// What is on disk is what the document was when keeping began.
    void kept();
    /// It could not be written; said once.
    void failed(const Error &error);

private:
    void write(const QString &draft);
    void forget();

    const Document *m_document;
    QString m_path;
    std::function<QString()> m_draft;
    QTimer m_pause;
    std::unique_ptr<QLockFile> m_lock; ///< while there is a file
    std::optional<Session> m_written; ///< what is on disk, or being written
    bool m_isAgain = false; ///< the document changed while it was written
    bool m_hasFailed = false;
    std::unique_ptr<Job<Result<void>>> m_writing; ///< its end waits for the worker
};
