// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inputfile.h"

#include <atomic>
#include <memory>
#include <span>
#include <sys/stat.h>

/// A path as messages show it: nothing in it can forge what a terminal or a label shows.
QString shownPath(const QString &path);

/// A file that appears under its name complete or not at all. Everything is written to a hidden temporary beside the
/// destination (`.NAME.XXXXXX.weightsmith-part`), locked while its writer lives; commit() syncs it and renames it.
/// Destruction without commit() removes the temporary; one that a killed process left behind is removed by the next
/// create() for the same name. Symbolic links are followed; a replaced file's permissions are kept.
///
/// Reads and writes at disjoint positions are safe from several threads.
class AtomicFile
{
public:
    enum class Existing : quint8 { Refuse, Replace };

    /// Check the destination and make the temporary. Unwritable says why (no permission, no such folder, exists, is a
    /// folder); OutOfSpace when fewer than `bytes` are free.
    static Result<std::unique_ptr<AtomicFile>> create(const QString &path, Existing existing, qint64 bytes);
    /// OutOfSpace when fewer than `bytes` are free for `path`.
    static Result<void> checkSpace(const QString &path, qint64 bytes);
    /// Remove what killed processes left behind of earlier attempts at the same file.
    static void removeLeftOvers(const QString &path);
    /// Free bytes for this user on the disk that holds (or would hold) `path`; -1 when that cannot be told.
    static qint64 freeBytes(const QString &path);
    ~AtomicFile();
    AtomicFile(const AtomicFile &) = delete;
    AtomicFile &operator=(const AtomicFile &) = delete;

    /// Where the file will appear, links followed.
    const QString &path() const { return m_path; }
    /// Where its bytes are until commit().
    const QString &temporaryPath() const { return m_temporary; }

    Result<void> writeAt(qint64 offset, std::span<const std::byte> data);
    /// Copy a range of another file inside the kernel, sharing blocks where the file system can; through a bounded
    /// buffer where it cannot. Unreadable when the source ends early.
    Result<void> copyFrom(const InputFile &source, qint64 sourceOffset, qint64 offset, qint64 bytes);
    Result<void> readAt(qint64 offset, std::span<std::byte> out) const;
    /// Start writing a range to the disk without waiting, so that commit() has less to wait for.
    void startWriteback(qint64 offset, qint64 bytes) const;

    /// All of commit() that takes time: permissions, and the bytes on the disk.
    Result<void> sync();
    /// Sync, rename to path(), sync the folder. Existing::Refuse holds to the last moment.
    Result<void> commit();

private:
    struct Destination;

    AtomicFile(const Destination &destination, QString temporary, int descriptor, qint64 bytes);
    static Result<Destination> examine(const QString &path, Existing existing);
    Result<void> copyThroughBuffer(const InputFile &source, qint64 sourceOffset, qint64 offset, qint64 bytes);
    Error writeError(int code) const;

    QString m_path;
    QString m_temporary; ///< empty once committed
    std::unique_ptr<struct stat> m_replaced; ///< of the file that is replaced, if any
    int m_descriptor;
    qint64 m_bytes; ///< expected size, for messages
    Existing m_existing;
    std::atomic<bool> m_kernelCopies = true; ///< until copy_file_range refuses this pair of file systems
};
