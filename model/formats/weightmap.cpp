// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/weightmap.h"

#include "model/base/text.h"
#include "model/formats/jsonvalues.h"
#include "model/formats/shardindex.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <map>

namespace {
namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

constexpr qint64 largestIndex = 64 << 20;
constexpr std::size_t mostShards = 4096;
constexpr std::size_t mostKeys = 1'000'000;
constexpr std::size_t longestKey = 1 << 20;
constexpr std::size_t longestFileName = 255; // of any file system
constexpr std::size_t longestShown = 200;
constexpr error_code refused = simdjson::UNEXPECTED_ERROR; // ends reading; what is said is m_refusal

QString tr(const char *text)
{
    return QCoreApplication::translate("Formats", text);
}

/// A name that cannot lead out of the index's folder, nor to another index.
bool isPlainFileName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && name.size() <= longestFileName
        && name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos
        && !isShardIndex(QString::fromUtf8(name.data(), qsizetype(name.size())));
}

class WeightMapReader
{
public:
    WeightMapReader(const InputFile &file, std::size_t pieceBytes)
        : m_file(file)
        , m_pieceBytes(pieceBytes)
        , m_name(displayName(QFileInfo(file.path()).fileName().toStdString()))
    {}

    Result<WeightMap> read();

private:
    Error damaged(const QString &message) const { return {Error::Kind::Damaged, message, m_file.path()}; }
    error_code readPiece(std::string_view piece, bool mayBeEmpty);
    error_code readTop(std::string_view name, ondemand::value value);
    error_code readMetadata(ondemand::value value);
    error_code readMap(ondemand::value value);
    bool add(std::string_view key, std::string_view file);
    /// For a reason of ours; the parser's error is of no interest then.
    void refuse(const QString &why) { m_refusal = m_refusal.isEmpty() ? why : m_refusal; }

    const InputFile &m_file;
    std::size_t m_pieceBytes;
    QString m_name;
    ondemand::parser m_parser;
    WeightMap m_map;
    std::map<std::string, quint32, std::less<>> m_files;
    bool m_hasMap = false;
    QString m_refusal;
};

Result<WeightMap> WeightMapReader::read()
{
    if (m_file.size() > largestIndex) {
        return damaged(tr("“%1” has %2: too large to be an index of shards.").arg(m_name, bytesText(m_file.size())));
    }
    JsonPieces pieces(m_file, 0, std::size_t(m_file.size()), m_pieceBytes);
    error_code error = simdjson::SUCCESS;
    while (!error && !pieces.atEnd()) {
        const Result<std::string_view> piece = pieces.next();
        if (!piece)
            return piece.error();
        error = readPiece(*piece, pieces.isWhole());
        if (!m_refusal.isEmpty())
            return damaged(m_refusal);
    }
    if (!error && !m_hasMap)
        error = simdjson::NO_SUCH_FIELD;
    if (error) {
        return damaged(tr("“%1” is not an index of shards; expected JSON with an object “weight_map” that gives each "
                          "key a file name: %2.")
                           .arg(m_name, jsonProblem(error)));
    }
    return std::move(m_map);
}

error_code WeightMapReader::readPiece(std::string_view piece, bool mayBeEmpty)
{
    const simdjson::padded_string_view json(piece.data(), piece.size(), piece.size() + JsonPieces::padding);
    ondemand::document document;
    if (const error_code error = m_parser.iterate(json).get(document))
        return error;
    return eachEntryOfPiece(document, mayBeEmpty, [this](std::string_view name, ondemand::value value) {
        const error_code error = readTop(name, value);
        return m_refusal.isEmpty() ? error : refused;
    });
}

error_code WeightMapReader::readTop(std::string_view name, ondemand::value value)
{
    if (name == "metadata")
        return readMetadata(value);
    if (name != "weight_map")
        return skimJson(value, 1);
    if (std::exchange(m_hasMap, true))
        refuse(tr("“%1” has “weight_map” more than once.").arg(m_name));
    return readMap(value);
}

error_code WeightMapReader::readMetadata(ondemand::value value)
{
    ondemand::json_type type{};
    if (const error_code error = value.type().get(type))
        return error;
    if (type != ondemand::json_type::object)
        return skimJson(value, 1);
    return eachJsonEntry(value.get_object(), [this](std::string_view name, ondemand::value entry) {
        ondemand::json_type kind{};
        if (const error_code error = entry.type().get(kind))
            return error;
        double number = 0;
        const bool isTotal = name == "total_size" && kind == ondemand::json_type::number;
        const error_code error = isTotal ? entry.get_double().get(number) : skimJson(entry, 2);
        if (isTotal && !error)
            m_map.totalBytes = number;
        return error;
    });
}

error_code WeightMapReader::readMap(ondemand::value value)
{
    return eachJsonEntry(value.get_object(), [this](std::string_view key, ondemand::value entry) {
        std::string_view file;
        if (const error_code error = entry.get_string().get(file))
            return error;
        return add(key, file) ? simdjson::SUCCESS : refused;
    });
}

bool WeightMapReader::add(std::string_view key, std::string_view file)
{
    auto found = m_files.find(file);
    if (found == m_files.end()) {
        if (!isPlainFileName(file)) {
            refuse(tr("“%1” names the shard “%2”; expected the plain name of a file in the same folder.")
                       .arg(m_name, displayName(file.substr(0, longestShown))));
        } else if (m_map.files.size() == mostShards) {
            refuse(tr("“%1” names more than %2 shards, which are the most that are opened.")
                       .arg(m_name, exactText(qint64(mostShards))));
        } else {
            found = m_files.emplace(file, quint32(m_map.files.size())).first;
            m_map.files.emplace_back(file);
        }
    }
    if (key.size() > longestKey)
        refuse(tr("“%1” has a key of %2.").arg(m_name, bytesText(qint64(key.size()))));
    if (m_map.entries.size() == mostKeys)
        refuse(tr("“%1” names more than %2 keys.").arg(m_name, exactText(qint64(mostKeys))));
    if (!m_refusal.isEmpty())
        return false;
    const quint32 known = m_map.find(key);
    if (known != NameIndex::none) {
        m_map.entries[known].file = found->second;
        ++m_map.repeated;
        return true;
    }
    m_map.entries.push_back({m_map.names.store(key), found->second});
    m_map.index.insert(quint32(m_map.entries.size() - 1), namesOf(m_map.entries));
    return true;
}
}

Result<WeightMap> readWeightMap(const InputFile &file, std::size_t pieceBytes)
{
    return WeightMapReader(file, pieceBytes).read();
}
