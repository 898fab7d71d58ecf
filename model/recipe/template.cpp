// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/template.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Template", text);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isNumber(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}
}

const Capture *CaptureScope::find(std::string_view name) const
{
    for (const Capture &capture : captures) {
        if (capture.name == name)
            return &capture;
    }
    return nullptr;
}

void CaptureScope::append(const CaptureScope &other)
{
    for (Capture capture : other.captures) {
        capture.slot += slotCount;
        if (!find(capture.name))
            captures.push_back(std::move(capture));
    }
    slotCount += other.slotCount;
}

Result<void> CaptureScope::checkNames(const Lets &lets) const
{
    for (const Capture &capture : captures) {
        if (lets.isSetByStep(capture.name))
            return Error{Error::Kind::BadRecipe,
                         tr("“%1” is captured here and given by “let” as well; one of them needs another name.")
                             .arg(displayName(capture.name))};
    }
    return {};
}

CaptureScope CaptureScope::of(const Regex &regex)
{
    CaptureScope scope;
    scope.groups = regex.groupCount();
    scope.slotCount = regex.groupCount() + 1;
    for (const auto &[name, number] : regex.groupNames())
        scope.captures.push_back({name, number, Capture::Kind::Text});
    return scope;
}

/// Reads a result's text piece by piece.
class TemplateParser
{
public:
    TemplateParser(std::string_view text, const CaptureScope &scope, NameTemplate::Escapes escapes, const Lets &lets)
        : m_in(text)
        , m_scope(scope)
        , m_lets(lets)
        , m_python(escapes == NameTemplate::Escapes::Python)
    {}

    Result<NameTemplate> run()
    {
        if (const auto clear = m_scope.checkNames(m_lets); !clear)
            return clear.error();
        while (m_at < m_in.size() && !m_error) {
            if (m_in.substr(m_at).starts_with("{{")) {
                m_literal += '{';
                m_at += 2;
            } else if (m_in[m_at] == '{') {
                braces();
            } else if (m_python && m_in[m_at] == '\\') {
                backslash();
            } else {
                m_literal += m_in[m_at++];
            }
        }
        flush();
        if (m_error)
            return *m_error;
        return std::move(m_out);
    }

private:
    void fail(const QString &why)
    {
        m_error = Error{Error::Kind::BadRecipe, tr("The result “%1” cannot be used: %2").arg(displayName(m_in), why)};
    }

    void flush()
    {
        if (!m_literal.empty())
            m_out.m_parts.push_back({NameTemplate::Kind::Literal, std::exchange(m_literal, {})});
    }

    void addSlot(int slot)
    {
        flush();
        m_out.m_parts.push_back({NameTemplate::Kind::Slot, {}, slot});
    }

    void addGroup(std::string_view number)
    {
        int group = 0;
        const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), group);
        if (problem != std::errc() || end != number.data() + number.size() || group > m_scope.groups)
            return fail(
                m_scope.groups < 0
                    ? tr("there are no numbered groups here.")
                    : tr("there is no group %1; the pattern has %2.").arg(displayName(number)).arg(m_scope.groups));
        addSlot(group);
    }

    std::vector<std::string_view> names() const
    {
        std::vector<std::string_view> names;
        for (const Capture &capture : m_scope.captures)
            names.push_back(capture.name);
        const std::vector<std::string_view> lets = m_lets.names();
        names.insert(names.end(), lets.begin(), lets.end());
        return names;
    }

    QString unknownCapture(std::string_view name) const
    {
        if (names().empty())
            return tr("there is no capture “%1”; a literal brace is written {{.").arg(displayName(name));
        const QString what =
            m_lets.names().empty() ? tr("there is no capture “%1”%2") : tr("there is no capture and no value “%1”%2");
        return what.arg(displayName(name), suggestion(name, names()));
    }

    void braces()
    {
        const std::size_t close = m_in.find('}', m_at);
        if (close == std::string_view::npos)
            return fail(tr("a { has no }; a literal brace is written {{."));
        std::string_view inside = m_in.substr(m_at + 1, close - m_at - 1);
        m_at = close + 1;
        if (isNumber(inside) && m_scope.groups >= 0)
            return addGroup(inside);
        if (const Capture *capture = m_scope.find(inside))
            return addSlot(capture->slot);
        if (const auto value = m_lets.find(inside))
            return addLet(inside, value);
        if (addItem(inside))
            return;
        const std::size_t colon = inside.find(':');
        NameTemplate::Part part;
        part.kind = NameTemplate::Kind::Number;
        if (colon != std::string_view::npos && !format(part, inside.substr(colon + 1)))
            return fail(tr("“%1” is not a number format; there are widths such as 2 and 02.")
                            .arg(displayName(inside.substr(colon + 1))));
        Result<Arithmetic> number = Arithmetic::parse(
            inside.substr(0, colon), Arithmetic::Grammar::Value,
            [this](std::string_view name) { return numberSlot(name); }, m_lets);
        if (!number)
            return fail(number.error().message);
        part.number = std::move(*number);
        flush();
        m_out.m_parts.push_back(std::move(part));
    }

    void addLet(std::string_view name, const std::shared_ptr<const LetValue> &value)
    {
        if (value->isKnown() && !value->text())
            return fail(
                tr("“%1” is %2, which cannot stand inside a name.").arg(displayName(name), value->description()));
        flush();
        m_out.m_parts.push_back({.kind = NameTemplate::Kind::Let, .text = std::string(name), .value = value});
    }

    /// `table[…]` alone, whose keys and values may be text.
    bool addItem(std::string_view inside)
    {
        const std::size_t open = inside.find('[');
        const std::string_view name = inside.substr(0, std::min(open, inside.size()));
        const bool isWhole = open != std::string_view::npos && inside.find(']') + 1 == inside.size()
            && inside.find('[', open + 1) == std::string_view::npos;
        const auto value = isWhole && name != "in" && name != "target" ? m_lets.find(name) : nullptr;
        if (!value)
            return false;
        const std::string_view key = inside.substr(open + 1, inside.size() - open - 2);
        NameTemplate::Part part{.kind = NameTemplate::Kind::At, .text = std::string(name), .slot = -1, .value = value};
        const Capture *capture = m_scope.find(key);
        if (capture) {
            part.slot = capture->slot;
        } else if (key.starts_with('$') && bool(numberSlot(key))) {
            part.slot = *numberSlot(key);
        } else {
            Result<Arithmetic> number = Arithmetic::parse(
                key, Arithmetic::Grammar::Value, [this](std::string_view word) { return numberSlot(word); }, m_lets);
            if (!number) {
                fail(number.error().message);
                return true;
            }
            part.number = std::move(*number);
        }
        flush();
        m_out.m_parts.push_back(std::move(part));
        return true;
    }

    static bool format(NameTemplate::Part &part, std::string_view text)
    {
        constexpr int widest = 64;
        if (text.ends_with('d'))
            text.remove_suffix(1);
        part.zeros = text.starts_with('0');
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), part.width);
        return problem == std::errc() && end == text.data() + text.size() && part.width <= widest;
    }

    Result<int> numberSlot(std::string_view name) const
    {
        if (name.starts_with('$')) {
            int group = 0;
            const auto [end, problem] = std::from_chars(name.data() + 1, name.data() + name.size(), group);
            if (problem == std::errc() && end == name.data() + name.size() && group <= m_scope.groups)
                return group;
            return Error{Error::Kind::BadRecipe, tr("there is no group “%1”.").arg(displayName(name))};
        }
        const Capture *capture = m_scope.find(name);
        if (!capture)
            return Error{Error::Kind::BadRecipe, unknownCapture(name)};
        return capture->slot;
    }

    /// As Python's re reads a replacement.
    void backslash()
    {
        const char c = m_at + 1 < m_in.size() ? m_in[m_at + 1] : '\0';
        if (c == 'g')
            return namedGroup();
        if (isDigit(c))
            return number();
        constexpr std::string_view letters = "abfnrtv\\", characters = "\a\b\f\n\r\t\v\\";
        const std::size_t known = letters.find(c);
        if (c != '\0' && known != std::string_view::npos) {
            m_literal += characters[known];
            m_at += 2;
        } else if (isLetter(c)) {
            fail(tr("\\%1 means nothing in Python's regular expressions.").arg(QChar(u'\0' + c)));
        } else if (c == '\0') {
            fail(tr("it ends in a backslash."));
        } else {
            m_literal += '\\';
            ++m_at;
        }
    }

    void namedGroup()
    {
        const std::size_t close = m_in.find('>', m_at);
        if (!m_in.substr(m_at).starts_with("\\g<") || close == std::string_view::npos)
            return fail(tr("\\g needs a group, as in \\g<name>."));
        const std::string_view name = m_in.substr(m_at + 3, close - m_at - 3);
        m_at = close + 1;
        if (isNumber(name))
            return addGroup(name);
        if (const Capture *capture = m_scope.find(name))
            return addSlot(capture->slot);
        fail(unknownCapture(name));
    }

    /// \0 and three octal digits are a character, \1 to \99 a group.
    void number()
    {
        const auto at = [&](std::size_t ahead) { return m_at + ahead < m_in.size() ? m_in[m_at + ahead] : '\0'; };
        const auto isOctal = [](char c) { return c >= '0' && c <= '7'; };
        std::size_t digits = isDigit(at(2)) ? 2 : 1;
        const bool threeOctal = isOctal(at(1)) && isOctal(at(2)) && isOctal(at(3));
        if (at(1) != '0' && !threeOctal) {
            const std::string_view group = m_in.substr(m_at + 1, digits);
            m_at += 1 + digits;
            return addGroup(group);
        }
        digits = 1;
        while (digits < 3 && isOctal(at(digits + 1)))
            ++digits;
        unsigned code = 0;
        std::from_chars(m_in.data() + m_at + 1, m_in.data() + m_at + 1 + digits, code, 8);
        if (code > 0xFF)
            return fail(tr("an octal escape goes beyond \\377."));
        if (code < 0x80) {
            m_literal += char(code);
        } else {
            m_literal += char(0xC0 | (code >> 6));
            m_literal += char(0x80 | (code & 0x3F));
        }
        m_at += 1 + digits;
    }

    std::string_view m_in;
    const CaptureScope &m_scope;
    const Lets &m_lets;
    bool m_python;
    std::size_t m_at = 0;
    std::string m_literal;
    NameTemplate m_out;
    std::optional<Error> m_error;
};

Result<NameTemplate> NameTemplate::compile(std::string_view text, const CaptureScope &scope, Escapes escapes,
                                           const Lets &lets)
{
    return TemplateParser(text, scope, escapes, lets).run();
}

Result<void> NameTemplate::append(std::string &out, std::span<const std::string_view> values) const
{
    const auto valueOf = [&](int slot) -> Result<qint64> {
        const std::string_view text = values[std::size_t(slot)];
        qint64 value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem == std::errc::result_out_of_range)
            return Error{Error::Kind::BadRecipe, tr("“%1” does not fit 64 bits").arg(displayName(text))};
        if (problem != std::errc() || end != text.data() + text.size())
            return Error{Error::Kind::BadRecipe, tr("“%1” is not a whole number").arg(displayName(text))};
        return value;
    };
    for (const Part &part : m_parts) {
        if (part.kind == Kind::Literal) {
            out += part.text;
        } else if (part.kind == Kind::Slot) {
            out += values[std::size_t(part.slot)];
        } else if (part.kind == Kind::Let) {
            const auto text = part.value->text();
            if (!text)
                return Error{Error::Kind::BadRecipe, tr("“%1” has no value.").arg(displayName(part.text))};
            out += *text;
        } else if (part.kind == Kind::At) {
            const Result<qint64> number = part.slot < 0 ? part.number.evaluate(valueOf) : Result<qint64>(0);
            if (!number)
                return number.error();
            const std::string key =
                part.slot < 0 ? std::to_string(*number) : std::string(values[std::size_t(part.slot)]);
            const Result<std::string> text = part.value->at(key, part.text);
            if (!text)
                return Error{Error::Kind::BadRecipe, text.error().message + u'.'};
            out += *text;
        } else {
            const Result<qint64> number = part.number.evaluate(valueOf);
            if (!number)
                return number.error();
            std::string digits = std::to_string(*number < 0 ? -quint64(*number) : quint64(*number));
            const std::string sign = *number < 0 ? "-" : "";
            const std::size_t length = digits.size() + sign.size();
            const std::string padding(std::size_t(part.width) > length ? std::size_t(part.width) - length : 0,
                                      part.zeros ? '0' : ' ');
            out += part.zeros ? sign + padding + digits : padding + sign + digits;
        }
        if (out.size() > longestName)
            return Error{Error::Kind::BadRecipe, tr("The name would be longer than %1 bytes.").arg(longestName)};
    }
    return {};
}
