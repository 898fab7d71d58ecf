// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/pythonliteral.h"

#include "model/base/text.h"
#include "model/recipe/nodespan.h"

#include <QCoreApplication>

#include <optional>
#include <unordered_map>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Reads one value after the other; the first problem ends it.
class PythonReader
{
public:
    explicit PythonReader(std::string_view text) : m_text(text) {}

    Result<Node> read()
    {
        skip();
        Node all = startsAssignment() ? assignments() : value(0);
        skip();
        if (!m_error && !atEnd())
            fail(tr("expected the end, but something follows; only literals are read"));
        return m_error ? Result<Node>(*m_error) : Result<Node>(std::move(all));
    }

private:
    bool atEnd() const { return m_error || m_at >= m_text.size(); }
    char here() const { return atEnd() ? '\0' : m_text[m_at]; }

    Node fail(const QString &what)
    {
        if (!m_error)
            m_error = errorAt(m_text, std::min(m_at, m_text.size()), what + u'.');
        return {};
    }

    /// Blanks, line ends, comments, and the semicolon that ends a statement.
    void skip()
    {
        while (!atEnd()) {
            const char c = m_text[m_at];
            if (c == '#')
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            else if (c == ' ' || c == '\t' || c == '\n' || c == '\r'
                     || (c == '\\' && m_at + 1 < m_text.size() && m_text[m_at + 1] == '\n'))
                ++m_at;
            else
                break;
        }
    }

    bool take(char c)
    {
        skip();
        if (here() != c)
            return false;
        ++m_at;
        return true;
    }

    std::string name()
    {
        const std::size_t begin = m_at;
        while (!atEnd() && (isNameStart(m_text[m_at]) || isDigit(m_text[m_at]) || m_text[m_at] == '.'))
            ++m_at;
        return std::string(m_text.substr(begin, m_at - begin));
    }

    /// Whether `name =` stands here, with no second equals sign.
    bool startsAssignment()
    {
        const std::size_t before = m_at;
        bool is = false;
        if (isNameStart(here())) {
            name();
            skip();
            is = here() == '=' && m_text.substr(m_at, 2) != "==";
        }
        m_at = before;
        return is;
    }

    Node assignments()
    {
        Node map = Node::map({});
        Keys keys;
        while (!atEnd() && startsAssignment()) {
            const std::string key = name();
            take('=');
            Node node = value(0);
            add(map, keys, key, std::move(node));
            take(',');
            skip();
        }
        return map;
    }

    /// Keys of the maps that are open, each with its place.
    using Keys = std::unordered_map<std::string, std::size_t>;

    /// What is given twice is the latter, where the first was.
    void add(Node &map, Keys &keys, const std::string &key, Node node)
    {
        constexpr std::size_t most = 100'000;
        if (map.entries.size() >= most)
            fail(tr("more than 100,000 entries"));
        const auto [at, isNew] = keys.emplace(key, map.entries.size());
        if (isNew)
            map.entries.emplace_back(key, std::move(node));
        else
            map.entries[at->second].second = std::move(node);
    }

    Node value(int depth)
    {
        constexpr int deepest = 64;
        if (depth > deepest)
            return fail(tr("nested deeper than 64 levels"));
        skip();
        const std::size_t begin = m_at;
        const Place place = m_places.at(begin); // before what is inside: places are asked for in their order
        Node node = bare(depth);
        if (node.line == 0) {
            node.begin = begin;
            node.end = m_at;
            node.line = place.line;
            node.column = place.column;
        }
        return node;
    }

    Node bare(int depth)
    {
        switch (here()) {
        case '[': return list(']', depth);
        case '(': return list(')', depth);
        case '{': return dict(depth);
        case '\'':
        case '"': return text();
        default: break;
        }
        if (isDigit(here()) || here() == '-' || here() == '+' || here() == '.')
            return number();
        if (!isNameStart(here()))
            return fail(atEnd() ? tr("expected a value, but the text ends") : tr("expected a value"));
        if (textPrefix() > 0)
            return text();
        const std::string word = name();
        if (word == "None")
            return {};
        if (word == "True" || word == "False")
            return Node::scalar(word);
        if (take('('))
            return call(word, depth);
        return fail(tr("“%1” is a name; only literals are read, nothing is looked up").arg(displayName(word)));
    }

    Node number()
    {
        const std::size_t begin = m_at;
        while (!atEnd()
               && (isDigit(here()) || std::string_view("+-._eExXabcdefABCDEF").find(here()) != std::string_view::npos))
            ++m_at;
        return Node::scalar(std::string(m_text.substr(begin, m_at - begin)));
    }

    Node list(char close, int depth)
    {
        ++m_at;
        Node node = Node::list({});
        bool hasComma = false;
        while (!atEnd() && !take(close)) {
            node.items.push_back(value(depth + 1));
            hasComma = take(',');
            skip();
            if (!hasComma && here() != close)
                return fail(tr("expected a comma or “%1”").arg(QLatin1Char(close)));
        }
        if (m_at == 0 || m_text[m_at - 1] != close)
            return fail(tr("“%1” is missing").arg(QLatin1Char(close)));
        // Brackets around one value, without a comma, are no tuple.
        if (close == ')' && node.items.size() == 1 && !hasComma)
            return std::move(node.items.front());
        return node;
    }

    Node dict(int depth)
    {
        ++m_at;
        Node map = Node::map({});
        Keys keys;
        while (!atEnd() && !take('}')) {
            const Node key = value(depth + 1);
            if (m_error)
                return {};
            // vLLM's tables have re.compile(…) for a key.
            const Node *pattern = key.find("0");
            const bool isPattern = pattern && key.entries.size() == 2 && key.find("()")->text == "re.compile";
            if (!key.isScalar() && !isPattern)
                return fail(tr("a key must be text"));
            if (!take(':'))
                return fail(tr("expected a colon"));
            add(map, keys, isPattern ? pattern->text : key.text, value(depth + 1));
            const bool hasComma = take(',');
            skip();
            if (!hasComma && here() != '}')
                return fail(tr("expected a comma or “}”"));
        }
        if (m_text[m_at - 1] != '}')
            return fail(tr("“}” is missing"));
        return map;
    }

    Node call(const std::string &called, int depth)
    {
        Node map = Node::map({});
        Keys keys;
        if (called != "dict")
            add(map, keys, "()", Node::scalar(called));
        int unnamed = 0;
        while (!atEnd() && !take(')')) {
            skip();
            std::string key = std::to_string(unnamed);
            if (startsAssignment()) {
                key = name();
                take('=');
            } else {
                ++unnamed;
            }
            add(map, keys, key, value(depth + 1));
            const bool hasComma = take(',');
            skip();
            if (!hasComma && here() != ')')
                return fail(tr("expected a comma or “)”"));
        }
        if (m_text[m_at - 1] != ')')
            return fail(tr("“)” is missing"));
        return map;
    }

    /// Letters before the quote of a text: r, b, u in any case; 0 when there is no text here.
    std::size_t textPrefix() const
    {
        std::size_t at = m_at;
        while (at < m_text.size() && at < m_at + 2
               && std::string_view("rRuUbBfF").find(m_text[at]) != std::string_view::npos)
            ++at;
        const bool isText = at < m_text.size() && (m_text[at] == '\'' || m_text[at] == '"');
        return isText ? at - m_at : 0;
    }

    /// One text, or several in a row that are one.
    Node text()
    {
        std::string all;
        do {
            bool isRaw = false;
            for (std::size_t i = textPrefix(); i > 0; --i, ++m_at) {
                isRaw |= here() == 'r' || here() == 'R';
                if (here() == 'f' || here() == 'F')
                    return fail(tr("an f-string is no literal"));
            }
            if (!oneText(all, isRaw))
                return {};
            skip();
        } while (here() == '\'' || here() == '"' || textPrefix() > 0);
        Node node = Node::scalar(std::move(all));
        node.quoted = true;
        return node;
    }

    bool oneText(std::string &all, bool isRaw)
    {
        const char quote = here();
        const std::string triple(3, quote);
        const bool isLong = m_text.substr(m_at, 3) == triple;
        const std::string_view end = isLong ? std::string_view(triple) : std::string_view(triple).substr(2);
        m_at += end.size();
        while (!atEnd() && m_text.substr(m_at, end.size()) != end) {
            if (here() == '\n' && !isLong)
                break;
            if (here() != '\\' || m_at + 1 >= m_text.size()) {
                all += m_text[m_at++];
            } else if (isRaw) {
                all += m_text.substr(m_at, 2);
                m_at += 2;
            } else if (!escape(all)) {
                return false;
            }
        }
        if (atEnd() || m_text.substr(m_at, end.size()) != end) {
            fail(tr("the quote that ends the text is missing"));
            return false;
        }
        m_at += end.size();
        return true;
    }

    bool escape(std::string &all)
    {
        const char c = m_text[m_at + 1];
        constexpr std::string_view letters = "abfnrtv\\'\"0", values = "\a\b\f\n\r\t\v\\'\"";
        const std::size_t known = letters.find(c);
        if (c == '\n') {
            m_at += 2;
        } else if (known < values.size()) {
            all += values[known];
            m_at += 2;
        } else if (c == 'x' || c == 'u' || c == 'U') {
            const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            const std::string hex(m_text.substr(std::min(m_at + 2, m_text.size()), digits));
            bool isHex = hex.size() == digits;
            const char32_t code = QString::fromStdString(hex).toUInt(&isHex, 16);
            if (!isHex || hex.size() != digits || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
                fail(tr("this escape is no character"));
                return false;
            }
            all += QString::fromUcs4(&code, 1).toStdString();
            m_at += 2 + digits;
        } else if (isDigit(c) || c == 'N') {
            fail(tr("this escape is not read; write the character"));
            return false;
        } else { // Python keeps the backslash of what it does not know
            all += '\\';
            ++m_at;
        }
        return true;
    }

    std::string_view m_text;
    PlaceCursor m_places{m_text};
    std::size_t m_at = 0;
    std::optional<Error> m_error;
};
}

Result<Node> parsePythonLiteral(std::string_view text)
{
    if (const Result<void> readable = checkCharacters(text); !readable)
        return readable.error();
    if (text.size() > maximumTextBytes)
        return errorAt(text, 0, tr("more than 4 MB; larger tables belong in a file."));
    return PythonReader(text).read();
}
