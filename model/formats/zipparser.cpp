// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/zipparser.h"

#include "model/base/text.h"
#include "model/formats/bytereader.h"
#include "model/formats/zipwindow.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace {
constexpr quint32 endSignature = 0x06054b50;
constexpr quint32 zip64EndSignature = 0x06064b50;
constexpr quint32 zip64LocatorSignature = 0x07064b50;
constexpr quint32 entrySignature = 0x02014b50;

constexpr std::size_t endBytes = 22;
constexpr std::size_t zip64EndBytes = 56;
constexpr std::size_t zip64LocatorBytes = 20;
constexpr std::size_t entryBytes = 46;
/// An end record is looked for this far from the end: its comment may take 64 KiB, and files with padding behind exist.
constexpr qint64 tailBytes = 1 << 20;
constexpr qint64 usualTailBytes = 1 << 14;
/// 2.5 million members; the names of a larger directory alone would take a quarter of a gigabyte.
constexpr quint64 largestDirectory = 256 << 20;

QString tr(const char *text)
{
    return QCoreApplication::translate("ZipDirectory", text);
}

bool isHostile(Name name)
{
    if (name.starts_with('/') || name.find('\\') != Name::npos || (name.size() > 1 && name[1] == ':'))
        return true;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        if (name.substr(at, end - at) == "..")
            return true;
        at = end + 1;
    }
    return false;
}
}

Error ZipParser::brokenOff(const End &end, quint64 bytes) const
{
    return damaged(tr("the list of its contents breaks off after %1 of %2 members, at byte %3.")
                       .arg(m.m_members.size())
                       .arg(end.entries)
                       .arg(m.m_directoryOffset + qint64(bytes)),
                   m.m_directoryOffset + qint64(bytes));
}

Error ZipParser::damaged(const QString &message, qint64 offset) const
{
    const QString file = displayName(m.m_file->path().toStdString());
    return {Error::Kind::Damaged, tr("“%1” is damaged: %2").arg(file, message), m.m_file->path(), offset};
}

void ZipParser::addFinding(Finding::Severity severity, std::string kind, const QString &message)
{
    m.m_findings.push_back({severity, std::move(kind), message});
}

/// The record stands in the last bytes of most files, so few are read at first.
Result<ZipParser::End> ZipParser::findEnd()
{
    const qint64 size = m.m_file->size();
    for (const qint64 bytes : {usualTailBytes, tailBytes}) {
        const qint64 tailOffset = std::max<qint64>(0, size - bytes);
        std::string tail(std::size_t(size - tailOffset), '\0');
        if (auto read = m.m_file->readAt(tailOffset, std::as_writable_bytes(std::span(tail))); !read)
            return read.error();
        const bool hasMore = tailOffset > 0 && bytes < tailBytes;
        if (auto end = findEndIn(tail, tailOffset, hasMore ? zip64LocatorBytes : 0))
            return std::move(*end);
    }
    return damaged(
        tr("the list of its contents, which a zip file keeps at its end, is missing. The file is cut off after "
           "%1 bytes, as an unfinished download is.")
            .arg(exactText(size)),
        size);
}

// End record: signature, disk, directory's disk, entries here, entries, directory's bytes, its offset, comment length.
std::optional<Result<ZipParser::End>> ZipParser::findEndIn(const std::string &tail, qint64 tailOffset,
                                                           std::size_t lowest)
{
    for (std::size_t at = tail.size() < endBytes ? 0 : tail.size() - endBytes + 1; at-- > lowest;) {
        if (littleEndian<quint32>(tail.data(), at) != endSignature)
            continue;
        const std::size_t recordEnd = at + endBytes + littleEndian<quint16>(tail.data(), at + 20);
        if (recordEnd > tail.size())
            continue;
        if (recordEnd < tail.size()) {
            addFinding(
                Finding::Severity::Warning, "trailing-bytes",
                tr("%1 bytes follow the end of the zip archive.").arg(exactText(qint64(tail.size() - recordEnd))));
        }
        End end{littleEndian<quint16>(tail.data(), at + 10), littleEndian<quint32>(tail.data(), at + 12),
                littleEndian<quint32>(tail.data(), at + 16), tailOffset + qint64(at)};
        const quint16 disk = littleEndian<quint16>(tail.data(), at + 4);
        if (disk != 0 && disk != 0xFFFF)
            addFinding(Finding::Severity::Warning, "multi-disk",
                       tr("The zip archive claims to be one part of several."));
        if (auto wide = readZip64(end, tail, at, tailOffset); !wide)
            return wide.error();
        return end;
    }
    return std::nullopt;
}

// Zip64 locator: signature, disk, offset of the zip64 end record, disks. It stands right before the end record.
Result<void> ZipParser::readZip64(End &end, const std::string &tail, std::size_t at, qint64 tailOffset)
{
    if (at < zip64LocatorBytes || littleEndian<quint32>(tail.data(), at - zip64LocatorBytes) != zip64LocatorSignature) {
        if (end.entries == 0xFFFF || end.directoryOffset == 0xFFFFFFFF || end.directoryBytes == 0xFFFFFFFF)
            return damaged(tr("its end record points to a zip64 record that is not there."), end.recordOffset);
        return {};
    }
    const auto claimed = littleEndian<quint64>(tail.data(), at - zip64LocatorBytes + 8);
    const qint64 locator = tailOffset + qint64(at) - qint64(zip64LocatorBytes);
    std::array<char, zip64EndBytes> record;
    // The claimed place first; with data in front of the archive it stands right before the locator instead.
    for (const qint64 offset :
         {qint64(std::min<quint64>(claimed, quint64(locator))), locator - qint64(zip64EndBytes)}) {
        if (offset < 0 || offset + qint64(zip64EndBytes) > locator)
            continue;
        if (auto read = m.m_file->readAt(offset, std::as_writable_bytes(std::span(record))); !read)
            return read.error();
        if (littleEndian<quint32>(record.data(), 0) != zip64EndSignature)
            continue;
        end = {littleEndian<quint64>(record.data(), 32), littleEndian<quint64>(record.data(), 40),
               littleEndian<quint64>(record.data(), 48), offset};
        return {};
    }
    return damaged(tr("its zip64 end record is not at byte %1, where it should be.").arg(claimed), locator);
}

Result<void> ZipParser::readCentralDirectory()
{
    const Result<End> end = findEnd();
    if (!end)
        return end.error();
    const quint64 before = quint64(end->recordOffset);
    if (end->directoryBytes > before || end->directoryOffset > before - end->directoryBytes) {
        return damaged(tr("the list of its contents should take %1 bytes from byte %2 on, but its end record stands at "
                          "byte %3.")
                           .arg(end->directoryBytes)
                           .arg(end->directoryOffset)
                           .arg(before),
                       end->recordOffset);
    }
    if (end->directoryBytes > largestDirectory || end->entries > end->directoryBytes / entryBytes) {
        return damaged(tr("%1 members are claimed in a list of %2 bytes.").arg(end->entries).arg(end->directoryBytes),
                       end->recordOffset);
    }
    m.m_directoryOffset = end->recordOffset - qint64(end->directoryBytes);
    m_shift = m.m_directoryOffset - qint64(end->directoryOffset);
    if (m_shift != 0) {
        addFinding(Finding::Severity::Warning, "shifted",
                   tr("The zip archive does not start where it says: %1 bytes stand in front of it or inside it.")
                       .arg(m_shift));
    }
    return parseEntries(*end);
}

// Entry: signature, versions, flags 8, method 10, time, date, crc 16, packed 20, bytes 24, name length 28, extra length
// 30, comment length 32, disk 34, attributes, offset 42; then name, extra, comment.
Result<void> ZipParser::parseEntries(const End &end)
{
    m.m_members.reserve(std::size_t(end.entries));
    m.m_names.expect(end.directoryBytes - end.entries * entryBytes);
    ZipWindow window(*m.m_file);
    quint64 at = 0;
    while (at + entryBytes <= end.directoryBytes) {
        auto read = window.at(m.m_directoryOffset + qint64(at), entryBytes);
        if (!read)
            return read.error();
        if (read->size() < entryBytes || littleEndian<quint32>(read->data(), 0) != entrySignature)
            break;
        const std::size_t nameBytes = littleEndian<quint16>(read->data(), 28);
        const std::size_t extraBytes = littleEndian<quint16>(read->data(), 30);
        const std::size_t bytes = entryBytes + nameBytes + extraBytes + littleEndian<quint16>(read->data(), 32);
        if (bytes > end.directoryBytes - at)
            break;
        read = window.at(m.m_directoryOffset + qint64(at), bytes);
        if (!read)
            return read.error();
        if (read->size() < bytes)
            break;
        const char *entry = read->data();
        ZipMember member;
        member.name = m.m_names.store({entry + entryBytes, nameBytes});
        member.flags = littleEndian<quint16>(entry, 8);
        member.method = littleEndian<quint16>(entry, 10);
        member.crc = littleEndian<quint32>(entry, 16);
        const std::string_view extra(entry + entryBytes + nameBytes, extraBytes);
        readZip64Extra(
            member, extra,
            {littleEndian<quint32>(entry, 24), littleEndian<quint32>(entry, 20), littleEndian<quint32>(entry, 42)});
        checkEntry(member, littleEndian<quint16>(entry, 34));
        m.m_members.push_back(member);
        at += bytes;
    }
    if (at != end.directoryBytes || m.m_members.size() != end.entries)
        return brokenOff(end, at);
    if (m_hostileNames > 0) {
        const auto hostile = std::find_if(m.m_members.begin(), m.m_members.end(),
                                          [](const ZipMember &member) { return isHostile(member.name); });
        addFinding(Finding::Severity::Warning, "hostile-name",
                   tr("The zip file has members whose names lead outside it, such as “%2” (%1 in all). Nothing is "
                      "ever unpacked to the disk.")
                       .arg(QString::number(m_hostileNames), m.shown(*hostile)));
    }
    return {};
}

// Zip64 extra field (id 1): those of bytes, packed and offset whose 32-bit field is all ones, in this order.
void ZipParser::readZip64Extra(ZipMember &member, std::string_view extra, std::array<quint32, 3> shortValues)
{
    std::string_view wide;
    while (extra.size() >= 4) {
        const auto id = littleEndian<quint16>(extra.data(), 0);
        const std::size_t length = littleEndian<quint16>(extra.data(), 2);
        if (length > extra.size() - 4)
            break;
        if (id == 1 && wide.empty())
            wide = extra.substr(4, length);
        extra.remove_prefix(4 + length);
    }
    std::array<qint64 *, 3> targets{&member.bytes, &member.packed, &member.localOffset};
    for (std::size_t i = 0; i < targets.size(); ++i) {
        quint64 value = shortValues[i];
        if (shortValues[i] == 0xFFFFFFFF) {
            if (wide.size() < 8) {
                m.setProblem(
                    member,
                    tr("The zip entry of “%1” needs a zip64 field that it does not have.").arg(m.shown(member)));
                return;
            }
            value = littleEndian<quint64>(wide.data(), 0);
            wide.remove_prefix(8);
        }
        if (value > quint64(m.m_directoryOffset) && targets[i] != &member.bytes) {
            m.setProblem(
                member,
                tr("The zip entry of “%1” gives a size or place of %2, but the file's contents end at byte %3.")
                    .arg(m.shown(member), QString::number(value), QString::number(m.m_directoryOffset)));
            return;
        }
        *targets[i] = qint64(std::min<quint64>(value, quint64(std::numeric_limits<qint64>::max())));
    }
    member.localOffset += m_shift;
}

void ZipParser::checkEntry(ZipMember &member, quint32 disk)
{
    constexpr quint16 encrypted = 0x0001 | 0x0040 | 0x2000;
    m_hostileNames += isHostile(member.name) ? 1 : 0;
    if (member.flags & encrypted)
        m.setProblem(member, tr("“%1” is encrypted in the zip file.").arg(m.shown(member)));
    if (member.method != ZipMember::stored && member.method != ZipMember::deflated) {
        m.setProblem(member,
                     tr("“%1” is packed with zip method %2; only methods 0 (stored) and 8 (deflate) can be read.")
                         .arg(m.shown(member), QString::number(member.method)));
    }
    if (member.method == ZipMember::stored && member.packed != member.bytes) {
        m.setProblem(member,
                     tr("“%1” is stored as it is, yet takes %2 bytes in the zip file for %3 bytes of content.")
                         .arg(m.shown(member), QString::number(member.packed), QString::number(member.bytes)));
    }
    if (disk != 0 && disk != 0xFFFF)
        m.setProblem(member, tr("“%1” lies in another part of a zip archive in several parts.").arg(m.shown(member)));
}
