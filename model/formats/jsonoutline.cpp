// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/jsonoutline.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace {
constexpr std::size_t chunkBytes = 256 << 10;
constexpr std::size_t longestName = 64; ///< of a key that is asked for

/// Follows texts, brackets and commas byte by byte.
class Walk
{
public:
    Walk(std::string_view member, std::span<const std::string_view> names) : m_member(member), m_names(names) {}

    /// False: the whole has ended, or is no object.
    bool take(std::span<const char> chunk, std::size_t at)
    {
        std::size_t i = 0;
        while (i < chunk.size()) {
            if (m_isInText) {
                i = inText(chunk, i);
                continue;
            }
            const char c = chunk[i++];
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
                continue;
            if (m_depth == 0 && c != '{')
                return false;
            if (!sign(c, at + i - 1))
                return false;
        }
        return true;
    }

    JsonOutline finish(std::size_t bytes)
    {
        for (JsonSpan *const span : {&m.top, &m.member}) {
            if (span->isThere && span->close == 0)
                span->close = bytes;
        }
        return m;
    }

private:
    std::size_t inText(std::span<const char> chunk, std::size_t i)
    {
        if (m_isEscaped) {
            m_isEscaped = false;
            return i + 1;
        }
        const std::size_t begin = i;
        while (i < chunk.size() && chunk[i] != '"' && chunk[i] != '\\')
            ++i;
        if (m_isKey && m_key.size() < longestName)
            m_key.append(chunk.data() + begin, std::min(i - begin, longestName - m_key.size()));
        if (i == chunk.size())
            return i;
        m_isEscaped = chunk[i] == '\\';
        if (m_isEscaped && m_isKey)
            m_key += '\\';
        m_isInText = m_isEscaped;
        if (!m_isInText && std::exchange(m_isKey, false))
            endKey();
        return i + 1;
    }

    void endKey()
    {
        for (std::size_t n = 0; n < m_names.size(); ++n)
            m.names[n] = m.names[n] || m_names[n] == m_key;
    }

    bool sign(char c, std::size_t at)
    {
        switch (c) {
        case '"':
            m_isInText = true;
            m_isKey = m_depth == 1 && (m_last == '{' || m_last == ',');
            if (m_isKey)
                m_key.clear();
            break;
        case '{':
        case '[': open(c, at); break;
        case '}':
        case ']': close(at); break;
        case ',':
            m.top.commas += m_depth == 1 ? 1 : 0;
            m.member.commas += m_depth == 2 && m_isInMember ? 1 : 0;
            break;
        case ':': break;
        default: return true; // a number or a constant
        }
        m_last = c;
        return m_depth > 0;
    }

    void open(char c, std::size_t at)
    {
        if (m_depth == 0)
            m.top = {.isThere = true, .open = at};
        if (m_depth == 1 && c == '{' && m_last == ':' && !m.member.isThere && !m_member.empty() && m_key == m_member) {
            m.member = {.isThere = true, .open = at};
            m_isInMember = true;
        }
        ++m_depth;
    }

    void close(std::size_t at)
    {
        --m_depth;
        if (m_depth == 0)
            m.top.close = at;
        if (m_depth == 1 && std::exchange(m_isInMember, false))
            m.member.close = at;
    }

    std::string_view m_member;
    std::span<const std::string_view> m_names;
    JsonOutline m;
    std::size_t m_depth = 0;
    bool m_isInText = false;
    bool m_isEscaped = false;
    bool m_isKey = false; ///< the text is a key of the whole
    bool m_isInMember = false;
    char m_last = 0; ///< sign
    std::string m_key; ///< of the whole's entry, its beginning
};
}

Result<JsonOutline> JsonOutline::read(const ByteSource &source, std::string_view member,
                                      std::span<const std::string_view> names)
{
    Walk walk(member, names);
    std::vector<char> chunk(std::min(chunkBytes, source.size()));
    for (std::size_t at = 0; at < source.size(); at += chunk.size()) {
        const std::span<char> part = std::span(chunk).first(std::min(chunk.size(), source.size() - at));
        if (const Result<void> read = source.readAt(at, part); !read)
            return read.error();
        if (!walk.take(part, at))
            break;
    }
    return walk.finish(source.size());
}
