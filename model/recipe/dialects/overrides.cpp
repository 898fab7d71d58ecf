// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/overrides.h"

#include "model/base/text.h"
#include "model/recipe/nodespan.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Reads a value in Hydra's grammar: quoted text, a list, a map, or text as it stands.
class ValueReader
{
public:
    explicit ValueReader(std::string_view text) : m_text(text) {}

    /// Nothing: not closed, or something follows.
    std::optional<Node> read()
    {
        skipBlanks();
        if (atEnd())
            return quotedText({});
        const char first = m_text[m_at];
        if (first != '[' && first != '{' && first != '\'' && first != '"')
            return plain(trimmed(m_text.substr(m_at)));
        std::optional<Node> node = value(0);
        skipBlanks();
        return node && atEnd() ? node : std::nullopt;
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    void skipBlanks()
    {
        while (!atEnd() && isBlank(m_text[m_at]))
            ++m_at;
    }
    bool take(char c)
    {
        skipBlanks();
        if (atEnd() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    static Node quotedText(std::string text)
    {
        Node node = Node::scalar(std::move(text));
        node.quoted = true;
        return node;
    }

    static Node plain(std::string_view text)
    {
        const bool isNull = text.size() == 4 && QByteArray(text.data(), 4).toLower() == "null";
        return isNull ? Node() : Node::scalar(std::string(text));
    }

    std::optional<Node> value(int depth)
    {
        constexpr int deepest = 32;
        skipBlanks();
        if (atEnd() || depth > deepest)
            return std::nullopt;
        switch (m_text[m_at]) {
        case '[': return list(depth);
        case '{': return map(depth);
        case '\'':
        case '"': return quoted();
        default: break;
        }
        const std::size_t begin = m_at;
        while (!atEnd() && std::string_view(",]}[{").find(m_text[m_at]) == std::string_view::npos)
            ++m_at;
        return plain(trimmed(m_text.substr(begin, m_at - begin)));
    }

    std::optional<Node> quoted()
    {
        const char quote = m_text[m_at++];
        std::string text;
        for (; !atEnd() && m_text[m_at] != quote; ++m_at) {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size()
                && (m_text[m_at + 1] == quote || m_text[m_at + 1] == '\\'))
                ++m_at;
            text += m_text[m_at];
        }
        if (atEnd())
            return std::nullopt;
        ++m_at;
        return quotedText(std::move(text));
    }

    std::optional<Node> list(int depth)
    {
        ++m_at;
        Node node = Node::list({});
        node.flow = true;
        if (take(']'))
            return node;
        do {
            std::optional<Node> item = value(depth + 1);
            if (!item)
                return std::nullopt;
            node.items.push_back(std::move(*item));
        } while (take(','));
        return take(']') ? std::optional(node) : std::nullopt;
    }

    std::optional<Node> map(int depth)
    {
        ++m_at;
        Node node = Node::map({});
        node.flow = true;
        if (take('}'))
            return node;
        do {
            skipBlanks();
            const std::size_t begin = m_at;
            while (!atEnd() && std::string_view(":,{}[]").find(m_text[m_at]) == std::string_view::npos)
                ++m_at;
            std::string_view key = trimmed(m_text.substr(begin, m_at - begin));
            if (key.size() > 1 && (key.front() == '\'' || key.front() == '"') && key.back() == key.front())
                key = key.substr(1, key.size() - 2);
            if (key.empty() || !take(':'))
                return std::nullopt;
            std::optional<Node> entry = value(depth + 1);
            if (!entry)
                return std::nullopt;
            node.entries.emplace_back(std::string(key), std::move(*entry));
        } while (take(','));
        return take('}') ? std::optional(node) : std::nullopt;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};
}

Result<std::optional<Override>> parseOverride(std::string_view word)
{
    const std::size_t equals = word.find('=');
    std::string_view path = word.substr(0, equals == std::string_view::npos ? 0 : equals);
    while (path.starts_with('+'))
        path.remove_prefix(1);
    if (path.empty() || path.starts_with('-') || path.find_first_of(" \t\n'\"") != std::string_view::npos)
        return std::optional<Override>();
    if (const Result<void> readable = checkText(word); !readable)
        return readable.error();
    std::optional<Node> value = ValueReader(word.substr(equals + 1)).read();
    if (!value)
        return Error{Error::Kind::BadRecipe,
                     tr("“%1” is no value: a bracket or a quote is not closed, or something follows it.")
                         .arg(displayName(word.substr(0, 200)))};
    return std::optional(Override{std::string(path), std::move(*value)});
}

Result<std::vector<std::string>> shellWords(std::string_view command)
{
    constexpr std::size_t most = 100'000; // more than a system passes to a program
    std::vector<std::string> words;
    std::string word;
    bool inWord = false;
    char quote = 0;
    for (std::size_t at = 0; at < command.size(); ++at) {
        if (words.size() > most)
            return Error{Error::Kind::BadRecipe,
                         tr("The command has more than %1 words; that many are not read.").arg(most)};
        const char c = command[at];
        const bool isEscape = c == '\\' && quote != '\'' && at + 1 < command.size();
        if (isEscape && (!quote || std::string_view("\"\\$`\n").find(command[at + 1]) != std::string_view::npos)) {
            ++at;
            if (command[at] != '\n') {
                word += command[at];
                inWord = true;
            }
        } else if (quote && c == quote) {
            quote = 0;
        } else if (!quote && (c == '\'' || c == '"')) {
            quote = c;
            inWord = true;
        } else if (!quote && isBlank(c)) {
            if (std::exchange(inWord, false))
                words.push_back(std::exchange(word, {}));
        } else {
            word += c;
            inWord = true;
        }
    }
    if (quote)
        return Error{Error::Kind::BadRecipe,
                     tr("The command has a quote (%1) that is not closed.").arg(QLatin1Char(quote))};
    if (inWord)
        words.push_back(std::move(word));
    return words;
}
