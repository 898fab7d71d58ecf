// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <utility>

namespace {
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Length of the valid UTF-8 sequence at `at` and its code point; length 0 when the bytes are not valid.
std::pair<std::size_t, char32_t> decode(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80)
        return {1, lead};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size())
        return {0, 0};
    char32_t code = lead & (0x7F >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80)
            return {0, 0};
        code = (code << 6) | (byte(at + i) & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return {0, 0};
    return {length, code};
}

bool isHidden(char32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F || code == 0x2028
        || code == 0x2029 || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void appendEscape(std::string &out, char32_t code)
{
    constexpr char digits[] = "0123456789abcdef";
    switch (code) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    const bool wide = code > 0xFF;
    out += wide ? "\\u" : "\\x";
    for (int shift = wide ? 12 : 4; shift >= 0; shift -= 4)
        out += digits[(code >> shift) & 0xF];
}

/// `value` with one decimal and a unit, for countText() and bytesText().
QString scaled(double value, const QString &unit)
{
    return QString::number(value, 'f', value < 100 ? 1 : 0) + QChar(u' ') + unit;
}
}

QString displayNames(const std::vector<std::string> &names)
{
    constexpr std::size_t shown = 8;
    QStringList texts;
    for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
        texts += displayName(names[i]);
    const QString text = texts.join(QStringLiteral(", "));
    if (names.size() <= shown)
        return text;
    return QCoreApplication::translate("Text", "%1 and %2 more").arg(text, exactText(qint64(names.size() - shown)));
}

std::string escaped(std::string_view name)
{
    std::string out;
    out.reserve(name.size());
    for (std::size_t at = 0; at < name.size();) {
        const auto [length, code] = decode(name, at);
        if (length == 0)
            appendEscape(out, static_cast<unsigned char>(name[at]));
        else if (isHidden(code))
            appendEscape(out, code);
        else
            out.append(name, at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

QString displayName(std::string_view name)
{
    return QString::fromStdString(escaped(name));
}

QString exactText(qint64 count)
{
    QString digits = QString::number(count);
    const qsizetype first = count < 0 ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3)
        digits.insert(at, u',');
    return digits;
}

QString countText(qint64 count)
{
    const double value = double(count);
    if (count < 10'000)
        return exactText(count);
    if (value < 999.5e3)
        return scaled(value / 1e3, QStringLiteral("k"));
    if (value < 999.5e6)
        return scaled(value / 1e6, QStringLiteral("M"));
    if (value < 999.5e9)
        return scaled(value / 1e9, QStringLiteral("G"));
    return scaled(value / 1e12, QStringLiteral("T"));
}

QString bytesText(qint64 bytes)
{
    const double value = double(bytes);
    if (bytes < 1000)
        return QString::number(bytes) + QStringLiteral(" B");
    if (value < 999.5e3)
        return scaled(value / 1e3, QStringLiteral("kB"));
    if (value < 999.5e6)
        return scaled(value / 1e6, QStringLiteral("MB"));
    if (value < 999.5e9)
        return scaled(value / 1e9, QStringLiteral("GB"));
    return scaled(value / 1e12, QStringLiteral("TB"));
}

std::string nearest(std::string_view word, const std::vector<std::string_view> &candidates)
{
    std::string_view best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1;
    std::vector<std::size_t> row;
    for (const std::string_view candidate : candidates) {
        row.resize(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j)
            row[j] = j;
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j <= candidate.size(); ++j) {
                const std::size_t change = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
                diagonal = std::exchange(row[j], std::min({change, row[j] + 1, row[j - 1] + 1}));
            }
        }
        if (row.back() < bestDistance) {
            bestDistance = row.back();
            best = candidate;
        }
    }
    return std::string(best);
}

bool naturalLess(std::string_view left, std::string_view right)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < left.size() && j < right.size()) {
        if (isDigit(left[i]) && isDigit(right[j])) {
            const auto run = [](std::string_view text, std::size_t &at) {
                while (at < text.size() && text[at] == '0')
                    ++at;
                const std::size_t first = at;
                while (at < text.size() && isDigit(text[at]))
                    ++at;
                return text.substr(first, at - first);
            };
            const std::string_view a = run(left, i);
            const std::string_view b = run(right, j);
            if (a.size() != b.size())
                return a.size() < b.size();
            if (const int order = a.compare(b))
                return order < 0;
            continue;
        }
        if (left[i] != right[j])
            return static_cast<unsigned char>(left[i]) < static_cast<unsigned char>(right[j]);
        ++i;
        ++j;
    }
    const bool leftDone = i == left.size();
    const bool rightDone = j == right.size();
    if (leftDone != rightDone)
        return leftDone;
    return left < right;
}
