// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The pickle machine's opcodes for numbers, texts and bytes.
#include "model/base/text.h"
#include "model/formats/picklemachine.h"

#include <QCoreApplication>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Pickle", text);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    return text;
}

void appendUtf8(std::string &out, char32_t code)
{
    // Lone surrogates are kept, encoded as Python's "surrogatepass" does: a name in a file is never improved.
    if (code < 0x80) {
        out += char(code);
    } else if (code < 0x800) {
        out += {char(0xC0 | (code >> 6)), char(0x80 | (code & 0x3F))};
    } else if (code < 0x10000) {
        out += {char(0xE0 | (code >> 12)), char(0x80 | ((code >> 6) & 0x3F)), char(0x80 | (code & 0x3F))};
    } else {
        out += {char(0xF0 | ((code >> 18) & 7)), char(0x80 | ((code >> 12) & 0x3F)), char(0x80 | ((code >> 6) & 0x3F)),
                char(0x80 | (code & 0x3F))};
    }
}

/// The code of `digits` hexadecimal digits at the front of `text`, or nothing.
std::optional<char32_t> hexCode(std::string_view text, std::size_t digits)
{
    quint32 code = 0;
    if (text.size() < digits)
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, code, 16);
    if (error != std::errc() || end != text.data() + digits || code > 0x10FFFF)
        return std::nullopt;
    return char32_t(code);
}

/// The bytes between the quotes of a Python 2 `repr` of a string.
std::string unescapedString(std::string_view quoted)
{
    constexpr std::string_view letters = "\\'\"abfnrtv";
    constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
    std::string out;
    for (std::size_t at = 0; at < quoted.size(); ++at) {
        if (quoted[at] != '\\' || at + 1 == quoted.size()) {
            out += quoted[at];
            continue;
        }
        const std::string_view rest = quoted.substr(++at);
        if (const std::size_t letter = letters.find(rest[0]); letter != letters.npos) {
            out += meanings[letter];
        } else if (const auto code = rest[0] == 'x' ? hexCode(rest.substr(1), 2) : std::nullopt) {
            out += char(*code);
            at += 2;
        } else {
            out += {'\\', rest[0]};
        }
    }
    return out;
}

/// "raw-unicode-escape": only \uXXXX and \UXXXXXXXX are escapes, every other byte is a Latin-1 letter.
std::string unescapedUnicode(std::string_view line)
{
    std::string out;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const std::string_view rest = line.substr(at);
        const bool isEscape = rest.size() > 1 && rest[0] == '\\' && (rest[1] == 'u' || rest[1] == 'U');
        const std::size_t digits = isEscape ? (rest[1] == 'u' ? 4 : 8) : 0;
        if (const auto code = isEscape ? hexCode(rest.substr(2), digits) : std::nullopt) {
            appendUtf8(out, *code);
            at += digits + 1;
        } else {
            appendUtf8(out, static_cast<unsigned char>(rest[0]));
        }
    }
    return out;
}
}

void PickleMachine::pushWideInteger(qint64 value)
{
    PickleNode *node = m_graph.make(PickleNode::Kind::Integer);
    node->integer = value;
    pushNode(node);
}

void PickleMachine::pushDecimal(std::string_view digits)
{
    digits = trimmed(digits);
    if (digits.starts_with('+'))
        digits.remove_prefix(1);
    qint64 value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const std::string_view bare = digits.substr(digits.starts_with('-') ? 1 : 0);
    if (error == std::errc() && end == digits.data() + digits.size())
        pushInteger(value);
    else if (!bare.empty() && std::all_of(bare.begin(), bare.end(), [](char c) { return c >= '0' && c <= '9'; }))
        pushBytes(PickleNode::Kind::BigText, digits);
    else
        fail(tr("“%1” is not a whole number").arg(displayName(digits.substr(0, 40))));
}

void PickleMachine::intLine()
{
    const std::string_view text = line();
    if (text == "00" || text == "01")
        push(PickleValue::boolean(text == "01"));
    else
        pushDecimal(text);
}

void PickleMachine::longLine()
{
    std::string_view text = trimmed(line());
    if (text.ends_with('L'))
        text.remove_suffix(1);
    pushDecimal(text);
}

void PickleMachine::long4()
{
    const auto bytes = number<qint32>();
    if (bytes < 0)
        fail(tr("a whole number has %1 bytes").arg(bytes));
    else
        pushTwosComplement(take(quint64(bytes)));
}

void PickleMachine::pushTwosComplement(std::string_view bytes)
{
    if (bytes.size() > sizeof(qint64)) {
        pushBytes(PickleNode::Kind::Big, bytes);
        return;
    }
    quint64 value = !bytes.empty() && (bytes.back() & 0x80) ? ~quint64(0) : 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    pushInteger(qint64(value));
}

void PickleMachine::floatLine()
{
    const std::string_view text = trimmed(line());
    PickleNode *node = m_graph.make(PickleNode::Kind::Float);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range)
        value = text.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
    else if (error != std::errc() || end != text.data() + text.size())
        fail(tr("“%1” is not a number").arg(displayName(text.substr(0, 40))));
    node->number = value;
    pushNode(node);
}

void PickleMachine::binFloat()
{
    const std::string_view bytes = take(8);
    PickleNode *node = m_graph.make(PickleNode::Kind::Float);
    node->number = bytes.empty() ? 0.0 : std::bit_cast<double>(qFromBigEndian<quint64>(bytes.data()));
    pushNode(node);
}

void PickleMachine::pushText(std::string_view bytes)
{
    if (bytes.size() < std::size_t(1) << PickleValue::lengthBits && bytes.data())
        push(PickleValue::text(std::size_t(bytes.data() - m_begin), bytes.size()));
    else
        pushBytes(PickleNode::Kind::Text, bytes);
}

void PickleMachine::pushBytes(PickleNode::Kind kind, std::string_view bytes)
{
    pushNode(m_graph.makeBytes(kind, bytes));
}

void PickleMachine::binString()
{
    const auto bytes = number<qint32>();
    if (bytes < 0)
        fail(tr("a text has %1 bytes").arg(bytes));
    else
        pushText(take(quint64(bytes)));
}

void PickleMachine::stringLine()
{
    const std::string_view text = trimmed(line());
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '\'' && text.front() != '"'))
        fail(tr("a text stands without its quotes"));
    else
        pushBytes(PickleNode::Kind::Text, m_graph.keep(unescapedString(text.substr(1, text.size() - 2))));
}

void PickleMachine::unicodeLine()
{
    const std::string_view text = line();
    if (text.find('\\') == text.npos && std::all_of(text.begin(), text.end(), [](char c) { return !(c & 0x80); }))
        pushText(text);
    else
        pushBytes(PickleNode::Kind::Text, m_graph.keep(unescapedUnicode(text)));
}
