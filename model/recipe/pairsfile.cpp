// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/pairsfile.h"

#include "model/base/text.h"
#include "model/formats/jsonoutline.h"
#include "model/formats/jsonpieces.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr qint64 largestFile = 128 * 1024 * 1024;
constexpr std::size_t mostPairs = 1'000'000;
constexpr std::size_t longestName = 64 << 10;
/// Of a JSON table at once, each byte of which may take 300.
constexpr std::size_t pieceBytes = 256 << 10;

Error badTable(const QString &file, const QString &why)
{
    return {Error::Kind::BadRecipe, tr("The table “%1” cannot be used: %2").arg(file, why), file};
}

Error tooManyPairs(const QString &file, std::size_t found)
{
    return badTable(file,
                    tr("it has %1 entries; more than %2 are not read.")
                        .arg(exactText(qint64(found)), exactText(qint64(mostPairs))));
}

/// Cuts CSV into records of fields (RFC 4180).
class CsvReader
{
public:
    CsvReader(std::string_view text, char separator) : m_text(text), m_separator(separator) {}

    bool atEnd() const { return m_at >= m_text.size(); }
    int line() const { return m_line; }
    bool isUnterminated() const { return m_unterminated; }
    /// Of the last record, of which three are kept.
    std::size_t columns() const { return m_columns; }
    bool hasLongField() const { return m_hasLongField; }

    std::vector<std::string> record()
    {
        std::vector<std::string> fields(1);
        m_columns = 1;
        for (; m_at < m_text.size() && !m_hasLongField; ++m_at) {
            const char c = m_text[m_at];
            m_hasLongField = fields.back().size() > longestName;
            if (c == '"' && fields.back().empty()) {
                quoted(fields.back());
            } else if (c == m_separator) {
                if (++m_columns <= 3)
                    fields.emplace_back();
                else
                    fields.back().clear();
            } else if (c == '\n') {
                ++m_at;
                ++m_line;
                break;
            } else if (c != '\r' || m_at + 1 >= m_text.size() || m_text[m_at + 1] != '\n') {
                fields.back() += c;
            }
        }
        return fields;
    }

private:
    /// Stops on the closing quote.
    void quoted(std::string &field)
    {
        for (++m_at; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            m_hasLongField = field.size() > longestName;
            if (m_hasLongField)
                return;
            m_line += c == '\n';
            if (c != '"')
                field += c;
            else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == '"')
                field += m_text[++m_at];
            else
                return;
        }
        m_unterminated = true;
    }

    std::string_view m_text;
    char m_separator;
    std::size_t m_at = 0;
    int m_line = 1;
    bool m_unterminated = false;
    bool m_hasLongField = false;
    std::size_t m_columns = 0;
};

bool isHeading(const std::vector<std::string> &fields)
{
    static constexpr std::array<std::string_view, 5> firsts{"from", "old", "source", "key", "before"};
    static constexpr std::array<std::string_view, 5> seconds{"to", "new", "target", "value", "after"};
    return fields.size() == 2 && std::find(firsts.begin(), firsts.end(), fields[0]) != firsts.end()
        && std::find(seconds.begin(), seconds.end(), fields[1]) != seconds.end();
}

/// Reads a JSON map of names piece by piece.
class JsonTable
{
public:
    explicit JsonTable(const InputFile &file) : m_file(file) {}

    Result<NamePairs> read()
    {
        const Result<JsonOutline> outline = JsonOutline::read(m_file);
        if (!outline)
            return outline.error();
        if (outline->top.commas >= mostPairs)
            return tooManyPairs(m_file.path(), outline->top.commas + 1);
        JsonPieces pieces(m_file, 0, std::size_t(m_file.size()), pieceBytes, pieceBytes);
        while (!pieces.atEnd()) {
            const Result<std::string_view> piece = pieces.next();
            if (!piece)
                return badTable(m_file.path(), piece.error().message);
            if (const Result<void> read = add(*piece, pieces.isWhole()); !read)
                return badTable(m_file.path(),
                                tr("line %1: %2").arg(m_lines + read.error().line).arg(read.error().message));
            m_lines += int(std::count(piece->begin(), piece->end(), '\n'));
        }
        return std::move(m_pairs);
    }

private:
    Result<void> add(std::string_view piece, bool isWhole)
    {
        const Result<Node> node = parseJson(piece);
        Result<NamePairs> pairs = node ? Codec<NamePairs>::parse(*node) : node.error();
        if (!pairs)
            return pairs.error();
        if (pairs->empty() && !isWhole)
            return errorAt(*node, tr("Two commas have nothing between them."));
        for (std::size_t i = 0; i < pairs->size(); ++i) {
            auto &pair = (*pairs)[i];
            if (!m_seen.insert(pair.first).second)
                return errorAtKey(node->entries[i].second, tr("“%1” is there twice.").arg(displayName(pair.first)));
            m_pairs.push_back(std::move(pair));
        }
        return {};
    }

    const InputFile &m_file;
    NamePairs m_pairs;
    std::unordered_set<std::string> m_seen;
    int m_lines = 0; ///< before the piece
};
}

Result<NamePairs> parsePairs(std::string_view text, char separator, const QString &fileName)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (const auto lines = std::size_t(std::count(text.begin(), text.end(), '\n')); lines > mostPairs + 1)
        return tooManyPairs(fileName, lines);
    NamePairs pairs;
    std::unordered_set<std::string> seen;
    CsvReader reader(text, separator);
    while (!reader.atEnd()) {
        const int line = reader.line();
        std::vector<std::string> fields = reader.record();
        if (reader.isUnterminated())
            return badTable(fileName, tr("the quote that opens in line %1 does not close.").arg(line));
        if (reader.hasLongField())
            return badTable(fileName, tr("line %1 has a name of more than %2.").arg(line).arg(bytesText(longestName)));
        const bool isBlank = fields.size() == 1 && fields[0].empty();
        if (isBlank || (line == 1 && isHeading(fields)))
            continue;
        if (fields.size() != 2)
            return badTable(fileName, tr("line %1 has %2 columns instead of two.").arg(line).arg(reader.columns()));
        if (!seen.insert(fields[0]).second)
            return badTable(fileName, tr("line %1 gives “%2” again.").arg(line).arg(displayName(fields[0])));
        pairs.emplace_back(std::move(fields[0]),
                           fields[1].empty() ? std::nullopt : std::optional(std::move(fields[1])));
    }
    return pairs;
}

Result<NamePairs> readPairs(const QString &file, const QString &folder)
{
    const QString path = QFileInfo(QDir(folder), file).filePath();
    if (!QFileInfo(path).isFile())
        return badTable(path, tr("there is no such file."));
    const auto opened = InputFile::open(path);
    if (!opened)
        return badTable(path, opened.error().message);
    if ((*opened)->size() > largestFile)
        return badTable(path, tr("it is larger than %1.").arg(bytesText(largestFile)));
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QStringLiteral("json"))
        return JsonTable(**opened).read();
    if (ending != QStringLiteral("csv") && ending != QStringLiteral("tsv"))
        return badTable(path, tr("it should end in .csv, .tsv or .json."));
    std::string text(std::size_t((*opened)->size()), '\0');
    if (const Result<void> read = (*opened)->readAt(0, std::as_writable_bytes(std::span(text))); !read)
        return badTable(path, read.error().message);
    return parsePairs(text, ending == QStringLiteral("csv") ? ',' : '\t', path);
}
