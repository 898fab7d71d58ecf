// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/fileset.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("FileSet", text);
}

/// Gone is gone, whoever removed it.
Result<void> removeFile(const QString &path)
{
    if (::unlink(QFile::encodeName(path).constData()) == 0 || errno == ENOENT)
        return {};
    return Error{Error::Kind::Unwritable,
                 tr("“%1” cannot be removed: %2.").arg(shownPath(path), QString::fromLocal8Bit(std::strerror(errno))),
                 path};
}
}

Result<FileSet> FileSet::create(const std::vector<Member> &members, LastIs last, AtomicFile::Existing existing)
{
    qint64 sum = 0;
    for (const Member &member : members)
        sum += member.bytes;
    if (const auto fits = AtomicFile::checkSpace(members.back().path, sum); !fits)
        return fits.error();
    FileSet set;
    set.m_last = last;
    for (const Member &member : members) {
        auto file = AtomicFile::create(member.path, existing, member.bytes);
        if (!file)
            return file.error();
        const auto isSame = [&](const auto &other) { return other->path() == (*file)->path(); };
        if (std::any_of(set.m_files.begin(), set.m_files.end(), isSame)) {
            return Error{Error::Kind::Unwritable,
                         tr("“%1” is a link to another file of the same set.").arg(shownPath(member.path)),
                         member.path};
        }
        set.m_files.push_back(*std::move(file));
    }
    return set;
}

Result<void> FileSet::commit(const QStringList &outdated)
{
    for (const auto &file : m_files) {
        if (const auto synced = file->sync(); !synced)
            return synced;
    }
    if (m_last == LastIs::Index) {
        if (const auto removed = removeFile(last().path()); !removed)
            return removed;
    }
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        const auto done = m_files[i]->commit();
        if (done)
            continue;
        for (std::size_t named = 0; named < i; ++named)
            ::unlink(QFile::encodeName(m_files[named]->path()).constData());
        return done;
    }
    for (const QString &path : outdated) {
        if (const auto removed = removeFile(path); !removed)
            return removed;
    }
    return {};
}
