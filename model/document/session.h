// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/recipe.h"

#include <QLockFile>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What a window was at: enough to go on after the program ended without closing it. Paths are absolute.
struct Session
{
    QString checkpoint; ///< empty: none was open
    std::optional<std::string> root; ///< nothing: the one chosen by itself
    QString target; ///< as one would type it; empty: none
    QString recipePath; ///< empty: the recipe never had a file
    Recipe recipe;
    QString draft{}; ///< text typed in the place of the recipe that is none yet; empty: none

    bool operator==(const Session &) const = default;
};

/// Write it atomically to `path`; the folder must exist.
Result<void> writeSession(const QString &path, const Session &session);
/// What stands in `path`: NotFound or Unreadable, or Damaged with the reason when no session was written like that.
Result<Session> readSession(const QString &path);

/// Held while a process keeps the session file at `path`; a process that no longer runs holds nothing.
std::unique_ptr<QLockFile> lockOfSession(const QString &path);

/// A session whose process no longer runs. Nobody else finds it while this lives; it stays on disk until removed.
class LeftSession
{
public:
    LeftSession(QString path, Session session, std::unique_ptr<QLockFile> lock);

    const Session &session() const { return m_session; }
    void remove();

private:
    QString m_path;
    Session m_session;
    std::unique_ptr<QLockFile> m_lock;
};

struct LeftSessions
{
    std::vector<LeftSession> sessions; ///< newest first
    std::vector<Error> problems; ///< of files that are no sessions; they are put aside and not found again
};

/// The sessions left in `folder`, twenty at most. A folder that is not there holds none.
LeftSessions findLeftSessions(const QString &folder);
/// The targets that the sessions in `folder` name, whosever they are; nothing when one of them cannot be read.
std::optional<QStringList> targetsOfSessions(const QString &folder);
