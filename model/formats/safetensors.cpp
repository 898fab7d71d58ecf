// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/safetensors.h"

#include "model/base/text.h"
#include "model/formats/safetensorsheader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QtEndian>

#include <algorithm>
#include <numeric>

namespace {
constexpr qint64 lengthBytes = 8;

QString tr(const char *text)
{
    return QCoreApplication::translate("Safetensors", text);
}

bool isBlank(std::byte byte)
{
    return byte == std::byte(' ') || byte == std::byte('\t') || byte == std::byte('\n') || byte == std::byte('\r');
}

bool isText(std::byte byte)
{
    return isBlank(byte) || (byte >= std::byte(0x20) && byte < std::byte(0x7F));
}

/// A header length that is no text, then an object's brace: even an absurd length then deserves a sentence of ours.
bool recognises(std::span<const std::byte> head)
{
    if (qint64(head.size()) < lengthBytes)
        return false;
    const auto length = qFromLittleEndian<quint64>(head.data());
    std::span<const std::byte> rest = head.subspan(lengthBytes);
    if (rest.empty())
        return length > 0 && length <= largestSafetensorsHeader;
    if (std::all_of(head.begin(), head.begin() + lengthBytes, isText))
        return false;
    constexpr std::array byteOrderMark{std::byte(0xEF), std::byte(0xBB), std::byte(0xBF)};
    if (rest.size() > 3 && std::equal(byteOrderMark.begin(), byteOrderMark.end(), rest.begin()))
        rest = rest.subspan(3);
    const auto first = std::find_if_not(rest.begin(), rest.end(), isBlank);
    return first == rest.end() ? length <= largestSafetensorsHeader : *first == std::byte('{');
}

class Opener
{
public:
    Opener(std::shared_ptr<const InputFile> file, Progress &progress)
        : m_file(std::move(file))
        , m_name(displayName(QFileInfo(m_file->path()).fileName().toStdString()))
        , m_progress(progress)
    {}

    Result<std::shared_ptr<const Checkpoint>> open();

private:
    Error damaged(const QString &message, qint64 offset) const
    {
        return {Error::Kind::Damaged, message, m_file->path(), offset};
    }

    Result<quint64> headerLength() const;
    Result<std::size_t> withoutNulPadding(std::size_t length) const;
    Result<void> readHeader(quint64 length);
    Result<void> checkRanges() const;
    void checkOrder(const std::vector<quint32> &order);
    std::vector<quint32> orderByOffset() const;

    std::shared_ptr<const InputFile> m_file;
    QString m_name;
    Progress &m_progress;
    Checkpoint::Parts m_parts;
    FlawTally m_flaws;
    qint64 m_dataStart = 0;
    qint64 m_dataBytes = 0;
};

Result<quint64> Opener::headerLength() const
{
    std::array<std::byte, lengthBytes> raw{};
    if (const Result<void> read = m_file->readAt(0, raw); !read)
        return read.error();
    const auto length = qFromLittleEndian<quint64>(raw.data());
    if (length == 0)
        return damaged(tr("“%1” looks like a safetensors file, but says that its header is empty.").arg(m_name), 0);
    if (length > largestSafetensorsHeader) {
        return damaged(tr("“%1” looks like a safetensors file, but says that its header has %2 bytes; "
                          "at most %3 are allowed.")
                           .arg(m_name)
                           .arg(length)
                           .arg(largestSafetensorsHeader),
                       0);
    }
    if (qint64(length) > m_file->size() - lengthBytes) {
        return damaged(tr("“%1” ends inside its header, which should have %2 bytes; %3 are there. "
                          "The file is truncated or damaged.")
                           .arg(m_name)
                           .arg(length)
                           .arg(m_file->size() - lengthBytes),
                       0);
    }
    return length;
}

Result<std::size_t> Opener::withoutNulPadding(std::size_t length) const
{
    std::array<std::byte, 4096> tail{};
    while (length > 1) {
        const auto bytes = std::span(tail).first(std::min(length, tail.size()));
        if (const Result<void> read = m_file->readAt(lengthBytes + qint64(length - bytes.size()), bytes); !read)
            return read.error();
        const auto isNul = [](std::byte byte) { return byte == std::byte(0); };
        const auto last = std::find_if_not(bytes.rbegin(), bytes.rend(), isNul);
        length -= std::size_t(last - bytes.rbegin());
        if (last != bytes.rend())
            break;
    }
    return std::max<std::size_t>(length, 1);
}

Result<void> Opener::readHeader(quint64 length)
{
    const Result<std::size_t> bytes = withoutNulPadding(length);
    if (!bytes)
        return bytes.error();
    if (*bytes < length)
        m_flaws.add(Flaw::NulPadding, {});
    std::array<std::byte, 1> first{};
    if (const Result<void> read = m_file->readAt(lengthBytes, first); !read)
        return read.error();
    if (isBlank(first[0]))
        m_flaws.add(Flaw::LeadingSpace, {});
    JsonPieces pieces(*m_file, lengthBytes, *bytes);
    return readSafetensorsHeader(pieces, m_file->path(), m_dataBytes, m_parts, m_flaws, m_progress);
}

std::vector<quint32> Opener::orderByOffset() const
{
    const auto &storages = m_parts.storages;
    std::vector<quint32> order(storages.size());
    std::iota(order.begin(), order.end(), 0);
    const auto before = [&](quint32 a, quint32 b) {
        const qint64 endA = storages[a].offset + storages[a].bytes;
        const qint64 endB = storages[b].offset + storages[b].bytes;
        return std::tie(storages[a].offset, endA) < std::tie(storages[b].offset, endB);
    };
    if (!std::is_sorted(order.begin(), order.end(), before))
        std::stable_sort(order.begin(), order.end(), before);
    return order;
}

void Opener::checkOrder(const std::vector<quint32> &order)
{
    qint64 cursor = 0;
    quint32 before = 0;
    for (const quint32 at : order) {
        Tensor &tensor = m_parts.tensors[at];
        const Storage &storage = m_parts.storages[at];
        const qint64 end = storage.offset + storage.bytes;
        if (tensor.problem == quint32(Flaw::BadOffsets))
            continue;
        if (storage.offset > cursor) {
            m_flaws.add(Flaw::Hole, tensor.name, tr("%1 bytes").arg(exactText(storage.offset - cursor)));
        } else if (storage.offset < cursor && storage.bytes == 0) {
            m_flaws.add(Flaw::MisplacedEmpty, tensor.name);
        } else if (storage.offset < cursor) {
            const Storage &other = m_parts.storages[before];
            const bool isSame = other.offset == storage.offset && other.bytes == storage.bytes;
            m_flaws.add(Flaw::Overlap, tensor.name,
                        (isSame ? tr("both are exactly those of “%1”") : tr("both have bytes of “%1”"))
                            .arg(displayName(m_parts.tensors[before].name)));
            if (isSame)
                tensor.storage = m_parts.tensors[before].storage;
        }
        if (storage.bytes > 0 && end >= cursor)
            before = at;
        cursor = std::max(cursor, end);
    }
    if (cursor < m_dataBytes)
        m_flaws.add(Flaw::TrailingBytes, {}, tr("%1 bytes").arg(exactText(m_dataBytes - cursor)));
}

/// A range beyond the file ends it all: what a cut-off download lacks cannot be told from the part that is there.
Result<void> Opener::checkRanges() const
{
    for (const Tensor &tensor : m_parts.tensors) {
        const Storage &storage = m_parts.storages[quint32(tensor.storage)];
        const qint64 end = storage.offset + storage.bytes;
        if (end <= m_dataBytes || tensor.problem == quint32(Flaw::BadOffsets))
            continue;
        return damaged(tr("“%1” ends before the values of “%2” do, which should end at byte %3; the file has %4 bytes. "
                          "It is truncated or damaged.")
                           .arg(m_name, displayName(tensor.name))
                           .arg(quint64(end) + quint64(m_dataStart))
                           .arg(m_file->size()),
                       m_file->size());
    }
    return {};
}

Result<std::shared_ptr<const Checkpoint>> Opener::open()
{
    const Result<quint64> length = headerLength();
    if (!length)
        return length.error();
    m_dataStart = lengthBytes + qint64(*length);
    m_dataBytes = m_file->size() - m_dataStart;
    if (const Result<void> read = readHeader(*length); !read)
        return read.error();
    if (const Result<void> inside = checkRanges(); !inside)
        return inside.error();
    checkOrder(orderByOffset());
    for (Storage &storage : m_parts.storages)
        storage.offset += m_dataStart;

    m_parts.path = m_file->path();
    m_parts.format = Format::Safetensors;
    m_parts.formatText = QStringLiteral("safetensors");
    m_parts.files.push_back(m_file);
    m_parts.strides.emplace_back();
    m_parts.problems = FlawTally::problems();
    m_parts.findings = m_flaws.findings(m_name);
    Root root;
    root.count = quint32(m_parts.tensors.size());
    m_parts.roots.push_back(std::move(root));
    return std::shared_ptr<const Checkpoint>(std::make_shared<Checkpoint>(std::move(m_parts)));
}

Result<std::shared_ptr<const Checkpoint>> open(std::shared_ptr<const InputFile> file, Progress &progress)
{
    return Opener(std::move(file), progress).open();
}
}

const FormatReader safetensorsFormat{"safetensors", recognises, open};
