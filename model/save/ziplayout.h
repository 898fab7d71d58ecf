// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"

/// The frame of a zip file of stored members, laid out before anything is written: each member's data starts at a
/// multiple of 64 (padded by an extra field, as torch does), sizes and CRC stand in the local header, zip64 fields
/// only where needed, the zip64 end record always (formats §1.2, §1.10).
class ZipLayout
{
public:
    /// Append a member; gives the offset of its data.
    qint64 add(std::string name, qint64 bytes);
    /// Append a member whose content is known.
    void add(std::string name, std::string content);

    /// Size of the whole file.
    qint64 bytes() const;
    /// Everything but the data of members added by size: `crcs` are theirs, in order.
    std::vector<Literal> literals(std::span<const quint32> crcs) const;

private:
    struct Member
    {
        std::string name;
        qint64 bytes = 0;
        qint64 header = 0; ///< offset of its local header
        qint64 data = 0;
        std::string content = {}; ///< if known
        bool isKnown = false;
    };

    static bool isLong(qint64 number);
    Member &append(std::string name, qint64 bytes);
    static std::string localHeader(const Member &member, quint32 crc);
    static std::string centralEntry(const Member &member, quint32 crc);
    std::string endRecords(qint64 directory, qint64 directoryBytes) const;
    static qint64 centralBytes(const Member &member);

    std::vector<Member> m_members;
    qint64 m_end = 0; ///< where the next member or the directory starts
};
