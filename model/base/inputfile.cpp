// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/inputfile.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("InputFile", text);
}

QString shown(const QString &path)
{
    return displayName(path.toUtf8().toStdString());
}

FileIdentity identityOf(const struct stat &status)
{
    return {quint64(status.st_dev), quint64(status.st_ino), qint64(status.st_size),
            qint64(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Error openError(const QString &path, int code)
{
    if (code == ENOENT || code == ENOTDIR)
        return {Error::Kind::NotFound, tr("There is no file “%1”.").arg(shown(path)), path};
    if (code == EACCES || code == EPERM)
        return {Error::Kind::Unreadable, tr("You have no permission to read “%1”.").arg(shown(path)), path};
    return {Error::Kind::Unreadable,
            tr("“%1” cannot be opened: %2.").arg(shown(path), QString::fromLocal8Bit(std::strerror(code))), path};
}
}

Result<std::shared_ptr<const InputFile>> InputFile::open(const QString &path)
{
    // O_NONBLOCK so that a pipe without a writer is refused below instead of waited for.
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return openError(path, errno);
    struct stat status = {};
    const bool known = ::fstat(descriptor, &status) == 0;
    if (known && S_ISREG(status.st_mode))
        return std::shared_ptr<const InputFile>(new InputFile(path, descriptor, identityOf(status)));
    ::close(descriptor);
    if (known && S_ISDIR(status.st_mode))
        return Error{Error::Kind::Unreadable, tr("“%1” is a folder, not a checkpoint file.").arg(shown(path)), path};
    return Error{Error::Kind::Unreadable, tr("“%1” is not a regular file.").arg(shown(path)), path};
}

InputFile::InputFile(QString path, int descriptor, FileIdentity identity)
    : m_path(std::move(path))
    , m_descriptor(descriptor)
    , m_identity(identity)
{}

InputFile::~InputFile()
{
    ::close(m_descriptor);
}

Result<qint64> InputFile::readSome(qint64 offset, std::span<std::byte> out) const
{
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::pread(m_descriptor, out.data() + done, out.size() - done, off_t(offset) + off_t(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            return Error{Error::Kind::Unreadable,
                         tr("“%1” cannot be read at byte %2: %3.")
                             .arg(shown(m_path))
                             .arg(offset + qint64(done))
                             .arg(QString::fromLocal8Bit(std::strerror(errno))),
                         m_path, offset + qint64(done)};
        }
        if (got == 0)
            break;
        done += std::size_t(got);
    }
    return qint64(done);
}

Result<void> InputFile::readAt(qint64 offset, std::span<std::byte> out) const
{
    const Result<qint64> got = readSome(offset, out);
    if (!got)
        return got.error();
    if (*got == qint64(out.size()))
        return {};
    return Error{Error::Kind::Unreadable,
                 tr("“%1” ends early: %2 bytes were expected at byte %3, %4 are there.")
                     .arg(shown(m_path))
                     .arg(out.size())
                     .arg(offset)
                     .arg(*got),
                 m_path, offset};
}

Result<void> InputFile::checkUnchanged() const
{
    struct stat status = {};
    if (::stat(QFile::encodeName(m_path).constData(), &status) == 0 && identityOf(status) == m_identity)
        return {};
    return Error{Error::Kind::Unreadable,
                 tr("“%1” was changed by another program after it was opened.").arg(shown(m_path)), m_path};
}
