// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/shardindex.h"

#include "model/base/saturate.h"
#include "model/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

namespace {
// Limits on all shards together: many files that are each within theirs may be too much.
constexpr std::size_t mostTensors = 10'000'000; // of the storages too
constexpr std::size_t mostNames = 10'000; // of types and functions in pickles
constexpr std::size_t mostProblems = 10'000;
constexpr std::size_t longestShown = 200;

QString tr(const char *text)
{
    return QCoreApplication::translate("Formats", text);
}

QString shown(std::string_view name)
{
    return displayName(name.substr(0, longestShown));
}

/// Puts the tensors of shards into one checkpoint, their numbers counted on.
class Merger
{
public:
    Merger(std::shared_ptr<const InputFile> index, WeightMap map)
        : m_index(std::move(index))
        , m_map(std::move(map))
        , m_name(displayName(QFileInfo(m_index->path()).fileName().toStdString()))
        , m_isFound(m_map.entries.size())
    {
        m_parts.strides.emplace_back();
    }

    Result<std::shared_ptr<const Checkpoint>> open(OpenShard openShard, Progress &progress);

private:
    /// What is added to the numbers of a shard.
    struct Base
    {
        quint32 storage;
        quint32 file;
    };

    Error damaged(const QString &message) const { return {Error::Kind::Damaged, message, m_index->path()}; }
    void find(Finding::Severity severity, const char *kind, const QString &message, std::string_view key = {})
    {
        m_parts.findings.push_back({severity, kind, message, {std::string(key)}});
    }
    void noteLink(const QString &path, const QDir &folder);
    void noteLeftOut(const Checkpoint &shard, const Root &root, std::string_view file);
    QString excess(const Checkpoint &shard) const;
    Result<void> add(const Checkpoint &shard, quint32 file, qint64 expected);
    void addStorages(const Checkpoint &shard, const Base &base);
    void addTensor(const Checkpoint &shard, Tensor tensor, const Base &base,
                   std::unordered_map<quint32, quint32> &problems);
    void addProblem(const QString &text);
    void countBytes(const Checkpoint &shard, const Tensor &tensor, std::vector<bool> &isCounted);
    void reportLacking(quint32 file);
    void reportTotal();
    Result<std::shared_ptr<const Checkpoint>> finish();

    std::shared_ptr<const InputFile> m_index;
    const WeightMap m_map;
    QString m_name;
    Checkpoint::Parts m_parts;
    bool m_isLinkTold = false;
    bool m_isComplete = true; ///< no shard and no key is missing, no dtype unknown
    std::vector<bool> m_isFound; ///< by the map's entries
    NameIndex m_unmapped; ///< keys of shards that the map does not have
    std::set<std::string> m_names;
    std::size_t m_tensors = 0; ///< of all shards, those that are left out too
    qint64 m_leftOut = 0; ///< values of shards that are no tensors
    QString m_leftOutExample;
    // Bytes of the mapped tensors: of each, of the first of each storage, of the storages.
    qint64 m_bytes = 0;
    qint64 m_bytesOnce = 0;
    qint64 m_storageBytes = 0;
};

Result<std::shared_ptr<const Checkpoint>> Merger::open(OpenShard openShard, Progress &progress)
{
    std::vector<qint64> keysOf(m_map.files.size(), 0);
    for (const WeightMap::Entry &entry : m_map.entries)
        ++keysOf[entry.file];
    std::vector<quint32> order(m_map.files.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [this](quint32 a, quint32 b) { return m_map.files[a] < m_map.files[b]; });
    std::optional<Error> first;
    const QDir folder = QFileInfo(m_index->path()).dir();
    for (const quint32 file : order) {
        if (keysOf[file] == 0) // of a key that comes again with another file
            continue;
        const QString path = folder.filePath(QString::fromStdString(m_map.files[file]));
        noteLink(path, folder);
        const auto shard = openShard(path, progress);
        if (!shard && shard.error().kind == Error::Kind::Cancelled)
            return shard.error();
        if (const QString why = shard ? excess(**shard) : QString(); !why.isEmpty())
            return damaged(why);
        const Result<void> added = shard ? add(**shard, file, keysOf[file]) : Result<void>(shard.error());
        if (added)
            continue;
        first = first.value_or(added.error());
        m_isComplete = false;
        find(Finding::Severity::Error, "missing-shard",
             tr("The shard “%1” that “%2” names cannot be opened, so its %3 tensors are not listed: %4")
                 .arg(displayName(m_map.files[file]), m_name, exactText(keysOf[file]), added.error().message));
    }
    if (m_parts.files.empty())
        return first ? *first : damaged(tr("“%1” names no shard.").arg(m_name));
    return finish();
}

/// A link out of the folder is followed, as caches of downloads consist of them, and told once.
void Merger::noteLink(const QString &path, const QDir &folder)
{
    const QString target = QFileInfo(path).isSymLink() ? QFileInfo(path).canonicalPath() : QString();
    if (m_isLinkTold || target.isEmpty() || target == folder.canonicalPath())
        return;
    m_isLinkTold = true;
    find(Finding::Severity::Info, "linked-shard",
         tr("“%1” is a link to a file in another folder.").arg(displayName(path.toStdString())));
}

/// Count what a shard's dict holds beside tensors, and torch's `_metadata`.
void Merger::noteLeftOut(const Checkpoint &shard, const Root &root, std::string_view file)
{
    if (root.object == noObject)
        return;
    const auto note = [&](std::string_view key) {
        if (m_leftOut++ == 0)
            m_leftOutExample = tr("“%1” of “%2”").arg(shown(key), displayName(file));
    };
    const ObjectTree &objects = shard.objects();
    const ObjectNode &dict = objects[root.object];
    const auto children = objects.children(root.object);
    const bool isDict = dict.kind >= ObjectNode::Kind::Dict && dict.kind <= ObjectNode::Kind::Counter;
    for (std::size_t i = 0; isDict && i + 1 < children.size(); i += 2) {
        if (objects[children[i + 1]].kind != ObjectNode::Kind::Tensor)
            note(objects[children[i]].kind == ObjectNode::Kind::Text ? objects[children[i]].text : "…");
    }
    if (isDict && root.moduleVersions != noObject)
        note("_metadata");
}

/// Why a shard is too much with those before it; empty when it is not.
QString Merger::excess(const Checkpoint &shard) const
{
    if (shard.tensors().size() > mostTensors - m_tensors
        || shard.storages().size() > mostTensors - m_parts.storages.size())
        return tr("“%1” names shards with more than %2 tensors in all.").arg(m_name, exactText(qint64(mostTensors)));
    if (shard.namesInPickle().size() > mostNames - m_names.size())
        return tr("The shards of “%1” name more than %2 types and functions.")
            .arg(m_name, exactText(qint64(mostNames)));
    return {};
}

Result<void> Merger::add(const Checkpoint &shard, quint32 file, qint64 expected)
{
    const std::string &fileName = m_map.files[file];
    m_tensors += shard.tensors().size();
    const auto &roots = shard.roots();
    const auto root = std::find_if(roots.begin(), roots.end(), [](const Root &r) { return r.path.empty(); });
    if (root == roots.end())
        return damaged(tr("“%1” has no tensors at its top level.").arg(displayName(fileName)));
    const Base base{quint32(m_parts.storages.size()), quint32(m_parts.files.size())};
    if (base.file == 0) {
        m_parts.format = shard.format();
        m_parts.formatText = shard.formatText();
        m_parts.metadata = shard.metadata();
    }
    addStorages(shard, base);
    noteLeftOut(shard, *root, fileName);
    std::unordered_map<quint32, quint32> problems;
    std::vector<bool> isCounted(shard.storages().size());
    Name elsewhere;
    qint64 countElsewhere = 0;
    qint64 found = 0;
    for (const Tensor &tensor : shard.tensors(*root)) {
        const quint32 entry = m_map.find(tensor.name);
        const bool isMapped = entry != NameIndex::none;
        if (isMapped ? m_map.entries[entry].file != file
                     : m_unmapped.find(tensor.name, namesOf(m_parts.tensors)) != NameIndex::none) {
            elsewhere = countElsewhere++ == 0 ? tensor.name : elsewhere;
            continue;
        }
        addTensor(shard, tensor, base, problems);
        if (isMapped) {
            ++found;
            m_isFound[entry] = true;
            countBytes(shard, tensor, isCounted);
        } else {
            m_unmapped.insert(quint32(m_parts.tensors.size() - 1), namesOf(m_parts.tensors));
        }
    }
    if (countElsewhere > 0) {
        find(Finding::Severity::Warning, "key-in-two-shards",
             tr("%1 keys of the shard “%2” are left out, as “%3” has them in another shard: “%4” is one.")
                 .arg(exactText(countElsewhere), displayName(fileName), m_name, shown(elsewhere)),
             elsewhere);
    }
    if (found < expected)
        reportLacking(file);
    return {};
}

void Merger::addStorages(const Checkpoint &shard, const Base &base)
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

void Merger::addTensor(const Checkpoint &shard, Tensor tensor, const Base &base,
                       std::unordered_map<quint32, quint32> &problems)
{
    if (!tensor.contiguous) {
        m_parts.strides.push_back(shard.strides(tensor));
        tensor.strides = quint32(m_parts.strides.size() - 1);
    }
    if (tensor.problem != 0) {
        quint32 &number = problems[tensor.problem];
        if (number == 0) {
            addProblem(shard.problem(tensor));
            number = quint32(m_parts.problems.size());
        }
        tensor.problem = number;
    }
    tensor.name = m_parts.names.store(tensor.name);
    if (tensor.dtypeWord != 0)
        tensor.dtypeWord = m_parts.numberOfDTypeWord(shard.dtypeWord(tensor));
    tensor.root = RootId(0);
    tensor.storage = StorageId(quint32(tensor.storage) + base.storage);
    m_parts.tensors.push_back(tensor);
}

/// Beyond the most, all have the last one.
void Merger::addProblem(const QString &text)
{
    if (m_parts.problems.size() < mostProblems)
        m_parts.problems.push_back(m_parts.problems.size() + 1 < mostProblems
                                       ? text
                                       : tr("Its values cannot be read, as those of many other tensors."));
}

void Merger::countBytes(const Checkpoint &shard, const Tensor &tensor, std::vector<bool> &isCounted)
{
    const qint64 bytes = Checkpoint::byteCount(tensor);
    m_isComplete = m_isComplete && byteSize(tensor.dtype) > 0;
    addSaturated(m_bytes, bytes);
    const auto storage = quint32(tensor.storage);
    if (isCounted[storage])
        return;
    isCounted[storage] = true;
    addSaturated(m_bytesOnce, bytes);
    addSaturated(m_storageBytes, shard.storage(tensor).bytes);
}

void Merger::reportLacking(quint32 file)
{
    m_isComplete = false;
    Name example;
    qint64 count = 0;
    for (std::size_t i = 0; i < m_map.entries.size(); ++i) {
        if (m_map.entries[i].file == file && !m_isFound[i])
            example = count++ == 0 ? m_map.entries[i].name : example;
    }
    find(Finding::Severity::Error, "missing-key",
         tr("“%1” has %2 keys in the shard “%3” that are not there: “%4” is one.")
             .arg(m_name, exactText(count), displayName(m_map.files[file]), shown(example)),
         example);
}

/// Writers count tied tensors once or each time, and some whole storages: only what fits none of them is wrong.
void Merger::reportTotal()
{
    if (!m_map.totalBytes || !m_isComplete)
        return;
    const double total = *m_map.totalBytes;
    if (total == double(m_bytes) || total == double(m_bytesOnce) || total == double(m_storageBytes))
        return;
    find(Finding::Severity::Warning, "total-size",
         tr("“%1” says that its tensors have %2 bytes in all (total_size), but they have %3.")
             .arg(m_name, QString::number(total, 'f', 0), QString::number(m_bytes)));
}

Result<std::shared_ptr<const Checkpoint>> Merger::finish()
{
    reportTotal();
    if (m_map.repeated > 0) {
        find(Finding::Severity::Warning, "repeated-key",
             tr("“%1” has keys more than once (%2 times in all); the last file of each counts.")
                 .arg(m_name, exactText(m_map.repeated)));
    }
    if (m_leftOut > 0) {
        find(Finding::Severity::Info, "left-out",
             tr("The shards of “%1” hold other values than tensors, which are left out: %2 is one (%3 in all).")
                 .arg(m_name, m_leftOutExample, exactText(m_leftOut)));
    }
    m_parts.path = m_index->path();
    m_parts.formatText = tr("%1, %2 shards").arg(m_parts.formatText, exactText(qint64(m_parts.files.size())));
    // Last, so that it is guarded and certified as the shards are, and no storage lies in it.
    m_parts.files.push_back(m_index);
    Root root;
    root.count = quint32(m_parts.tensors.size());
    m_parts.roots.push_back(std::move(root));
    return std::shared_ptr<const Checkpoint>(std::make_shared<Checkpoint>(std::move(m_parts)));
}
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
    Result<WeightMap> map = readWeightMap(**file);
    if (!map)
        return map.error();
    return mergeShards(*std::move(file), std::move(*map), open, progress);
}

Result<std::shared_ptr<const Checkpoint>> mergeShards(std::shared_ptr<const InputFile> index, WeightMap map,
                                                      OpenShard open, Progress &progress)
{
    return Merger(std::move(index), std::move(map)).open(open, progress);
}
