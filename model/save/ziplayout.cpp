// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/ziplayout.h"

#include <QtEndian>

#include <algorithm>
#include <libdeflate.h>

namespace {
constexpr qint64 dataAlignment = 64;
constexpr qint64 localBytes = 30;
constexpr qint64 directoryEntryBytes = 46;
constexpr qint64 endBytes = 56 + 20 + 22; ///< zip64 end record, its locator, end record
constexpr quint16 utf8Names = 0x0800;
constexpr quint16 plainVersion = 20;
constexpr quint16 zip64Version = 45;
constexpr quint16 firstDay = 0x0021; ///< 1 January 1980, the earliest a zip can say: the same bytes on every day
constexpr quint32 longMark = 0xFFFFFFFF;

/// A record in the making: little-endian fields one after another.
class Record
{
public:
    Record &u16(quint64 value) { return append(quint16(value)); }
    Record &u32(quint64 value) { return append(quint32(value)); }
    Record &u64(qint64 value) { return append(quint64(value)); }
    Record &text(std::string_view text)
    {
        m_bytes += text;
        return *this;
    }
    std::string take() { return std::move(m_bytes); }

private:
    template<typename T>
    Record &append(T value)
    {
        char bytes[sizeof value];
        qToLittleEndian(value, bytes);
        m_bytes.append(bytes, sizeof bytes);
        return *this;
    }

    std::string m_bytes;
};
}

bool ZipLayout::isLong(qint64 number)
{
    return number >= qint64(longMark);
}

ZipLayout::Member &ZipLayout::append(std::string name, qint64 bytes)
{
    Member member{std::move(name), bytes, m_end};
    const qint64 zip64 = isLong(bytes) ? 20 : 0;
    const qint64 unpadded = m_end + localBytes + qint64(member.name.size()) + zip64 + 4;
    member.data = (unpadded + dataAlignment - 1) / dataAlignment * dataAlignment;
    m_end = member.data + bytes;
    m_members.push_back(std::move(member));
    return m_members.back();
}

qint64 ZipLayout::add(std::string name, qint64 bytes)
{
    return append(std::move(name), bytes).data;
}

void ZipLayout::add(std::string name, std::string content)
{
    Member &member = append(std::move(name), qint64(content.size()));
    member.content = std::move(content);
    member.isKnown = true;
}

std::string ZipLayout::localHeader(const Member &member, quint32 crc)
{
    const bool zip64 = isLong(member.bytes);
    const qint64 extra = member.data - member.header - localBytes - qint64(member.name.size());
    const qint64 padding = extra - (zip64 ? 20 : 0) - 4;
    Record record;
    record.text("PK\x03\x04").u16(zip64 ? zip64Version : plainVersion).u16(utf8Names).u16(0).u16(0).u16(firstDay);
    record.u32(crc).u32(zip64 ? longMark : quint64(member.bytes)).u32(zip64 ? longMark : quint64(member.bytes));
    record.u16(member.name.size()).u16(quint64(extra)).text(member.name);
    if (zip64)
        record.u16(1).u16(16).u64(member.bytes).u64(member.bytes);
    record.text("FB").u16(quint64(padding)).text(std::string(std::size_t(padding), 'Z'));
    return record.take();
}

qint64 ZipLayout::centralBytes(const Member &member)
{
    const qint64 zip64 = (isLong(member.bytes) ? 16 : 0) + (isLong(member.header) ? 8 : 0);
    return directoryEntryBytes + qint64(member.name.size()) + (zip64 > 0 ? 4 + zip64 : 0);
}

std::string ZipLayout::centralEntry(const Member &member, quint32 crc)
{
    const bool longSize = isLong(member.bytes);
    const bool longOffset = isLong(member.header);
    const qint64 extra = centralBytes(member) - directoryEntryBytes - qint64(member.name.size());
    const quint16 version = longSize || longOffset ? zip64Version : plainVersion;
    Record record;
    record.text("PK\x01\x02").u16(version).u16(version).u16(utf8Names).u16(0).u16(0).u16(firstDay).u32(crc);
    record.u32(longSize ? longMark : quint64(member.bytes)).u32(longSize ? longMark : quint64(member.bytes));
    record.u16(member.name.size()).u16(quint64(extra)).u16(0).u16(0).u16(0).u32(0);
    record.u32(longOffset ? longMark : quint64(member.header)).text(member.name);
    if (extra > 0)
        record.u16(1).u16(quint64(extra) - 4);
    if (longSize)
        record.u64(member.bytes).u64(member.bytes);
    if (longOffset)
        record.u64(member.header);
    return record.take();
}

std::string ZipLayout::endRecords(qint64 directory, qint64 directoryBytes) const
{
    const auto count = qint64(m_members.size());
    const auto shortCount = quint64(std::min<qint64>(count, 0xFFFF));
    Record record;
    record.text("PK\x06\x06").u64(44).u16(zip64Version).u16(zip64Version).u32(0).u32(0);
    record.u64(count).u64(count).u64(directoryBytes).u64(directory);
    record.text("PK\x06\x07").u32(0).u64(directory + directoryBytes).u32(1);
    record.text("PK\x05\x06").u16(0).u16(0).u16(shortCount).u16(shortCount);
    record.u32(isLong(directoryBytes) ? longMark : quint64(directoryBytes));
    record.u32(isLong(directory) ? longMark : quint64(directory)).u16(0);
    return record.take();
}

qint64 ZipLayout::bytes() const
{
    qint64 bytes = m_end + endBytes;
    for (const Member &member : m_members)
        bytes += centralBytes(member);
    return bytes;
}

std::vector<Literal> ZipLayout::literals(std::span<const quint32> crcs) const
{
    std::vector<Literal> literals;
    literals.reserve(m_members.size() + 1);
    std::string directory;
    auto crc = crcs.begin();
    for (const Member &member : m_members) {
        const quint32 check =
            member.isKnown ? libdeflate_crc32(0, member.content.data(), member.content.size()) : *crc++;
        literals.push_back({member.header, localHeader(member, check) + member.content});
        directory += centralEntry(member, check);
    }
    const auto directoryBytes = qint64(directory.size());
    literals.push_back({m_end, std::move(directory) + endRecords(m_end, directoryBytes)});
    return literals;
}
