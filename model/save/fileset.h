// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/atomicfile.h"

#include <QStringList>

#include <vector>

/// Files that appear together: none gets its name before all are complete on the disk. With an index, an earlier one
/// goes first and the new one comes last, so that no reader finds an index that names a file of another set.
class FileSet
{
public:
    struct Member
    {
        QString path;
        qint64 bytes = 0;
    };
    enum class LastIs : quint8 { File, Index };

    FileSet() = default;
    /// Check all destinations and make the temporaries. OutOfSpace when the disk has no room for all together.
    static Result<FileSet> create(const std::vector<Member> &members, LastIs last, AtomicFile::Existing existing);

    AtomicFile &operator[](std::size_t member) const { return *m_files[member]; }
    AtomicFile &last() const { return *m_files.back(); }

    /// Give all files their names, then remove `outdated`, files of an earlier set. A failure before the first name is
    /// given leaves everything as it was; a later one leaves nothing of this set.
    Result<void> commit(const QStringList &outdated);

private:
    std::vector<std::unique_ptr<AtomicFile>> m_files;
    LastIs m_last = LastIs::File;
};
