// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/shardindex.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <simdjson.h>
#include <unordered_map>

namespace {
constexpr qint64 largestIndex = 64 << 20;
constexpr std::size_t mostShards = 4096;
constexpr std::size_t mostTensors = 1u << 31;

QString tr(const char *text)
{
    return QCoreApplication::translate("Formats", text);
}

/// The file of each key, as the index has it.
using WeightMap = std::map<std::string, std::string, std::less<>>;

/// A name that cannot lead out of the index's folder, nor to another index.
bool isPlainFileName(const std::string &name)
{
    return !name.empty() && name != "." && name != ".."
        && name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos
        && !isShardIndex(QString::fromStdString(name));
}

simdjson::error_code readMap(simdjson::ondemand::document &document, WeightMap &map)
{
    simdjson::ondemand::object object;
    if (const auto error = document["weight_map"].get_object().get(object))
        return error;
    for (auto field : object) {
        std::string_view key;
        std::string_view file;
        if (const auto error = field.unescaped_key().get(key))
            return error;
        // The parser's buffer keeps both texts until the document is read again.
        if (const auto error = field.value().get_string().get(file))
            return error;
        map.insert_or_assign(std::string(key), std::string(file));
    }
    return simdjson::SUCCESS;
}

/// Puts the tensors of shards into one checkpoint, their numbers counted on.
class Merger
{
public:
    Merger(std::shared_ptr<const InputFile> index, WeightMap map)
        : m_index(std::move(index))
        , m_map(std::move(map))
        , m_name(displayName(QFileInfo(m_index->path()).fileName().toStdString()))
    {
        m_parts.strides.emplace_back();
    }

    Result<std::shared_ptr<const Checkpoint>> open(OpenShard openShard, Progress &progress)
    {
        std::map<std::string, qint64> keysOf;
        for (const auto &[key, file] : m_map)
            ++keysOf[file];
        if (keysOf.size() > mostShards) {
            return damaged(tr("“%1” names %2 shards; at most %3 are opened.")
                               .arg(m_name, exactText(qint64(keysOf.size())), exactText(qint64(mostShards))));
        }
        for (const auto &[file, keys] : keysOf) {
            if (!isPlainFileName(file)) {
                return damaged(tr("“%1” names the shard “%2”; expected the plain name of a file in the same folder.")
                                   .arg(m_name, displayName(file)));
            }
        }
        std::optional<Error> first;
        const QDir folder = QFileInfo(m_index->path()).dir();
        for (const auto &[file, keys] : keysOf) {
            const QString path = folder.filePath(QString::fromStdString(file));
            noteLink(path, folder);
            const auto shard = openShard(path, progress);
            if (!shard && shard.error().kind == Error::Kind::Cancelled)
                return shard.error();
            const Result<void> added = shard ? add(**shard, file, keys) : Result<void>(shard.error());
            if (added)
                continue;
            first = first.value_or(added.error());
            find(Finding::Severity::Error, "missing-shard",
                 tr("The shard “%1” that “%2” names cannot be opened, so its %3 tensors are not listed: %4")
                     .arg(displayName(file), m_name, exactText(keys), added.error().message));
        }
        if (m_parts.files.empty())
            return first ? *first : damaged(tr("“%1” names no shard.").arg(m_name));
        return finish();
    }

private:
    Error damaged(const QString &message) const { return {Error::Kind::Damaged, message, m_index->path()}; }

    void find(Finding::Severity severity, const char *kind, const QString &message, const std::string &key = {})
    {
        m_parts.findings.push_back({severity, kind, message, {key}});
    }

    /// A link out of the folder is followed, as caches of downloads consist of them, and told once.
    void noteLink(const QString &path, const QDir &folder)
    {
        const QString target = QFileInfo(path).isSymLink() ? QFileInfo(path).canonicalPath() : QString();
        if (m_isLinkTold || target.isEmpty() || target == folder.canonicalPath())
            return;
        m_isLinkTold = true;
        find(Finding::Severity::Info, "linked-shard",
             tr("“%1” is a link to a file in another folder.").arg(displayName(path.toStdString())));
    }

    Result<void> add(const Checkpoint &shard, const std::string &file, qint64 expected)
    {
        const auto &roots = shard.roots();
        const auto root = std::find_if(roots.begin(), roots.end(), [](const Root &r) { return r.path.empty(); });
        if (root == roots.end())
            return damaged(tr("“%1” has no tensors at its top level.").arg(displayName(file)));
        if (root->count > mostTensors - m_parts.tensors.size())
            return damaged(tr("“%1” names shards with too many tensors.").arg(m_name));
        const Base base{quint32(m_parts.storages.size()), quint32(m_parts.files.size())};
        if (base.file == 0) {
            m_parts.format = shard.format();
            m_parts.formatText = shard.formatText();
            m_parts.metadata = shard.metadata();
        }
        addStorages(shard, base);
        std::unordered_map<quint32, quint32> problems;
        std::vector<std::string> elsewhere;
        qint64 found = 0;
        for (const Tensor &tensor : shard.tensors(*root)) {
            const auto mapped = m_map.find(tensor.name);
            if (mapped != m_map.end() && mapped->second != file) {
                elsewhere.emplace_back(tensor.name);
                continue;
            }
            if (mapped != m_map.end()) {
                ++found;
                m_found.insert(mapped->first);
            } else if (!m_unmapped.insert(std::string(tensor.name)).second) {
                elsewhere.emplace_back(tensor.name);
                continue;
            }
            addTensor(shard, tensor, base, problems);
        }
        if (!elsewhere.empty()) {
            const QString message =
                tr("%1 keys of the shard “%2” are left out, as “%3” has them in another shard: “%4” is one.")
                    .arg(exactText(qint64(elsewhere.size())), displayName(file), m_name, displayName(elsewhere[0]));
            find(Finding::Severity::Warning, "key-in-two-shards", message, elsewhere[0]);
        }
        if (found < expected)
            reportLacking(file);
        return {};
    }

    /// What is added to the numbers of a shard.
    struct Base
    {
        quint32 storage;
        quint32 file;
    };

    void addStorages(const Checkpoint &shard, const Base &base)
    {
        for (Storage storage : shard.storages()) {
            storage.file += base.file;
            if (storage.encoding == Storage::Encoding::Inline)
                storage.offset += qint64(m_parts.inlineBytes.size());
            m_parts.storages.push_back(storage);
        }
        const auto bytes = shard.inlineBytes();
        m_parts.inlineBytes.insert(m_parts.inlineBytes.end(), bytes.begin(), bytes.end());
        m_parts.files.insert(m_parts.files.end(), shard.files().begin(), shard.files().end());
        m_parts.findings.insert(m_parts.findings.end(), shard.findings().begin(), shard.findings().end());
        for (const auto &name : shard.namesInPickle()) {
            if (m_names.insert(name.first).second)
                m_parts.namesInPickle.push_back(name);
        }
    }

    void addTensor(const Checkpoint &shard, Tensor tensor, const Base &base,
                   std::unordered_map<quint32, quint32> &problems)
    {
        if (!tensor.contiguous) {
            m_parts.strides.push_back(shard.strides(tensor));
            tensor.strides = quint32(m_parts.strides.size() - 1);
        }
        if (tensor.problem != 0) {
            quint32 &number = problems[tensor.problem];
            if (number == 0) {
                m_parts.problems.push_back(shard.problem(tensor));
                number = quint32(m_parts.problems.size());
            }
            tensor.problem = number;
        }
        tensor.name = m_parts.names.store(tensor.name);
        tensor.dtypeWord = m_parts.names.store(tensor.dtypeWord);
        tensor.root = RootId(0);
        tensor.storage = StorageId(quint32(tensor.storage) + base.storage);
        m_parts.tensors.push_back(tensor);
    }

    void reportLacking(const std::string &file)
    {
        std::vector<std::string> lacking;
        for (const auto &[key, shard] : m_map) {
            if (shard == file && !m_found.contains(key))
                lacking.push_back(key);
        }
        const QString message =
            tr("“%1” has %2 keys in the shard “%3” that are not there: “%4” is one.")
                .arg(m_name, exactText(qint64(lacking.size())), displayName(file), displayName(lacking[0]));
        find(Finding::Severity::Error, "missing-key", message, lacking[0]);
    }

    Result<std::shared_ptr<const Checkpoint>> finish()
    {
        m_parts.path = m_index->path();
        m_parts.formatText = tr("%1, %2 shards").arg(m_parts.formatText, exactText(qint64(m_parts.files.size())));
        // Last, so that it is guarded and certified as the shards are, and no storage lies in it.
        m_parts.files.push_back(m_index);
        Root root;
        root.count = quint32(m_parts.tensors.size());
        m_parts.roots.push_back(std::move(root));
        return std::shared_ptr<const Checkpoint>(std::make_shared<Checkpoint>(std::move(m_parts)));
    }

    std::shared_ptr<const InputFile> m_index;
    const WeightMap m_map;
    QString m_name;
    Checkpoint::Parts m_parts;
    bool m_isLinkTold = false;
    std::set<std::string_view> m_found; ///< keys of m_map
    std::set<std::string> m_unmapped; ///< keys of shards that m_map does not have
    std::set<std::string> m_names;
};
}

bool isShardIndex(const QString &path)
{
    return path.endsWith(QStringLiteral(".index.json"));
}

Result<QString> findShardIndex(const QString &folder)
{
    const QDir dir(folder);
    const QStringList found = dir.entryList({QStringLiteral("*.index.json")}, QDir::Files, QDir::Name);
    if (found.size() == 1)
        return dir.filePath(found.first());
    const QString name = displayName(folder.toStdString());
    return Error{
        Error::Kind::Unsupported,
        found.isEmpty()
            ? tr("“%1” is a folder without an index of shards (*.index.json): name a file in it.").arg(name)
            : tr("“%1” is a folder with %2 indexes of shards: name one of them.").arg(name, exactText(found.size())),
        folder};
}

Result<std::shared_ptr<const Checkpoint>> openShards(const QString &indexPath, OpenShard open, Progress &progress)
{
    auto file = InputFile::open(indexPath);
    if (!file)
        return file.error();
    const QString name = displayName(QFileInfo(indexPath).fileName().toStdString());
    if ((*file)->size() > largestIndex) {
        return Error{Error::Kind::Damaged,
                     tr("“%1” has %2: too large to be an index of shards.").arg(name, bytesText((*file)->size())),
                     indexPath};
    }
    simdjson::padded_string text(std::size_t((*file)->size()));
    if (const auto read = (*file)->readAt(0, std::as_writable_bytes(std::span(text.data(), text.size()))); !read)
        return read.error();
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    WeightMap map;
    auto error = parser.iterate(text).get(document);
    if (!error)
        error = readMap(document, map);
    if (error) {
        return Error{Error::Kind::Damaged,
                     tr("“%1” is not an index of shards; expected JSON with an object “weight_map” that gives each key "
                        "a file name: %2.")
                         .arg(name, QString::fromLatin1(simdjson::error_message(error))),
                     indexPath};
    }
    return Merger(*std::move(file), std::move(map)).open(open, progress);
}
