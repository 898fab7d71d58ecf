// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/pairsfile.h"

#include "model/base/text.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>
#include <unordered_set>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr qint64 largestFile = 256 * 1024 * 1024;

Error badTable(const QString &file, const QString &why)
{
    return {Error::Kind::BadRecipe, tr("The table “%1” cannot be used: %2").arg(file, why), file};
}

/// Cuts CSV into records of fields (RFC 4180).
class CsvReader
{
public:
    CsvReader(std::string_view text, char separator) : m_text(text), m_separator(separator) {}

    bool atEnd() const { return m_at >= m_text.size(); }
    int line() const { return m_line; }
    bool isUnterminated() const { return m_unterminated; }

    std::vector<std::string> record()
    {
        std::vector<std::string> fields(1);
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"' && fields.back().empty()) {
                quoted(fields.back());
            } else if (c == m_separator) {
                fields.emplace_back();
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
};

bool isHeading(const std::vector<std::string> &fields)
{
    static constexpr std::array<std::string_view, 5> firsts{"from", "old", "source", "key", "before"};
    static constexpr std::array<std::string_view, 5> seconds{"to", "new", "target", "value", "after"};
    return fields.size() == 2 && std::find(firsts.begin(), firsts.end(), fields[0]) != firsts.end()
        && std::find(seconds.begin(), seconds.end(), fields[1]) != seconds.end();
}
}

Result<NamePairs> parsePairs(std::string_view text, char separator, const QString &fileName)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    NamePairs pairs;
    std::unordered_set<std::string> seen;
    CsvReader reader(text, separator);
    while (!reader.atEnd()) {
        const int line = reader.line();
        std::vector<std::string> fields = reader.record();
        if (reader.isUnterminated())
            return badTable(fileName, tr("the quote that opens in line %1 does not close.").arg(line));
        const bool isBlank = fields.size() == 1 && fields[0].empty();
        if (isBlank || (line == 1 && isHeading(fields)))
            continue;
        if (fields.size() != 2)
            return badTable(fileName, tr("line %1 has %2 columns instead of two.").arg(line).arg(fields.size()));
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
    QFile device(path);
    if (!QFileInfo(path).isFile())
        return badTable(path, tr("there is no such file."));
    if (!device.open(QIODevice::ReadOnly))
        return badTable(path, device.errorString() + u'.');
    if (device.size() > largestFile)
        return badTable(path, tr("it is larger than %1.").arg(bytesText(largestFile)));
    const QByteArray bytes = device.readAll();
    const std::string_view text(bytes.constData(), std::size_t(bytes.size()));
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QStringLiteral("csv"))
        return parsePairs(text, ',', path);
    if (ending == QStringLiteral("tsv"))
        return parsePairs(text, '\t', path);
    if (ending != QStringLiteral("json"))
        return badTable(path, tr("it should end in .csv, .tsv or .json."));
    const Result<Node> node = parseJson(text);
    Result<NamePairs> pairs = node ? Codec<NamePairs>::parse(*node) : Result<NamePairs>(node.error());
    if (!pairs)
        return badTable(path, tr("line %1: %2").arg(pairs.error().line).arg(pairs.error().message));
    return pairs;
}
