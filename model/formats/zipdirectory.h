// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/finding.h"
#include "model/base/inputfile.h"
#include "model/base/largepages.h"
#include "model/base/progress.h"

#include <optional>
#include <span>
#include <vector>

/// One member of a zip file, as the central directory describes it and its local header confirms.
struct ZipMember
{
    static constexpr quint16 stored = 0;
    static constexpr quint16 deflated = 8;

    Name name;
    qint64 localOffset = 0;
    qint64 dataOffset = -1; ///< first byte of the data; -1 until the local header has been found good
    qint64 packed = 0; ///< bytes in the file
    qint64 bytes = 0; ///< bytes when unpacked
    quint32 crc = 0; ///< 0: not computed
    quint16 method = stored;
    quint16 flags = 0;
    quint32 problem = 0; ///< 0, or 1 + index into the directory's problems: why its data cannot be read
};

/// The list of members of a zip file, read defensively: every number is checked against the file before it is used, and
/// a member whose data cannot be located for certain gets a problem, never a wrong byte.
class ZipDirectory
{
public:
    /// Read the central directory. Damaged when it cannot be trusted.
    static Result<ZipDirectory> read(std::shared_ptr<const InputFile> file);
    /// Read every local header: where the members' data starts, and which members cannot be read. Names may be looked
    /// up on other threads meanwhile, nothing else.
    Result<void> locate(Progress &progress);

    std::span<const ZipMember> members() const { return m_members; }
    /// The first member with exactly this name.
    std::optional<quint32> find(std::string_view name) const;
    /// Why the data of `member` cannot be read, or empty. A whole sentence.
    QString problem(const ZipMember &member) const;
    /// The data of a member of at most `limit` bytes, unpacked. A wrong checksum is a finding, not an error. Works
    /// before locate(), which alone finds out whether other members claim the same bytes or name.
    Result<LargeVector<char>> contents(quint32 number, qint64 limit);

    const InputFile &file() const { return *m_file; }
    const Findings &findings() const { return m_findings; }

private:
    friend class ZipParser;

    explicit ZipDirectory(std::shared_ptr<const InputFile> file) : m_file(std::move(file)) {}
    void setProblem(ZipMember &member, const QString &text);
    void buildIndex();
    void reportDuplicates();
    QString shown(const ZipMember &member) const;

    std::shared_ptr<const InputFile> m_file;
    Arena m_names;
    LargeVector<ZipMember> m_members;
    std::vector<quint32> m_index; ///< open addressing, 1 + member number: a twentieth of the members' own size
    std::vector<quint32> m_duplicates; ///< members whose name an earlier one has
    qint64 m_directoryOffset = 0; ///< where the central directory really starts: the members' data ends before
    std::vector<QString> m_problems;
    Findings m_findings;
};
