// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/zipdirectory.h"

#include "model/base/text.h"
#include "model/formats/zipparser.h"
#include "model/formats/zipwindow.h"

#include <QCoreApplication>

#include <bit>
#include <libdeflate.h>
#include <xxhash.h>

namespace {
/// Deflate reaches 1032 to 1 on zeros. Metadata of real files stays below 20 to 1; beyond this and 16 MiB it is a bomb.
constexpr qint64 largestRatio = 200;
constexpr qint64 alwaysAllowed = 16 << 20;
/// Each bad member has a text that says why; beyond these all have the last.
constexpr std::size_t mostProblems = 10'000;

QString tr(const char *text)
{
    return QCoreApplication::translate("ZipDirectory", text);
}
}

Result<ZipDirectory> ZipDirectory::read(std::shared_ptr<const InputFile> file)
{
    ZipDirectory directory(std::move(file));
    if (auto parsed = ZipParser(directory).readCentralDirectory(); !parsed)
        return parsed.error();
    directory.buildIndex();
    return directory;
}

Result<void> ZipDirectory::locate(Progress &progress)
{
    if (auto located = ZipParser(*this).readLocalHeaders(progress); !located)
        return located.error();
    reportDuplicates();
    return {};
}

void ZipDirectory::buildIndex()
{
    m_index.assign(std::bit_ceil(m_members.size() * 2 + 1), 0);
    const std::size_t mask = m_index.size() - 1;
    for (quint32 number = 0; number < m_members.size(); ++number) {
        const Name name = m_members[number].name;
        std::size_t slot = XXH3_64bits(name.data(), name.size()) & mask;
        while (m_index[slot] != 0 && m_members[m_index[slot] - 1].name != name)
            slot = (slot + 1) & mask;
        if (m_index[slot] == 0)
            m_index[slot] = number + 1;
        else
            m_duplicates.push_back(number);
    }
}

/// After the local headers: a member that shares its name is compared with the others' bytes all the same.
void ZipDirectory::reportDuplicates()
{
    for (const quint32 number : m_duplicates) {
        for (const quint32 one : {*find(m_members[number].name), number}) {
            setProblem(m_members[one],
                       tr("The zip file holds more than one member named “%1”, so its data is ambiguous.")
                           .arg(shown(m_members[one])));
        }
    }
    if (m_duplicates.empty())
        return;
    m_findings.push_back({Finding::Severity::Warning, "duplicate-member",
                          tr("The zip file holds more than one member named “%1”%2; programs differ in which one they "
                             "read.")
                              .arg(shown(m_members[m_duplicates.front()]),
                                   m_duplicates.size() > 1 ? tr(" (and more such names)") : QString())});
}

std::optional<quint32> ZipDirectory::find(std::string_view name) const
{
    const std::size_t mask = m_index.size() - 1;
    for (std::size_t slot = XXH3_64bits(name.data(), name.size()) & mask; m_index[slot] != 0;
         slot = (slot + 1) & mask) {
        if (m_members[m_index[slot] - 1].name == name)
            return m_index[slot] - 1;
    }
    return std::nullopt;
}

QString ZipDirectory::shown(const ZipMember &member) const
{
    constexpr std::size_t longest = 200;
    return displayName(member.name.substr(0, longest))
        + (member.name.size() > longest ? QStringLiteral("…") : QString());
}

QString ZipDirectory::problem(const ZipMember &member) const
{
    return member.problem == 0 ? QString() : m_problems[member.problem - 1];
}

void ZipDirectory::setProblem(ZipMember &member, const QString &text)
{
    if (member.problem != 0)
        return;
    if (m_problems.size() < mostProblems) {
        m_problems.push_back(m_problems.size() + 1 < mostProblems
                                 ? text
                                 : tr("The zip entry is damaged, as those of many others in the file."));
    }
    member.problem = quint32(m_problems.size());
}

Result<LargeVector<char>> ZipDirectory::contents(quint32 number, qint64 limit)
{
    ZipMember &member = m_members[number];
    if (member.problem == 0 && member.dataOffset < 0) {
        ZipWindow window(*m_file);
        if (auto read = ZipParser(*this).readLocalHeader(member, window); !read)
            return read.error();
    }
    const auto damaged = [&](const QString &text) {
        return Error{Error::Kind::Damaged, text, m_file->path(), member.localOffset};
    };
    if (member.problem != 0)
        return damaged(problem(member));
    if (member.bytes > limit || member.packed > limit) {
        return damaged(tr("“%1” claims %2, more than the %3 that are read of such a member.")
                           .arg(shown(member), bytesText(member.bytes), bytesText(limit)));
    }
    if (member.bytes > alwaysAllowed && member.bytes / largestRatio > member.packed) {
        return damaged(tr("“%1” would unfold from %2 to %3: this looks like a zip bomb and is not read.")
                           .arg(shown(member), bytesText(member.packed), bytesText(member.bytes)));
    }
    LargeVector<char> packed(std::size_t(member.packed));
    if (auto read = m_file->readAt(member.dataOffset, std::as_writable_bytes(std::span(packed))); !read)
        return read.error();
    LargeVector<char> bytes;
    if (member.method == ZipMember::stored) {
        bytes = std::move(packed);
    } else {
        bytes.resize(std::size_t(member.bytes));
        const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
            libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
        if (!inflater
            || libdeflate_deflate_decompress(inflater.get(), packed.data(), packed.size(), bytes.data(), bytes.size(),
                                             nullptr)
                != LIBDEFLATE_SUCCESS) {
            return damaged(tr("“%1” does not unfold to the %2 bytes that the zip file promises.")
                               .arg(shown(member), QString::number(member.bytes)));
        }
    }
    if (member.crc != 0 && libdeflate_crc32(0, bytes.data(), bytes.size()) != member.crc) {
        m_findings.push_back({Finding::Severity::Warning, "checksum",
                              tr("The checksum of “%1” does not match: its bytes were changed after the file was "
                                 "written.")
                                  .arg(shown(member))});
    }
    return bytes;
}
