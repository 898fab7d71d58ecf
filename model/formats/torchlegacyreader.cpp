// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchlegacyreader.h"

#include "model/base/text.h"
#include "model/formats/bytereader.h"
#include "model/formats/pickle.h"
#include "model/formats/torchbinding.h"
#include "model/formats/torchrebuild.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace {
using Kind = PickleNode::Kind;

constexpr qint64 firstWindow = 1 << 20;
constexpr qint64 largestWindow = qint64(2) << 30;
/// 0x1950A86A20F9469CFC6C, little-endian, as LONG1 of ten bytes.
constexpr std::string_view magic("\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19", 10);
constexpr qint64 protocolVersion = 1001;
/// What several processes writing one file at once leave behind as an element count (PyTorch issue 12042).
constexpr qint64 severalWriters = -7659745797817883467;

QString tr(const char *text)
{
    return QCoreApplication::translate("TorchLegacy", text);
}

QString shown(const InputFile &file)
{
    return displayName(file.path().toStdString());
}

/// The storages behind the pickles: for each key, in the order of the list, a count of elements and the bytes.
class LegacyStorages final : public StorageRecords
{
public:
    struct Record
    {
        Name name; ///< its key
        Storage storage;
        QString problem = {};
    };

    std::size_t count() const override { return m_records.size(); }
    std::optional<quint32> find(std::string_view key) const override
    {
        const quint32 found = m_index.find(key, namesOf(m_records));
        return found == NameIndex::none ? std::nullopt : std::optional(found);
    }
    Storage storage(quint32 record) const override { return m_records[record].storage; }
    QString problem(quint32 record) const override { return m_records[record].problem; }
    QString describe(std::string_view key) const override
    {
        return tr("storage “%1”").arg(displayName(key.substr(0, 200)));
    }

    /// False when the key is there already.
    bool add(Name key, Storage storage, const QString &problem)
    {
        m_records.push_back({key, storage, problem});
        return m_index.insert(quint32(m_records.size() - 1), namesOf(m_records)) == NameIndex::none;
    }

private:
    std::vector<Record> m_records;
    NameIndex m_index;
};

/// Bytes of one element of each storage, from the persistent ids in the object's pickle: the stream does not repeat
/// them. The first id of a key counts, as in torch.
class ItemSizes
{
public:
    explicit ItemSizes(const PickleGraph &graph)
    {
        for (const PickleNode *node : graph.persistentIds()) {
            const StorageReference reference =
                readStorageReference(graph, PickleValue::node(const_cast<PickleNode *>(node)));
            if (!reference.problem.isEmpty())
                continue;
            m_sizes.push_back({reference.key, reference.itemBytes()});
            if (m_index.insert(quint32(m_sizes.size() - 1), namesOf(m_sizes)) != NameIndex::none)
                m_sizes.pop_back();
        }
    }
    std::optional<qint64> find(std::string_view key) const
    {
        const quint32 found = m_index.find(key, namesOf(m_sizes));
        return found == NameIndex::none ? std::nullopt : std::optional(m_sizes[found].bytes);
    }
    std::size_t size() const { return m_sizes.size(); }

private:
    struct ItemSize
    {
        Name name; ///< the storage's key
        qint64 bytes;
    };

    NameIndex m_index;
    std::vector<ItemSize> m_sizes;
};

/// Whether the writer called itself big-endian. Such hosts wrote little-endian data all the same.
bool saysBigEndian(const PickleGraph &graph, const PickleNode *information)
{
    if (!information || !information->isDict())
        return false;
    for (std::size_t i = 0; i + 1 < information->count; i += 2) {
        if (graph.text(information->items[i]) == "little_endian")
            return information->items[i + 1] == PickleValue::boolean(false);
    }
    return false;
}

class TorchLegacy
{
public:
    explicit TorchLegacy(std::shared_ptr<const InputFile> file) : m_file(std::move(file)) {}

    Result<std::shared_ptr<const Checkpoint>> open(Progress &progress);

private:
    struct Stream
    {
        std::unique_ptr<PickleGraph> graph;
        PickleValue object;
        PickleValue keys;
        std::size_t end = 0;
        int protocol = 0;
        Findings findings;
    };

    Result<Stream> readPickles(std::string &window, Progress &progress);
    Result<Stream> parse(std::string_view window, Progress &progress);
    Result<LegacyStorages> readStorages(const Stream &stream, Progress &progress);
    Error damaged(const QString &message, qint64 offset) const
    {
        return {Error::Kind::Damaged, tr("“%1” is damaged: %2").arg(shown(*m_file), message), m_file->path(), offset};
    }
    void add(std::string kind, const QString &message)
    {
        m_findings.push_back({Finding::Severity::Warning, std::move(kind), message});
    }

    std::shared_ptr<const InputFile> m_file;
    Findings m_findings;
};

/// Read as much of the front of the file as the pickles take: the window grows while they run out of bytes.
Result<TorchLegacy::Stream> TorchLegacy::readPickles(std::string &window, Progress &progress)
{
    const qint64 largest = std::min(m_file->size(), largestWindow);
    for (qint64 bytes = std::min(m_file->size(), firstWindow);; bytes = std::min(bytes * 4, largest)) {
        std::string().swap(window); // not copied: it is read again
        window.resize(std::size_t(bytes));
        if (auto read = m_file->readAt(0, std::as_writable_bytes(std::span(window))); !read)
            return read.error();
        Result<Stream> stream = parse(window, progress);
        if (stream || stream.error().offset != bytes || bytes == largest)
            return stream;
    }
}

Result<TorchLegacy::Stream> TorchLegacy::parse(std::string_view window, Progress &progress)
{
    Stream stream;
    stream.graph = std::make_unique<PickleGraph>(window);
    constexpr std::array names{
        QT_TRANSLATE_NOOP("TorchLegacy", "The mark"), QT_TRANSLATE_NOOP("TorchLegacy", "The version"),
        QT_TRANSLATE_NOOP("TorchLegacy", "The system information"), QT_TRANSLATE_NOOP("TorchLegacy", "The object"),
        QT_TRANSLATE_NOOP("TorchLegacy", "The list of storages")};
    std::array<PickleValue, names.size()> values;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QString subject = tr("%1 in “%2”").arg(tr(names[i]), shown(*m_file));
        Result<PickleRun> run = readPickle(*stream.graph, stream.end, subject, progress);
        if (!run)
            return Error{run.error().kind, run.error().message, m_file->path(), run.error().offset};
        values[i] = run->root;
        stream.end = run->end;
        stream.protocol = std::max(stream.protocol, run->protocol);
        stream.findings.insert(stream.findings.end(), run->findings.begin(), run->findings.end());
        const PickleNode *big = PickleGraph::node(run->root, Kind::Big);
        if (i == 0 && (!big || big->bytes() != magic))
            return damaged(tr("it does not begin with the number that PyTorch writes."), 0);
        if (i == 1 && PickleGraph::integer(run->root) != protocolVersion) {
            return Error{Error::Kind::Unsupported,
                         tr("“%1” has another version of PyTorch's format than %2.")
                             .arg(shown(*m_file), QString::number(protocolVersion)),
                         m_file->path()};
        }
    }
    if (saysBigEndian(*stream.graph, values[2].node())) {
        stream.findings.push_back({Finding::Severity::Warning, "byte-order",
                                   tr("The file says that a big-endian computer wrote it; such computers wrote "
                                      "little-endian values all the same, and so it is read.")});
    }
    stream.object = values[3];
    stream.keys = values[4];
    return stream;
}

Result<LegacyStorages> TorchLegacy::readStorages(const Stream &stream, Progress &progress)
{
    constexpr std::size_t storagesPerCheck = 1024;
    const PickleNode *keys = stream.keys.node();
    if (!keys || keys->kind != Kind::List)
        return damaged(tr("the list of its storages is not a list."), qint64(stream.end));
    const ItemSizes sizes(*stream.graph);
    LegacyStorages storages;
    qint64 at = qint64(stream.end);
    QString broken; // once a storage is broken, the places of those behind it are unknown
    std::size_t listed = 0;
    for (const PickleValue value : keys->values()) {
        if (++listed % storagesPerCheck == 0) {
            if (progress.stopRequested())
                return Error{Error::Kind::Cancelled, tr("Opening was cancelled.")};
            progress.report(at, m_file->size());
        }
        const auto key = stream.graph->text(value);
        const auto itemBytes = key ? sizes.find(*key) : std::nullopt;
        Storage storage;
        if (broken.isEmpty() && !itemBytes) {
            broken = tr("The list of storages names one that no tensor has, so the places of those behind it are "
                        "unknown.");
            add("storage-list", broken);
        }
        std::array<char, sizeof(qint64)> number{};
        if (broken.isEmpty() && m_file->size() - at < qint64(number.size()))
            broken = tr("The file ends at byte %1, before this storage.").arg(m_file->size());
        if (broken.isEmpty()) {
            if (auto read = m_file->readAt(at, std::as_writable_bytes(std::span(number))); !read)
                return read.error();
            const auto count = littleEndian<qint64>(number.data());
            storage.offset = at + qint64(number.size());
            if (count < 0 || __builtin_mul_overflow(count, *itemBytes, &storage.bytes)) {
                broken = tr("The count of elements at byte %1 is %2, which cannot be.").arg(at).arg(count);
                if (count == severalWriters)
                    broken += QChar(u' ') + tr("Several processes wrote this file at the same time.");
            } else if (storage.bytes > m_file->size() - storage.offset) {
                broken = tr("The file ends at byte %1, but the storage at byte %2 takes %3 bytes.")
                             .arg(m_file->size())
                             .arg(storage.offset)
                             .arg(storage.bytes);
            } else {
                storage.packed = storage.bytes;
                at = storage.offset + storage.bytes;
            }
        }
        if (!storages.add(key.value_or(std::string_view()), broken.isEmpty() ? storage : Storage(), broken) && key)
            add("storage-list", tr("The list of storages names “%1” twice.").arg(displayName(key->substr(0, 200))));
    }
    if (!broken.isEmpty() && m_findings.empty())
        add("storages", broken);
    else if (at < m_file->size() && broken.isEmpty())
        add("trailing-bytes", tr("%1 bytes follow the last storage.").arg(m_file->size() - at));
    return storages;
}

Result<std::shared_ptr<const Checkpoint>> TorchLegacy::open(Progress &progress)
{
    std::string window;
    Result<Stream> stream = readPickles(window, progress);
    if (!stream)
        return stream.error();
    const Result<LegacyStorages> storages = readStorages(*stream, progress);
    if (!storages)
        return storages.error();
    Checkpoint::Parts parts;
    parts.path = m_file->path();
    parts.format = Format::TorchLegacy;
    parts.formatText = tr("PyTorch legacy stream, protocol %1").arg(stream->protocol);
    parts.files.push_back(m_file);
    parts.findings = std::move(stream->findings);
    parts.findings.insert(parts.findings.end(), m_findings.begin(), m_findings.end());
    const TorchContents contents{*stream->graph, stream->object, *storages, 0};
    if (auto bound = bindTorch(contents, parts, progress); !bound)
        return bound.error();
    return std::make_shared<const Checkpoint>(std::move(parts));
}

/// `80 nn 8A 0A` and the ten bytes of the number.
bool recognises(std::span<const std::byte> head)
{
    const std::string_view text(reinterpret_cast<const char *>(head.data()), head.size());
    return text.size() >= 14 && text[0] == '\x80' && text.substr(2, 2) == "\x8A\x0A" && text.substr(4, 10) == magic;
}

Result<std::shared_ptr<const Checkpoint>> open(std::shared_ptr<const InputFile> file, Progress &progress)
{
    return TorchLegacy(std::move(file)).open(progress);
}
}

const FormatReader torchLegacyFormat{"torch-legacy", recognises, open};
