// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/nodespan.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QUtf8StringView>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Recipe", text);
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t quotedEnd(std::string_view text, std::size_t begin)
{
    const char quote = text[begin];
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            if (quote == '"' || at + 1 >= text.size() || text[at + 1] != '\'')
                return at + 1;
            ++at;
        }
    }
    return text.size();
}

/// A block scalar (`|` or `>`) ends before the first line that is indented less than its first.
std::size_t blockEnd(std::string_view text, std::size_t begin)
{
    std::size_t line = text.find('\n', begin);
    std::size_t end = std::min(line, text.size());
    std::size_t indent = 0;
    while (line != std::string_view::npos && line + 1 < text.size()) {
        const std::size_t start = line + 1;
        const std::size_t content = text.find_first_not_of(' ', start);
        line = text.find('\n', start);
        if (content == std::string_view::npos || text[content] == '\n' || text[content] == '\r')
            continue;
        if (indent == 0)
            indent = content - start;
        if (content - start < indent || indent == 0)
            break;
        end = std::min(line, text.size());
    }
    return end;
}

/// A plain scalar may go over several lines; YAML folds the breaks.
std::size_t plainEnd(std::string_view text, std::size_t begin, std::string_view value)
{
    std::size_t at = begin;
    for (std::size_t i = 0; i < value.size() && at < text.size(); ++i) {
        if (isSpace(value[i])) {
            while (at < text.size() && isSpace(text[at]))
                ++at;
            while (i + 1 < value.size() && isSpace(value[i + 1]))
                ++i;
        } else {
            ++at;
        }
    }
    return at;
}
}

std::size_t scalarEnd(std::string_view text, std::size_t begin, std::string_view value, bool quoted)
{
    if (begin >= text.size())
        return text.size();
    if (!quoted)
        return plainEnd(text, begin, value);
    return text[begin] == '"' || text[begin] == '\'' ? quotedEnd(text, begin) : blockEnd(text, begin);
}

std::size_t nullEnd(std::string_view text, std::size_t begin)
{
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
        const std::size_t end = begin + word.size();
        if (text.substr(begin).starts_with(word)
            && (end >= text.size() || std::string_view(" \t\r\n,]}").find(text[end]) != std::string_view::npos))
            return end;
    }
    return begin;
}

std::size_t bracketEnd(std::string_view text, std::size_t from, char bracket)
{
    for (std::size_t at = from; at < text.size(); ++at) {
        if (text[at] == bracket)
            return at + 1;
        if (text[at] == '#')
            at = std::min(text.find('\n', at), text.size());
    }
    return text.size();
}

std::size_t afterColon(std::string_view text, std::size_t from)
{
    const std::size_t at = text.find_first_not_of(" \t", from);
    return at != std::string_view::npos && text[at] == ':' ? at + 1 : from;
}

namespace {
/// How many signs of YAML or JSON a text has that may begin a value, which is what takes memory: up to 230 bytes each
/// in yaml-cpp and 600 in the recipe, however short the text is. Those in texts and comments are counted, too; they are
/// few.
std::size_t countSigns(std::string_view text)
{
    constexpr std::string_view always = "[{,:&*!|>";
    constexpr std::string_view before = " \t\r\n";
    std::size_t signs = 0;
    std::size_t quotes = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"' || c == '\'')
            ++quotes;
        else if (c == '-' || c == '?')
            signs += at + 1 == text.size() || before.find(text[at + 1]) != std::string_view::npos ? 1 : 0;
        else
            signs += always.find(c) != std::string_view::npos ? 1 : 0;
    }
    return signs + quotes / 2;
}
}

Result<void> checkText(std::string_view text)
{
    if (text.size() > maximumTextBytes)
        return Error{
            Error::Kind::BadRecipe,
            tr("The recipe has %1; more than %2 are not read. Big tables belong in a CSV file for rename-table.")
                .arg(bytesText(qint64(text.size())), bytesText(qint64(maximumTextBytes)))};
    if (const std::size_t signs = countSigns(text); signs > maximumSigns) {
        return errorAt(text, 0,
                       tr("The recipe has %1 brackets, commas, colons and other signs of YAML; more than %2 are not "
                          "read. Big tables belong in a CSV file for rename-table.")
                           .arg(exactText(qint64(signs)), exactText(qint64(maximumSigns))));
    }
    return checkCharacters(text);
}

Result<void> checkCharacters(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
            return errorAt(text, at, tr("A recipe is text, but here is the byte %1.").arg(int(c)));
    }
    if (!QUtf8StringView(text.data(), qsizetype(text.size())).isValidUtf8()) {
        for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
            end = std::min(text.find('\n', at), text.size() - 1) + 1;
            if (!QUtf8StringView(text.data() + at, qsizetype(end - at)).isValidUtf8())
                return errorAt(text, at, tr("This line is not UTF-8."));
        }
    }
    return {};
}

Place PlaceCursor::at(std::size_t byte)
{
    if (byte < m_byte) {
        m_byte = 0;
        m_place = {};
    }
    for (; m_byte < byte && m_byte < m_text.size(); ++m_byte) {
        if (m_text[m_byte] == '\n') {
            ++m_place.line;
            m_place.column = 1;
        } else if ((m_text[m_byte] & 0xC0) != 0x80) {
            ++m_place.column;
        }
    }
    return m_place;
}

Place placeOf(std::string_view text, std::size_t byte)
{
    return PlaceCursor(text).at(byte);
}

Error errorAt(std::string_view text, std::size_t byte, const QString &message)
{
    const Place place = placeOf(text, byte);
    Error error{Error::Kind::BadRecipe, message};
    error.offset = qint64(byte);
    error.line = place.line;
    error.column = place.column;
    return error;
}

Error errorAt(const Node &node, const QString &message)
{
    Error error{Error::Kind::BadRecipe, message};
    error.line = node.line;
    error.column = node.column;
    return error;
}

Error errorAtKey(const Node &value, const QString &message)
{
    Error error{Error::Kind::BadRecipe, message};
    error.line = value.keyLine ? value.keyLine : value.line;
    error.column = value.keyLine ? value.keyColumn : value.column;
    return error;
}
