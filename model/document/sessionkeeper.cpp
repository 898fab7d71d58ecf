// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/sessionkeeper.h"

#include "model/document/document.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
QString absolute(const QString &path)
{
    return QFileInfo::exists(path) ? QFileInfo(path).absoluteFilePath() : path;
}

Session sessionOf(const Document &document)
{
    Session session;
    if (document.checkpoint())
        session.checkpoint = absolute(document.checkpoint()->path());
    if (document.target())
        session.target = absolute(document.target()->spec());
    session.root = document.rootPath();
    session.recipePath = absolute(document.recipePath());
    session.recipe = document.recipe();
    return session;
}
}

SessionKeeper::SessionKeeper(const Document *document, const QString &folder)
    : m_document(document)
    , m_path(QDir(folder).filePath(QUuid::createUuid().toString(QUuid::WithoutBraces) + u".json"_s))
    , m_writing(std::make_unique<Job<Result<void>>>())
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(1s);
    connect(&m_pause, &QTimer::timeout, this, &SessionKeeper::keep);
    connect(document, &Document::historyChanged, this, &SessionKeeper::keepLater);
    connect(document, &Document::checkpointChanged, this, &SessionKeeper::keepLater);
}

SessionKeeper::~SessionKeeper()
{
    m_writing.reset();
    forget();
}

void SessionKeeper::keepLater()
{
    m_pause.start();
}

void SessionKeeper::keep()
{
    m_pause.stop();
    m_isAgain = m_writing->isRunning();
    if (m_isAgain)
        return;
    const QString draft = m_draft ? m_draft() : QString();
    if (m_document->isModified() || !draft.isEmpty())
        write(draft);
    else
        forget();
}

void SessionKeeper::write(const QString &draft)
{
    Session session = sessionOf(*m_document);
    session.draft = draft;
    if (m_written == session) {
        Q_EMIT kept();
        return;
    }
    if (!m_lock) {
        QDir().mkpath(QFileInfo(m_path).path());
        m_lock = lockOfSession(m_path);
    }
    m_written = session;
    m_writing->start([path = m_path, session = std::move(session)](Progress &) { return writeSession(path, session); },
                     [this](const Result<void> &written) {
                         if (written) {
                             Q_EMIT kept();
                         } else {
                             m_written.reset();
                             if (!std::exchange(m_hasFailed, true))
                                 Q_EMIT failed(written.error());
                         }
                         if (m_isAgain)
                             keep();
                     });
}

void SessionKeeper::forget()
{
    if (!m_lock)
        return;
    QFile::remove(m_path);
    m_written.reset();
    m_lock.reset();
}
