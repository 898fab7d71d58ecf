// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/atomicfile.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

namespace {
constexpr std::size_t bufferBytes = 1 << 20;
constexpr std::string_view temporaryEnd = ".weightsmith-part";

QString tr(const char *text)
{
    return QCoreApplication::translate("AtomicFile", text);
}

QString reason(int code)
{
    return QString::fromLocal8Bit(std::strerror(code));
}

QString folderOf(const QString &path)
{
    return QFileInfo(path).path();
}

Error unwritable(const QString &message, const QString &path)
{
    return {Error::Kind::Unwritable, message, path};
}

/// Why nothing can be created or renamed in the folder of `path`.
Error folderError(const QString &path, int code)
{
    const QString name = shownPath(path);
    const QString folder = shownPath(folderOf(path));
    switch (code) {
    case ENOENT: return unwritable(tr("“%1” cannot be written: there is no folder “%2”.").arg(name, folder), path);
    case ENOTDIR: return unwritable(tr("“%1” cannot be written: “%2” is not a folder.").arg(name, folder), path);
    case EACCES:
    case EPERM:
        return unwritable(tr("“%1” cannot be written: you have no permission to write into “%2”.").arg(name, folder),
                          path);
    case EROFS: return unwritable(tr("“%1” cannot be written: “%2” is on a read-only disk.").arg(name, folder), path);
    case EEXIST: return unwritable(tr("“%1” exists already, and replacing it was not asked for.").arg(name), path);
    case ENAMETOOLONG: return unwritable(tr("“%1” cannot be written: its name is too long.").arg(name), path);
    default: return unwritable(tr("“%1” cannot be written: %2.").arg(name, reason(code)), path);
    }
}

Error tooFew(const QString &path, qint64 needed, qint64 free)
{
    return {Error::Kind::OutOfSpace,
            tr("There is not enough space for “%1”: it needs %2, and %3 are free.")
                .arg(shownPath(path), bytesText(needed), bytesText(free)),
            path};
}

Error tooLarge(const QString &path, qint64 bytes)
{
    return unwritable(tr("“%1” cannot be written: a file of %2 is larger than its disk or your limits allow.")
                          .arg(shownPath(path), bytesText(bytes)),
                      path);
}

/// Whether this process may write files of that size; going over the limit would end it by a signal.
bool isAllowed(qint64 bytes)
{
    struct rlimit limit = {};
    return ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || rlim_t(bytes) <= limit.rlim_cur;
}

/// Where a chain of symbolic links ends, whether or not something is there.
Result<QString> followLinks(QString path)
{
    constexpr int mostLinks = 40; // as many as the kernel follows
    const QString asked = path;
    std::vector<char> target(4096);
    for (int links = 0; links < mostLinks; ++links) {
        const ssize_t length = ::readlink(QFile::encodeName(path).constData(), target.data(), target.size());
        if (length < 0)
            return path;
        const QString next = QFile::decodeName(QByteArray(target.data(), qsizetype(length)));
        path = QDir::isAbsolutePath(next) ? next : folderOf(path) + QChar(u'/') + next;
    }
    return unwritable(tr("“%1” leads through too many symbolic links.").arg(shownPath(asked)), asked);
}

/// The part of a temporary's name that says what it is for, short enough for any file system.
QByteArray temporaryStart(const QString &path)
{
    QString name = QFileInfo(path).fileName();
    while (QFile::encodeName(name).size() > 200)
        name.chop(name.back().isLowSurrogate() ? 2 : 1);
    return '.' + QFile::encodeName(name) + '.';
}

/// Whether `descriptor` got the lock that a living writer of the same temporary would hold.
bool lock(int descriptor)
{
    return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
}

struct Temporary
{
    QString path;
    int descriptor = -1;
};

/// Create and lock a temporary beside `path`. `mode` is subject to the umask.
Result<Temporary> createTemporary(const QString &path, mode_t mode, qint64 bytes)
{
    constexpr int attempts = 100;
    const QByteArray start = QFile::encodeName(folderOf(path)) + '/' + temporaryStart(path);
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const QByteArray name = start + QByteArray::number(::getpid()) + '-' + QByteArray::number(attempt)
            + QByteArray(temporaryEnd.data(), qsizetype(temporaryEnd.size()));
        const int descriptor = ::open(name.constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (descriptor < 0 && errno == EEXIST)
            continue;
        if (descriptor < 0)
            return errno == ENOSPC || errno == EDQUOT ? tooFew(path, bytes, 0) : folderError(path, errno);
        // Between open and lock another process may take it for a left-over. File systems without locks are spared:
        // there the lock fails for everyone.
        struct stat status = {};
        lock(descriptor);
        if (::fstat(descriptor, &status) == 0 && status.st_nlink == 0) {
            ::close(descriptor);
            continue;
        }
        return Temporary{QFile::decodeName(name), descriptor};
    }
    return folderError(path, EBUSY);
}

/// Rename without replacing, also where the file system does not know how.
int renameExclusively(const char *from, const char *to)
{
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (::link(from, to) == 0)
        return ::unlink(from) == 0 ? 0 : errno;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        return errno;
    struct stat status = {}; // neither is known (FAT): a look just before is the best there is
    if (::lstat(to, &status) == 0)
        return EEXIST;
    return ::rename(from, to) == 0 ? 0 : errno;
}
}

struct AtomicFile::Destination
{
    QString path;
    Existing existing = Existing::Refuse;
    std::optional<struct stat> replaced = {};
};

QString shownPath(const QString &path)
{
    return displayName(path.toUtf8().toStdString());
}

Result<AtomicFile::Destination> AtomicFile::examine(const QString &path, Existing existing)
{
    const Result<QString> real = followLinks(path);
    if (!real)
        return real.error();
    Destination destination{*real, existing};
    struct stat status = {};
    const QByteArray name = QFile::encodeName(*real);
    if (::lstat(name.constData(), &status) != 0) {
        if (errno != ENOENT)
            return folderError(*real, errno);
        return destination;
    }
    if (S_ISDIR(status.st_mode))
        return unwritable(tr("“%1” is a folder, so no file can be written there.").arg(shownPath(*real)), *real);
    if (!S_ISREG(status.st_mode))
        return unwritable(tr("“%1” is not a regular file, so it cannot be replaced.").arg(shownPath(*real)), *real);
    if (existing == Existing::Refuse)
        return folderError(*real, EEXIST);
    if (::euidaccess(name.constData(), W_OK) != 0)
        return unwritable(tr("You have no permission to write “%1”.").arg(shownPath(*real)), *real);
    destination.replaced = status;
    return destination;
}

Result<std::unique_ptr<AtomicFile>> AtomicFile::create(const QString &path, Existing existing, qint64 bytes)
{
    const Result<Destination> destination = examine(path, existing);
    if (!destination)
        return destination.error();
    if (!isAllowed(bytes))
        return tooLarge(destination->path, bytes);
    removeLeftOvers(destination->path);
    if (const auto fits = checkSpace(destination->path, bytes); !fits)
        return fits.error();
    // A replaced file may be private: nobody else shall read the temporary either.
    const Result<Temporary> temporary = createTemporary(destination->path, destination->replaced ? 0600 : 0666, bytes);
    if (!temporary)
        return temporary.error();
    return std::unique_ptr<AtomicFile>(new AtomicFile(*destination, temporary->path, temporary->descriptor, bytes));
}

void AtomicFile::removeLeftOvers(const QString &path)
{
    const QByteArray folder = QFile::encodeName(folderOf(path));
    const QByteArray start = temporaryStart(path);
    DIR *entries = ::opendir(folder.constData());
    if (!entries)
        return;
    while (const dirent *entry = ::readdir(entries)) {
        const std::string_view name = entry->d_name;
        if (!name.starts_with(start.constData()) || !name.ends_with(temporaryEnd))
            continue;
        const int found = ::openat(::dirfd(entries), entry->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (found < 0)
            continue;
        struct stat status = {};
        if (::fstat(found, &status) == 0 && S_ISREG(status.st_mode) && lock(found))
            ::unlinkat(::dirfd(entries), entry->d_name, 0);
        ::close(found);
    }
    ::closedir(entries);
}

Result<void> AtomicFile::checkSpace(const QString &path, qint64 bytes)
{
    const qint64 free = freeBytes(path);
    return free >= 0 && bytes > free ? tooFew(path, bytes, free) : Result<void>();
}

qint64 AtomicFile::freeBytes(const QString &path)
{
    struct statvfs status = {};
    if (::statvfs(QFile::encodeName(folderOf(path)).constData(), &status) != 0)
        return -1;
    return qint64(status.f_bavail) * qint64(status.f_frsize);
}

AtomicFile::AtomicFile(const Destination &destination, QString temporary, int descriptor, qint64 bytes)
    : m_path(destination.path)
    , m_temporary(std::move(temporary))
    , m_replaced(destination.replaced ? std::make_unique<struct stat>(*destination.replaced) : nullptr)
    , m_descriptor(descriptor)
    , m_bytes(bytes)
    , m_existing(destination.existing)
{}

AtomicFile::~AtomicFile()
{
    if (!m_temporary.isEmpty())
        ::unlink(QFile::encodeName(m_temporary).constData());
    ::close(m_descriptor);
}

Error AtomicFile::writeError(int code) const
{
    if (code == ENOSPC || code == EDQUOT) {
        return {
            Error::Kind::OutOfSpace,
            tr("The disk became full while “%1” was written: it needs %2.").arg(shownPath(m_path), bytesText(m_bytes)),
            m_path};
    }
    if (code == EFBIG)
        return tooLarge(m_path, m_bytes);
    return folderError(m_path, code);
}

Result<void> AtomicFile::writeAt(qint64 offset, std::span<const std::byte> data)
{
    while (!data.empty()) {
        const ssize_t written = ::pwrite(m_descriptor, data.data(), data.size(), off_t(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return writeError(written < 0 ? errno : ENOSPC);
        data = data.subspan(std::size_t(written));
        offset += written;
    }
    return {};
}

Result<void> AtomicFile::copyFrom(const InputFile &source, qint64 sourceOffset, qint64 offset, qint64 bytes)
{
    while (m_kernelCopies && bytes > 0) {
        off_t from = off_t(sourceOffset);
        off_t to = off_t(offset);
        const ssize_t copied = ::copy_file_range(source.descriptor(), &from, m_descriptor, &to, std::size_t(bytes), 0);
        if (copied < 0 && errno == EINTR)
            continue;
        if (copied < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
            return writeError(errno);
        // Refused (other file system, old kernel), failed, or 0: at the source's end, and on some virtual file systems
        // always. Reading ourselves either works or says what is wrong.
        if (copied <= 0) {
            if (copied < 0 && errno != EIO)
                m_kernelCopies = false;
            break;
        }
        sourceOffset += copied;
        offset += copied;
        bytes -= copied;
    }
    return copyThroughBuffer(source, sourceOffset, offset, bytes);
}

Result<void> AtomicFile::copyThroughBuffer(const InputFile &source, qint64 sourceOffset, qint64 offset, qint64 bytes)
{
    std::vector<std::byte> buffer(std::min(std::size_t(bytes), bufferBytes));
    while (bytes > 0) {
        const auto block = std::span(buffer).first(std::min(std::size_t(bytes), buffer.size()));
        if (const auto read = source.readAt(sourceOffset, block); !read)
            return read;
        if (const auto written = writeAt(offset, block); !written)
            return written;
        sourceOffset += qint64(block.size());
        offset += qint64(block.size());
        bytes -= qint64(block.size());
    }
    return {};
}

Result<void> AtomicFile::readAt(qint64 offset, std::span<std::byte> out) const
{
    while (!out.empty()) {
        const ssize_t got = ::pread(m_descriptor, out.data(), out.size(), off_t(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            return unwritable(tr("What was written to “%1” cannot be read back: %2.")
                                  .arg(shownPath(m_path), got < 0 ? reason(errno) : tr("it is shorter than written")),
                              m_path);
        }
        out = out.subspan(std::size_t(got));
        offset += got;
    }
    return {};
}

void AtomicFile::startWriteback(qint64 offset, qint64 bytes) const
{
    ::sync_file_range(m_descriptor, off_t(offset), off_t(bytes), SYNC_FILE_RANGE_WRITE); // a hint: nothing to check
}

Result<void> AtomicFile::sync()
{
    if (m_replaced) {
        // The owner first: changing it clears set-id bits. Only root may give files away; others keep their own.
        [[maybe_unused]] const int owned = ::fchown(m_descriptor, m_replaced->st_uid, m_replaced->st_gid);
        if (::fchmod(m_descriptor, m_replaced->st_mode & 07777) != 0)
            return writeError(errno);
    }
    if (::fsync(m_descriptor) != 0)
        return writeError(errno);
    return {};
}

Result<void> AtomicFile::commit()
{
    if (const auto synced = sync(); !synced)
        return synced;
    const QByteArray from = QFile::encodeName(m_temporary);
    const QByteArray to = QFile::encodeName(m_path);
    const int failed = m_existing == Existing::Refuse     ? renameExclusively(from.constData(), to.constData())
        : ::rename(from.constData(), to.constData()) == 0 ? 0
                                                          : errno;
    if (failed != 0)
        return folderError(m_path, failed);
    m_temporary.clear();
    // The rename is done; where folders cannot be synced (some network disks) there is nothing more to do.
    const int folder = ::open(QFile::encodeName(folderOf(m_path)).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
    return {};
}
