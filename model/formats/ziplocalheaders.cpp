// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/formats/bytereader.h"
#include "model/formats/zipparser.h"
#include "model/formats/zipwindow.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

namespace {
constexpr quint32 localSignature = 0x04034b50;
constexpr quint32 descriptorSignature = 0x08074b50;
constexpr std::size_t headerBytes = 30;
constexpr quint16 hasDescriptor = 0x0008;
constexpr std::size_t descriptorBytes = 24;

QString tr(const char *text)
{
    return QCoreApplication::translate("ZipDirectory", text);
}

/// Extra fields are (id, length, data) in a row; a length that lies shows here. Up to three bytes of padding are usual.
bool isWellFormed(std::string_view extra)
{
    while (extra.size() >= 4) {
        const std::size_t length = littleEndian<quint16>(extra.data(), 2);
        if (length > extra.size() - 4)
            return false;
        extra.remove_prefix(4 + length);
    }
    return std::all_of(extra.begin(), extra.end(), [](char c) { return c == 0; });
}
}

// Local header: signature, version, flags 6, method 8, time, date, crc 14, packed 18, bytes 22, name length 26, extra
// length 28; then name, extra, data. torch leaves crc and sizes 0 and writes them behind the data (flag bit 3).
QString ZipParser::checkLocal(ZipMember &member, std::string_view bytes) const
{
    if (bytes.size() < headerBytes || littleEndian<quint32>(bytes.data(), 0) != localSignature)
        return tr("There is no zip header for “%1” at byte %2.")
            .arg(m.shown(member), QString::number(member.localOffset));
    const std::size_t nameBytes = littleEndian<quint16>(bytes.data(), 26);
    const std::size_t extraBytes = littleEndian<quint16>(bytes.data(), 28);
    if (bytes.substr(headerBytes, nameBytes) != member.name) {
        return tr("The zip header at byte %1 is that of “%2”, not of “%3”.")
            .arg(QString::number(member.localOffset),
                 displayName(bytes.substr(headerBytes, std::min<std::size_t>(nameBytes, 200))), m.shown(member));
    }
    if (littleEndian<quint16>(bytes.data(), 6) & 1)
        return tr("“%1” is encrypted according to its zip header.").arg(m.shown(member));
    if (littleEndian<quint16>(bytes.data(), 8) != member.method) {
        return tr("“%1” is packed with zip method %2 according to the directory, %3 according to its header.")
            .arg(m.shown(member), QString::number(member.method),
                 QString::number(littleEndian<quint16>(bytes.data(), 8)));
    }
    member.dataOffset = member.localOffset + qint64(headerBytes + nameBytes + extraBytes);
    const std::string_view extra = bytes.substr(std::min(bytes.size(), headerBytes + nameBytes), extraBytes);
    if (extra.size() < extraBytes || !isWellFormed(extra) || member.dataOffset > m.m_directoryOffset
        || member.packed > m.m_directoryOffset - member.dataOffset) {
        return tr("The zip header of “%1” puts its %2 bytes at byte %3, which does not fit the file.")
            .arg(m.shown(member), QString::number(member.packed), QString::number(member.dataOffset));
    }
    return {};
}

// Data descriptor: signature (may be left out), crc, packed, bytes; sizes of 4 or 8 bytes.
QString ZipParser::checkDescriptor(const ZipMember &member, std::string_view bytes) const
{
    const std::size_t signature =
        bytes.size() >= 4 && littleEndian<quint32>(bytes.data(), 0) == descriptorSignature ? 4 : 0;
    const auto matches = [&](std::size_t width) {
        if (bytes.size() < signature + 4 + 2 * width || littleEndian<quint32>(bytes.data(), signature) != member.crc)
            return false;
        const char *sizes = bytes.data() + signature + 4;
        return width == 4 ? littleEndian<quint32>(sizes, 0) == quint32(member.packed)
                && littleEndian<quint32>(sizes, 4) == quint32(member.bytes)
                          : littleEndian<quint64>(sizes, 0) == quint64(member.packed)
                && littleEndian<quint64>(sizes, 8) == quint64(member.bytes);
    };
    if (matches(4) || matches(8))
        return {};
    return tr("The record behind the data of “%1”, at byte %2, does not match the zip directory, so the data may not "
              "lie "
              "where it seems to.")
        .arg(m.shown(member), QString::number(member.dataOffset + member.packed));
}

Result<void> ZipParser::readLocalHeader(ZipMember &member, ZipWindow &window)
{
    auto bytes = window.at(member.localOffset, headerBytes);
    if (bytes && bytes->size() == headerBytes) {
        const std::size_t wanted =
            headerBytes + littleEndian<quint16>(bytes->data(), 26) + littleEndian<quint16>(bytes->data(), 28);
        bytes = window.at(member.localOffset, wanted);
    }
    if (!bytes)
        return bytes.error();
    QString problem = checkLocal(member, *bytes);
    if (problem.isEmpty() && (littleEndian<quint16>(bytes->data(), 6) & hasDescriptor)) {
        const auto descriptor = window.at(member.dataOffset + member.packed, descriptorBytes);
        if (!descriptor)
            return descriptor.error();
        problem = checkDescriptor(member, *descriptor);
    }
    if (!problem.isEmpty()) {
        member.dataOffset = -1;
        m.setProblem(member, problem);
    }
    return {};
}

Result<void> ZipParser::readLocalHeaders(Progress &progress)
{
    std::vector<quint32> order(m.m_members.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto offset = [this](quint32 number) { return m.m_members[number].localOffset; };
    if (!std::is_sorted(order.begin(), order.end(), [&](quint32 a, quint32 b) { return offset(a) < offset(b); }))
        std::stable_sort(order.begin(), order.end(), [&](quint32 a, quint32 b) { return offset(a) < offset(b); });

    ZipWindow window(*m.m_file);
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % 4096 == 0) {
            if (progress.stopRequested())
                return Error{Error::Kind::Cancelled, tr("Opening was cancelled.")};
            progress.report(qint64(i), qint64(order.size()));
        }
        ZipMember &member = m.m_members[order[i]];
        if (member.problem != 0 || member.dataOffset >= 0)
            continue;
        if (auto read = readLocalHeader(member, window); !read)
            return read.error();
    }
    findOverlaps(order);
    return {};
}

/// Members that share bytes: a zip bomb's trick, or an attempt to show different programs different contents.
void ZipParser::findOverlaps(const std::vector<quint32> &order)
{
    ZipMember *furthest = nullptr;
    std::size_t overlaps = 0;
    for (const quint32 number : order) {
        ZipMember &member = m.m_members[number];
        if (member.problem != 0)
            continue;
        if (furthest && member.localOffset < furthest->dataOffset + furthest->packed) {
            ++overlaps;
            for (ZipMember *one : {&member, furthest}) {
                m.setProblem(*one,
                             tr("The zip members “%1” and “%2” claim the same bytes of the file.")
                                 .arg(m.shown(*furthest), m.shown(member)));
            }
        }
        if (!furthest || member.dataOffset + member.packed > furthest->dataOffset + furthest->packed)
            furthest = &member;
    }
    if (overlaps > 0) {
        addFinding(Finding::Severity::Warning, "overlap",
                   tr("Members of the zip file overlap (%1 in all); their values are not read.").arg(overlaps));
    }
}
