// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/jsonpieces.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cstring>

namespace {
/// Parts of one piece: 32 MB of index. A tensor has about 24, so this ends no piece of a real header before its usual
/// size does; with it, what is bad stays below 200 MB. A good header of a million tensors may take more: its tensors
/// do.
constexpr std::size_t mostParts = 8'000'000;

enum class Sort : quint8 { Word, Blank, Quote, Open, Close, Comma, Colon };

constexpr std::array<Sort, 256> sorts = [] {
    std::array<Sort, 256> table{};
    for (const char c : {' ', '\t', '\r', '\n'})
        table[std::size_t(c)] = Sort::Blank;
    table['"'] = Sort::Quote;
    table['{'] = table['['] = Sort::Open;
    table['}'] = table[']'] = Sort::Close;
    table[','] = Sort::Comma;
    table[':'] = Sort::Colon;
    return table;
}();

constexpr std::array<bool, 256> endsText = [] {
    std::array<bool, 256> table{};
    table['"'] = table['\\'] = true;
    return table;
}();
}

JsonPieces::JsonPieces(const ByteSource &source, qint64 offset, std::size_t bytes, std::size_t usual,
                       std::size_t longest)
    : m_source(source)
    , m_offset(offset)
    , m_bytes(bytes)
    , m_usual(usual)
    , m_longest(std::max(longest, usual))
    , m_data(bytes + padding)
{}

Result<std::string_view> JsonPieces::next()
{
    dropLast();
    while (true) {
        if (const Result<void> read = fill(); !read)
            return read.error();
        const bool isRest = m_base + m_filled == m_bytes;
        const bool isBounded = isRest && m_filled <= m_usual ? true : scan();
        if (m_front.cut > 0)
            return upToCut();
        if (!isBounded)
            return tooMuch(
                QCoreApplication::translate("Json", "%1 values and signs").arg(exactText(qint64(mostParts))));
        if (m_filled > m_longest)
            return tooMuch(bytesText(qint64(m_longest)));
        if (isRest) {
            m_isLast = true;
            return std::string_view(m_data.data(), m_filled);
        }
    }
}

Error JsonPieces::tooMuch(const QString &what) const
{
    const QString name = displayName(QFileInfo(m_source.name()).fileName().toStdString());
    const qint64 place = offsetOf(m_data.data());
    return {Error::Kind::Damaged,
            QCoreApplication::translate("Json",
                                        "“%1” has an entry of more than %2 at byte %3, more than any that is meant to "
                                        "be read.")
                .arg(name, what)
                .arg(place),
            m_source.name(), place};
}

/// The comma between two entries ends one object and begins the next.
std::string_view JsonPieces::upToCut()
{
    m_data[m_front.cut] = '}';
    return {m_data.data(), m_front.cut + 1};
}

void JsonPieces::dropLast()
{
    if (m_front.cut == 0)
        return;
    m_filled -= m_front.cut;
    std::memmove(m_data.data(), m_data.data() + m_front.cut, m_filled);
    m_data[0] = '{';
    m_base += m_front.cut;
    m_front = {.scanned = 1, .parts = 1, .depth = 1};
}

/// Fill the window up to its usual size, or by as much again when an entry is longer.
Result<void> JsonPieces::fill()
{
    const std::size_t wanted = m_filled < m_usual ? m_usual - m_filled : m_usual;
    const std::size_t bytes = std::min(wanted, m_bytes - m_base - m_filled);
    const std::span<char> room(m_data.data() + m_filled, bytes);
    if (const auto read = m_source.readAt(std::size_t(m_offset) + m_base + m_filled, room); !read)
        return read;
    m_filled += bytes;
    return {};
}

/// Find the last comma between two entries in the window. False: the window has too many parts.
bool JsonPieces::scan()
{
    const char *const data = m_data.data();
    const std::size_t end = m_filled;
    Front front = m_front; // in registers: a char may alias anything
    while (front.scanned < end && front.parts <= mostParts) {
        const auto byte = static_cast<unsigned char>(data[front.scanned++]);
        if (front.isInText) {
            front.scanned += byte == '\\' ? 1 : 0; // over what is escaped, even when that is not there yet
            front.isInText = byte != '"';
            while (front.isInText && front.scanned < end && !endsText[static_cast<unsigned char>(data[front.scanned])])
                ++front.scanned;
            continue;
        }
        const Sort sort = sorts[byte];
        switch (sort) {
        case Sort::Comma:
            if (front.depth == 1)
                front.cut = front.scanned - 1;
            break;
        case Sort::Open: ++front.depth; break;
        case Sort::Close: --front.depth; break;
        default: break;
        }
        front.parts += sort == Sort::Blank || (sort == Sort::Word && front.isInWord) ? 0 : 1;
        front.isInWord = sort == Sort::Word;
        front.isInText = sort == Sort::Quote;
    }
    m_front = front;
    return front.parts <= mostParts;
}
