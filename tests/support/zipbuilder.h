// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtEndian>

#include <libdeflate.h>
#include <string>
#include <string_view>
#include <vector>

/// Writes zip files for tests, sound or broken on purpose. Every number that a header holds can be replaced before
/// bytes() puts the file together.
class ZipBuilder
{
public:
    struct Member
    {
        std::string name;
        std::string localName;
        std::string data; ///< as it lies in the file
        std::string localExtra = {};
        std::string centralExtra = {};
        quint16 method = 0;
        quint16 flags = 0x0800;
        quint16 localFlags = 0x0800;
        quint16 localMethod = 0;
        quint16 localExtraBytes = 0; ///< as the header says; the extra field itself is `localExtra`
        quint32 localSignature = 0x04034b50;
        quint32 crc = 0;
        quint32 packed = 0;
        quint32 unpacked = 0;
        qint64 offset = -1; ///< as the directory says; -1: where it is
        bool hasDescriptor = false;
    };

    Member &add(std::string name, std::string data)
    {
        Member member;
        member.name = member.localName = std::move(name);
        member.crc = libdeflate_crc32(0, data.data(), data.size());
        member.packed = member.unpacked = quint32(data.size());
        member.data = std::move(data);
        m_members.push_back(std::move(member));
        return m_members.back();
    }
    Member &addDeflated(std::string name, const std::string &data)
    {
        libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
        std::string packed(libdeflate_deflate_compress_bound(compressor, data.size()), '\0');
        packed.resize(libdeflate_deflate_compress(compressor, data.data(), data.size(), packed.data(), packed.size()));
        libdeflate_free_compressor(compressor);
        Member &member = add(std::move(name), packed);
        member.crc = libdeflate_crc32(0, data.data(), data.size());
        member.unpacked = quint32(data.size());
        member.method = member.localMethod = 8;
        return member;
    }
    /// As torch writes it: an FB extra field up to the next multiple of 64, sizes and checksum behind the data.
    Member &addLikeTorch(std::string name, std::string data)
    {
        Member &member = add(std::move(name), std::move(data));
        member.hasDescriptor = !member.data.empty();
        member.flags = member.localFlags = member.hasDescriptor ? 0x0808 : 0x0800;
        const std::size_t start = bodyBefore(m_members.size() - 1) + 30 + member.name.size() + 4;
        const std::size_t padding = (64 - start % 64) % 64;
        member.localExtra = "FB" + u16(quint16(padding)) + std::string(padding, 'Z');
        member.localExtraBytes = quint16(member.localExtra.size());
        return member;
    }
    Member &member(std::size_t index) { return m_members[index]; }

    std::string bytes() const
    {
        std::string file;
        std::string directory;
        for (const Member &member : m_members) {
            const std::size_t at = file.size();
            file += u32(member.localSignature) + u16(0) + u16(member.localFlags) + u16(member.localMethod) + u32(0);
            file += u32(member.hasDescriptor ? 0 : member.crc) + u32(member.hasDescriptor ? 0 : member.packed)
                + u32(member.hasDescriptor ? 0 : member.unpacked);
            file += u16(quint16(member.localName.size())) + u16(member.localExtraBytes) + member.localName
                + member.localExtra + member.data;
            if (member.hasDescriptor)
                file += u32(0x08074b50) + u32(member.crc) + u32(member.packed) + u32(member.unpacked);
            directory += u32(0x02014b50) + u16(0) + u16(0) + u16(member.flags) + u16(member.method) + u32(0);
            directory += u32(member.crc) + u32(member.packed) + u32(member.unpacked) + u16(quint16(member.name.size()))
                + u16(quint16(member.centralExtra.size())) + u16(0) + u16(0) + u16(0) + u32(0);
            directory +=
                u32(quint32(member.offset >= 0 ? member.offset : qint64(at))) + member.name + member.centralExtra;
        }
        const quint16 count = quint16(entries >= 0 ? entries : int(m_members.size()));
        const quint32 offset = quint32(directoryOffset >= 0 ? directoryOffset : qint64(file.size()));
        std::string end = zip64;
        end += u32(0x06054b50) + u16(0) + u16(0) + u16(count) + u16(count) + u32(quint32(directory.size()))
            + u32(offset) + u16(0);
        return before + file + directory + end + after;
    }

    static std::string u16(quint16 value) { return little(value); }
    static std::string u32(quint32 value) { return little(value); }
    static std::string u64(quint64 value) { return little(value); }

    int entries = -1; ///< as the end record says; -1: what is true
    qint64 directoryOffset = -1;
    std::string zip64; ///< what stands before the end record
    std::string before;
    std::string after;

private:
    template<typename T>
    static std::string little(T value)
    {
        char bytes[sizeof(T)];
        qToLittleEndian(value, bytes);
        return {bytes, sizeof(T)};
    }
    std::size_t bodyBefore(std::size_t index) const
    {
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < index; ++i) {
            const Member &member = m_members[i];
            bytes += 30 + member.localName.size() + member.localExtra.size() + member.data.size()
                + (member.hasDescriptor ? 16 : 0);
        }
        return bytes;
    }

    std::vector<Member> m_members;
};
