// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/zipdirectory.h"

class ZipWindow;

/// Fills a ZipDirectory from its file. Internal to the zip reader; layout in the comments of `zipparser.cpp`.
class ZipParser
{
public:
    explicit ZipParser(ZipDirectory &directory) : m(directory) {}

    /// Find the end record, zip64 or not, and read the central directory.
    Result<void> readCentralDirectory();
    /// Check every member's local header, in file order, and fill in where its data starts.
    Result<void> readLocalHeaders(Progress &progress);
    /// The same for one member. A bad header is the member's problem; an error means that the file cannot be read.
    Result<void> readLocalHeader(ZipMember &member, ZipWindow &window);

private:
    /// What the end records say.
    struct End
    {
        quint64 entries = 0;
        quint64 directoryBytes = 0;
        quint64 directoryOffset = 0;
        qint64 recordOffset = 0; ///< of the first end record: the directory ends here
    };

    Result<End> findEnd();
    std::optional<Result<End>> findEndIn(const std::string &tail, qint64 tailOffset, std::size_t lowest);
    Result<void> readZip64(End &end, const std::string &tail, std::size_t at, qint64 tailOffset);
    Result<void> parseEntries(const End &end);
    Error brokenOff(const End &end, quint64 bytes) const;
    void readZip64Extra(ZipMember &member, std::string_view extra, std::array<quint32, 3> shortValues);
    void checkEntry(ZipMember &member, quint32 disk);
    /// Why the local header at the front of `bytes` does not belong to `member`, or empty; sets its data offset.
    QString checkLocal(ZipMember &member, std::string_view bytes) const;
    QString checkDescriptor(const ZipMember &member, std::string_view bytes) const;
    void findOverlaps(const std::vector<quint32> &order);
    void addFinding(Finding::Severity severity, std::string kind, const QString &message);
    Error damaged(const QString &message, qint64 offset = -1) const;

    ZipDirectory &m;
    qint64 m_shift = 0; ///< bytes in front of the archive: all offsets count from there
    std::size_t m_hostileNames = 0;
};
