// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/shards.h"

#include "model/save/save.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace {
using namespace Qt::StringLiterals;

/// A path cut where a shard's number goes: before the ending.
struct Cut
{
    QString stem;
    QString ending;
};

Cut cutEnding(const QString &path)
{
    const qsizetype dot = path.lastIndexOf(u'.');
    return dot > path.lastIndexOf(u'/') ? Cut{path.left(dot), path.mid(dot)} : Cut{path, {}};
}

/// The names that a save under `path` can give its files, but for the index.
QString namesPattern(const QString &path)
{
    const auto [stem, ending] = cutEnding(QFileInfo(path).fileName());
    return QRegularExpression::escape(stem) + u"(?:-[0-9]{5}-of-[0-9]{5})?"_s + QRegularExpression::escape(ending);
}

QString beside(const QString &path, const QString &name)
{
    return path.left(path.lastIndexOf(u'/') + 1) + name;
}

/// Names in the folder of `path` that match; what the pattern captures, or the whole of them.
QStringList namesBeside(const QString &path, const QString &pattern)
{
    const QRegularExpression wanted(QRegularExpression::anchoredPattern(pattern));
    QStringList found;
    for (const QString &name : QFileInfo(path).dir().entryList(QDir::Files | QDir::Hidden | QDir::System, QDir::Name)) {
        if (const auto match = wanted.match(name); match.hasMatch())
            found += match.captured(wanted.captureCount());
    }
    return found;
}

/// As Python's json.dumps writes text: all but printable ASCII escaped.
std::string pythonText(std::string_view text)
{
    constexpr std::string_view special = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    std::string out = "\"";
    for (const QChar unit : QString::fromUtf8(text.data(), qsizetype(text.size()))) {
        const std::size_t at = unit.unicode() < 0x80 ? special.find(char(unit.unicode())) : std::string_view::npos;
        if (at != std::string_view::npos)
            out.append(1, '\\').append(1, letters[at]);
        else if (unit.unicode() >= 0x20 && unit.unicode() < 0x7F)
            out += char(unit.unicode());
        else
            out += u"\\u%1"_s.arg(int(unit.unicode()), 4, 16, QChar(u'0')).toStdString();
    }
    return out + '"';
}

struct Unit
{
    QLatin1StringView word;
    double bytes;
};

constexpr std::array units{
    Unit{"kb"_L1, 1e3},     Unit{"mb"_L1, 1e6},     Unit{"gb"_L1, 1e9},     Unit{"tb"_L1, 1e12},    Unit{"b"_L1, 1},
    Unit{"kib"_L1, 0x1p10}, Unit{"mib"_L1, 0x1p20}, Unit{"gib"_L1, 0x1p30}, Unit{"tib"_L1, 0x1p40}, Unit{""_L1, 1},
};
}

ShardCut cutShards(const Layout &whole, qint64 mostBytes)
{
    ShardCut cut;
    std::vector<quint32> current;
    qint64 currentBytes = 0;
    // To the reference all tensors without values have one storage.
    constexpr quint32 nowhere = 0xFFFFFFFFu;
    std::unordered_map<quint32, quint32> firstIn; // storage → output
    std::unordered_map<quint32, std::vector<quint32>> followers; // output → later ones with its storage
    for (quint32 output = 0; output < whole.outputs.size(); ++output) {
        const quint32 piece = whole.outputs[output].piece;
        const qint64 bytes = whole.pieces[piece].bytes;
        const auto [first, isNew] = firstIn.try_emplace(bytes > 0 ? piece : nowhere, output);
        if (!isNew) {
            followers[first->second].push_back(output);
            continue;
        }
        cut.bytes += bytes;
        if (bytes > mostBytes) {
            cut.shards.push_back({output});
            continue;
        }
        if (currentBytes > mostBytes - bytes) {
            cut.shards.push_back(std::exchange(current, {}));
            currentBytes = 0;
        }
        current.push_back(output);
        currentBytes += bytes;
    }
    if (!current.empty())
        cut.shards.push_back(std::move(current));
    for (std::vector<quint32> &shard : cut.shards) {
        for (std::size_t i = 0, firsts = shard.size(); i < firsts; ++i) {
            if (const auto found = followers.find(shard[i]); found != followers.end())
                shard.insert(shard.end(), found->second.begin(), found->second.end());
        }
    }
    return cut;
}

QString shardPath(const QString &path, std::size_t number, std::size_t count)
{
    const auto [stem, ending] = cutEnding(path);
    return u"%1-%2-of-%3%4"_s.arg(stem).arg(number, 5, 10, QChar(u'0')).arg(count, 5, 10, QChar(u'0')).arg(ending);
}

QString shardIndexPath(const QString &path)
{
    return path + u".index.json"_s;
}

std::string shardIndexText(const ShardIndex &index)
{
    std::string text = "{\n  \"metadata\": {\n    \"total_size\": " + std::to_string(index.totalBytes);
    for (const auto &[key, value] : index.metadata)
        text += ",\n    " + pythonText(key) + ": " + pythonText(value);
    text += "\n  },\n  \"weight_map\": {";
    for (const auto &[key, file] : index.files)
        text += (text.back() == '{' ? "\n    " : ",\n    ") + pythonText(key) + ": " + pythonText(file);
    return text + "\n  }\n}";
}

QStringList earlierFiles(const QString &path)
{
    QStringList found;
    const QString index = QFileInfo(shardIndexPath(path)).fileName();
    for (const QString &name :
         namesBeside(path, QRegularExpression::escape(index)) + namesBeside(path, namesPattern(path)))
        found += beside(path, name);
    return found;
}

void removeUnfinished(const QString &path)
{
    QStringList names =
        namesBeside(path, u"\\.(%1(?:\\.index\\.json)?)\\.[^.]*\\.weightsmith-part"_s.arg(namesPattern(path)));
    names.removeDuplicates();
    for (const QString &name : std::as_const(names))
        AtomicFile::removeLeftOvers(beside(path, name));
}

Result<qint64> shardBytes(const QString &text)
{
    static const QRegularExpression form(u"\\A\\s*([0-9]+(?:\\.[0-9]+)?)\\s*([a-z]*)\\s*\\z"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(text);
    const QString word = match.captured(2).toLower();
    const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit &known) { return known.word == word; });
    if (!match.hasMatch() || unit == units.end()) {
        return Error{Error::Kind::Usage,
                     QCoreApplication::translate("Shards",
                                                 "“%1” is not a size of shards: write bytes as 2000000, or a number "
                                                 "with KB, MB, GB, TB, KiB, MiB, GiB or TiB, as 5GB.")
                         .arg(shownPath(text))};
    }
    const double bytes = std::floor(match.captured(1).toDouble() * unit->bytes);
    if (bytes < 1 || bytes >= 0x1p63) {
        return Error{Error::Kind::Usage,
                     QCoreApplication::translate("Shards",
                                                 "“%1” is not a size of shards: it must be from 1 byte up to "
                                                 "8 EiB.")
                         .arg(shownPath(text))};
    }
    return qint64(bytes);
}
