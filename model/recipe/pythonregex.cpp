// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/pythonregex.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <optional>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Regex", text);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Python's str.isspace() beyond PCRE2's \s.
constexpr std::string_view moreSpaces = "\\x1c-\\x1f";

/// Walks a Python pattern once. What the next quantifier would repeat decides whether it may stand there.
class Translator
{
public:
    explicit Translator(std::string_view pattern) : m_in(pattern) {}

    Result<PythonPattern> run()
    {
        while (m_at < m_in.size() && !m_problem)
            item();
        if (m_problem)
            return Error{Error::Kind::BadRecipe, *m_problem};
        return PythonPattern{std::move(m_out), m_ascii};
    }

private:
    enum class Last { Nothing, Item, Repeat };

    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_in.size() ? m_in[m_at + ahead] : '\0'; }

    void fail(const QString &what) { m_problem = tr("%1 at position %2").arg(what).arg(m_at); }

    void copy(std::size_t bytes, Last last)
    {
        m_out += m_in.substr(m_at, bytes);
        m_at += bytes;
        m_last = last;
    }

    void item()
    {
        switch (const char c = peek()) {
        case '\\': return escape();
        case '[': return characterClass();
        case '(': return group();
        case ')':
        case '.': return copy(1, Last::Item);
        case '|': return copy(1, Last::Nothing);
        case '^':
        case '$': return copy(1, Last::Nothing);
        case '*':
        case '+':
        case '?': return quantifier(1);
        case '{': return braces();
        case '#':
            if (m_verbose)
                return copy(std::min(m_in.find('\n', m_at), m_in.size()) - m_at, m_last);
            return copy(1, Last::Item);
        default: return copy(1, m_verbose && (c == ' ' || c == '\n' || c == '\t') ? m_last : Last::Item);
        }
    }

    void quantifier(std::size_t bytes)
    {
        if (m_last != Last::Item)
            return fail(m_last == Last::Repeat ? tr("multiple repeat") : tr("nothing to repeat"));
        copy(bytes, Last::Repeat);
        lazyOrPossessive();
    }

    void lazyOrPossessive()
    {
        if (peek() == '?' || peek() == '+')
            copy(1, Last::Repeat);
    }

    /// `{m}`, `{m,}`, `{,n}`, `{m,n}` repeat; any other brace is a literal.
    void braces()
    {
        std::size_t at = m_at + 1;
        const auto number = [&] {
            const std::size_t start = at;
            while (at < m_in.size() && isDigit(m_in[at]))
                ++at;
            return m_in.substr(start, at - start);
        };
        const std::string_view low = number();
        std::string_view high = low;
        bool range = false;
        if (at < m_in.size() && m_in[at] == ',') {
            ++at;
            range = true;
            high = number();
        }
        const bool isRepeat = at < m_in.size() && m_in[at] == '}' && (range || !low.empty());
        if (!isRepeat) {
            m_out += "\\{";
            ++m_at;
            m_last = Last::Item;
            return;
        }
        if (m_last != Last::Item)
            return fail(m_last == Last::Repeat ? tr("multiple repeat") : tr("nothing to repeat"));
        m_out += '{';
        m_out += low.empty() ? std::string_view("0") : low;
        if (range)
            (m_out += ',') += high;
        m_out += '}';
        m_at = at + 1;
        m_last = Last::Repeat;
        lazyOrPossessive();
    }

    void escape()
    {
        const char c = peek(1);
        switch (c) {
        case '\0':
            if (m_at + 1 >= m_in.size())
                return fail(tr("bad escape (end of pattern)"));
            return copy(2, Last::Item);
        case 'Z':
        case 'z': return emit("\\z", Last::Nothing);
        case 'A':
        case 'b': return copy(2, Last::Nothing);
        case 'B': return emit("(?!\\A\\z)\\B", Last::Nothing); // not in empty text, before Python 3.14
        case 's': return emit(m_ascii ? "\\s" : "[\\s" + std::string(moreSpaces) + "]", Last::Item);
        case 'S': return emit(m_ascii ? "\\S" : "[^\\s" + std::string(moreSpaces) + "]", Last::Item);
        case 'd':
        case 'D':
        case 'w':
        case 'W': return copy(2, Last::Item);
        default: break;
        }
        if (isDigit(c))
            return numberEscape();
        if (const std::optional<std::string> character = characterEscape())
            return emit(*character, Last::Item, 0);
        if (!m_problem)
            copy(2 + continuationBytes(m_at + 2), Last::Item);
    }

    /// A non-ASCII character behind a backslash has more bytes.
    std::size_t continuationBytes(std::size_t at) const
    {
        std::size_t bytes = 0;
        while (at + bytes < m_in.size() && (m_in[at + bytes] & 0xC0) == 0x80)
            ++bytes;
        return bytes;
    }

    void emit(const std::string &text, Last last, std::size_t bytes = 2)
    {
        m_out += text;
        m_at += bytes;
        m_last = last;
    }

    /// A backreference, or octal as Python tells them apart.
    void numberEscape()
    {
        std::size_t digits = 1;
        const auto isOctal = [&](std::size_t ahead) { return peek(ahead) >= '0' && peek(ahead) <= '7'; };
        if (peek(1) == '0' || (isOctal(1) && isOctal(2) && isOctal(3))) {
            while (digits < 3 && isOctal(digits + 1))
                ++digits;
            const auto octal = std::string(m_in.substr(m_at + 1, digits));
            return emit("\\o{" + octal + "}", Last::Item, 1 + digits);
        }
        if (isDigit(peek(2)))
            digits = 2;
        emit("\\g{" + std::string(m_in.substr(m_at + 1, digits)) + "}", Last::Item, 1 + digits);
    }

    /// Escapes of one character, in and outside classes; moves on and returns PCRE2's way to write it. Nothing: not one
    /// of these; m_problem is set for a letter that means nothing.
    std::optional<std::string> characterEscape()
    {
        const char c = peek(1);
        const auto hex = [&](std::size_t digits) -> std::optional<std::string> {
            for (std::size_t i = 0; i < digits; ++i) {
                if (!isHex(peek(2 + i))) {
                    fail(tr("incomplete escape \\%1").arg(QChar(u'\0' + c)));
                    return std::nullopt;
                }
            }
            std::string text = "\\x{" + std::string(m_in.substr(m_at + 2, digits)) + "}";
            m_at += 2 + digits;
            return text;
        };
        switch (c) {
        case 'a':
        case 'f':
        case 'n':
        case 'r':
        case 't': m_at += 2; return std::string{'\\', c};
        case 'v': m_at += 2; return "\\x0b";
        case 'x': return hex(2);
        case 'u': return hex(4);
        case 'U': return hex(8);
        default: break;
        }
        if (isLetter(c))
            fail(tr("bad escape \\%1").arg(QChar(u'\0' + c)));
        return std::nullopt;
    }

    void characterClass()
    {
        std::size_t start = m_at;
        m_out += '[';
        ++m_at;
        if (peek() == '^')
            copy(1, Last::Item);
        bool first = true;
        while (m_at < m_in.size() && (first || peek() != ']') && !m_problem) {
            classItem(first);
            first = false;
        }
        if (m_problem)
            return;
        if (m_at >= m_in.size()) {
            m_at = start;
            return fail(tr("unterminated character set"));
        }
        copy(1, Last::Item);
    }

    void classItem(bool first)
    {
        const char c = peek();
        // PCRE2 would take [: for a POSIX class, and a first ] only where it stays the first.
        if (c == '[' || (c == ']' && first)) {
            (m_out += '\\') += c;
            ++m_at;
            return;
        }
        if (c != '\\')
            return copy(1, Last::Item);
        const char next = peek(1);
        if (next == 's' && !m_ascii)
            return emit("\\s" + std::string(moreSpaces), Last::Item);
        if (next == 'b' || next == 's' || next == 'S' || next == 'd' || next == 'D' || next == 'w' || next == 'W')
            return copy(2, Last::Item);
        if (isDigit(next))
            return classNumber();
        if (const std::optional<std::string> character = characterEscape()) {
            m_out += *character;
            return;
        }
        if (m_problem)
            return;
        if (m_at + 1 >= m_in.size())
            return fail(tr("unterminated character set"));
        copy(2 + continuationBytes(m_at + 2), Last::Item);
    }

    void classNumber()
    {
        std::size_t digits = 0;
        while (digits < 3 && peek(1 + digits) >= '0' && peek(1 + digits) <= '7')
            ++digits;
        if (digits == 0)
            return fail(tr("bad escape \\%1").arg(QChar(u'\0' + peek(1))));
        emit("\\o{" + std::string(m_in.substr(m_at + 1, digits)) + "}", Last::Item, 1 + digits);
    }

    void group()
    {
        if (peek(1) != '?')
            return copy(1, Last::Nothing);
        const std::string_view rest = m_in.substr(m_at + 2);
        for (const std::string_view opener : {":", "=", "!", "<=", "<!", ">"}) {
            if (rest.starts_with(opener))
                return copy(2 + opener.size(), Last::Nothing);
        }
        if (rest.starts_with("#"))
            return comment();
        if (rest.starts_with("P<"))
            return copy(4, Last::Nothing); // the name follows; PCRE2 checks it as Python does
        if (rest.starts_with("P="))
            return namedReference();
        if (rest.starts_with("("))
            return conditional();
        flags(rest);
    }

    void comment()
    {
        const std::size_t close = m_in.find(')', m_at);
        if (close == std::string_view::npos)
            return fail(tr("missing ), unterminated comment"));
        m_at = close + 1;
    }

    void namedReference()
    {
        const std::size_t close = m_in.find(')', m_at);
        if (close == std::string_view::npos)
            return fail(tr("missing ), unterminated name"));
        copy(close + 1 - m_at, Last::Item);
    }

    /// (?(1)yes|no) and (?(name)yes|no); PCRE2's other conditions are not Python's.
    void conditional()
    {
        const std::size_t close = m_in.find(')', m_at);
        const std::string_view name = m_in.substr(m_at + 3, close == std::string_view::npos ? 0 : close - m_at - 3);
        const bool isNumber = !name.empty() && std::all_of(name.begin(), name.end(), isDigit);
        const bool isName = !name.empty() && !isDigit(name.front())
            && std::all_of(name.begin(), name.end(), [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
        if (!isNumber && !isName)
            return fail(tr("bad group name in a condition"));
        emit(isNumber ? "(?(" + std::string(name) + ")" : "(?(<" + std::string(name) + ">)", Last::Nothing,
             close + 1 - m_at);
    }

    /// (?i), only first; (?i:…), (?-i:…) anywhere.
    void flags(std::string_view rest)
    {
        std::size_t length = 0;
        std::string kept;
        bool minus = false;
        while (length < rest.size() && std::string_view("aimsux-").find(rest[length]) != std::string_view::npos) {
            const char flag = rest[length++];
            minus = minus || flag == '-';
            if (flag != 'a' && flag != 'u')
                kept += flag;
        }
        const std::string_view taken = rest.substr(0, length);
        const bool isGlobal = length < rest.size() && rest[length] == ')' && length > 0 && !minus;
        const bool isLocal = length < rest.size() && rest[length] == ':' && length > 0;
        if (!isGlobal && !isLocal)
            return fail(tr("unknown extension ?%1").arg(displayName(rest.substr(0, length + 1))));
        if (isGlobal && m_at != 0)
            return fail(tr("global flags not at the start of the expression"));
        const bool ascii = taken.find('a') != std::string_view::npos;
        if (ascii && !isGlobal)
            return fail(tr("the flag a is understood only for the whole expression, as in (?a)"));
        m_ascii = m_ascii || ascii;
        // Python's x may be left again only by the group that set it; inside, blanks do not count as items.
        m_verbose = m_verbose || (isGlobal && taken.find('x') != std::string_view::npos);
        m_at += 2 + length + 1;
        if (isGlobal && kept.empty())
            return;
        m_out += "(?" + kept + (isGlobal ? ")" : ":");
        m_last = Last::Nothing;
    }

    std::string_view m_in;
    std::string m_out;
    std::size_t m_at = 0;
    Last m_last = Last::Nothing;
    bool m_ascii = false;
    bool m_verbose = false;
    std::optional<QString> m_problem;
};

void appendLiteral(std::string &out, char c)
{
    if (static_cast<unsigned char>(c) < 0x80 && !isLetter(c) && !isDigit(c) && c != '_')
        out += '\\';
    out += c;
}
}

Result<PythonPattern> translatePython(std::string_view pattern)
{
    return Translator(pattern).run();
}

std::string translateGlob(std::string_view pattern)
{
    std::string out = "(?s)\\A";
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '*') {
            out += ".*";
        } else if (pattern[at] == '?') {
            out += '.';
        } else if (pattern[at] == '[') {
            // The first ] after [ or [! belongs to the set; without an end, [ is a bracket.
            const std::size_t first = at + 1 + (pattern.substr(at + 1).starts_with('!') ? 1 : 0);
            const std::size_t close = pattern.find(']', first + 1);
            if (first >= pattern.size() || close == std::string_view::npos) {
                out += "\\[";
                continue;
            }
            out += first > at + 1 ? "[^" : "[";
            for (std::size_t i = first; i < close; ++i) {
                if (pattern[i] == '-')
                    out += i == first || i + 1 == close ? "\\-" : "-";
                else
                    appendLiteral(out, pattern[i]);
            }
            out += ']';
            at = close;
        } else {
            appendLiteral(out, pattern[at]);
        }
    }
    return out + "\\z";
}
