// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <cstddef>
#include <memory>
#include <span>

/// What makes a file on disk the same file: compared before and after long reads.
struct FileIdentity
{
    quint64 device = 0;
    quint64 inode = 0;
    qint64 bytes = 0;
    qint64 modifiedNs = 0;

    bool operator==(const FileIdentity &) const = default;
};

/// A file opened for reading at positions, never written. Reads go through `pread`, so a file that shrinks meanwhile
/// gives an Error and never a SIGBUS. Safe on any thread; shared.
class InputFile
{
public:
    /// Open a regular file. Errors name the path: NotFound, Unreadable (permission, a directory, a pipe, a device).
    static Result<std::shared_ptr<const InputFile>> open(const QString &path);
    ~InputFile();
    InputFile(const InputFile &) = delete;
    InputFile &operator=(const InputFile &) = delete;

    const QString &path() const { return m_path; }
    qint64 size() const { return m_identity.bytes; }
    const FileIdentity &identity() const { return m_identity; }
    int descriptor() const { return m_descriptor; }

    /// Fill `out` from `offset`. Anything less is an Error (Unreadable) that names file, offset and the bytes there.
    Result<void> readAt(qint64 offset, std::span<std::byte> out) const;
    /// Read up to `out.size()` bytes; fewer only at the end of the file.
    Result<qint64> readSome(qint64 offset, std::span<std::byte> out) const;
    /// Error::Kind::Unreadable when the file on disk is no longer the one that was opened.
    Result<void> checkUnchanged() const;

private:
    InputFile(QString path, int descriptor, FileIdentity identity);

    QString m_path;
    int m_descriptor;
    FileIdentity m_identity;
};
