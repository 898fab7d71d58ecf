// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keysearch.h"

#include "model/base/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cstring>

namespace {
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

/// The characters of checkpoint keys from the most to the least frequent; others are rarer still.
constexpr std::string_view frequent = ".etnoariswlgmhkbcdpu_vyf0123456789jxqz";
}

TextSearch::TextSearch(std::string_view text) : m_text(lowered(text))
{
    const auto rarity = [](char c) { return frequent.find(c); };
    const auto rarest = std::max_element(m_text.begin(), m_text.end(),
                                         [&](char left, char right) { return rarity(left) < rarity(right); });
    m_rareAt = std::size_t(std::distance(m_text.begin(), rarest));
}

bool TextSearch::matches(Name name) const
{
    if (m_text.empty())
        return true;
    const char rare = m_text[m_rareAt];
    if (findsFrom(name, rare))
        return true;
    return rare >= 'a' && rare <= 'z' && findsFrom(name, char(rare - ('a' - 'A')));
}

bool TextSearch::findsFrom(Name name, char rare) const
{
    if (name.size() < m_text.size())
        return false;
    const char *at = name.data() + m_rareAt;
    const char *end = name.data() + name.size() - (m_text.size() - 1 - m_rareAt);
    while (at < end) {
        at = static_cast<const char *>(std::memchr(at, rare, std::size_t(end - at)));
        if (!at)
            return false;
        if (standsAt(at - m_rareAt))
            return true;
        ++at;
    }
    return false;
}

bool TextSearch::standsAt(const char *at) const
{
    return std::equal(m_text.begin(), m_text.end(), at, [](char wanted, char c) { return wanted == lower(c); });
}

GlobSearch::GlobSearch(std::string_view pattern)
{
    const std::string text = lowered(pattern);
    std::size_t begin = 0;
    while (true) {
        const std::size_t star = text.find('*', begin);
        m_pieces.push_back(text.substr(begin, star - begin));
        if (star == std::string::npos)
            break;
        begin = star + 1;
    }
    for (const std::string &piece : m_pieces)
        m_shortest += piece.size();
}

// The first and the last piece stand at the ends; each one between may take the first place it finds.
bool GlobSearch::matches(Name name) const
{
    if (name.size() < m_shortest || !fits(m_pieces.front(), name.data()))
        return false;
    if (m_pieces.size() == 1)
        return name.size() == m_shortest;
    const char *at = name.data() + m_pieces.front().size();
    const char *end = name.data() + name.size() - m_pieces.back().size();
    if (!fits(m_pieces.back(), end))
        return false;
    for (std::size_t piece = 1; piece + 1 < m_pieces.size(); ++piece) {
        const auto size = qptrdiff(m_pieces[piece].size());
        while (end - at >= size && !fits(m_pieces[piece], at))
            ++at;
        if (end - at < size)
            return false;
        at += size;
    }
    return true;
}

bool GlobSearch::fits(const std::string &piece, const char *at)
{
    return std::equal(piece.begin(), piece.end(), at,
                      [](char wanted, char c) { return wanted == '?' || wanted == lower(c); });
}

struct RegexSearch::Compiled
{
    pcre2_code *code = nullptr;
    pcre2_match_context *limits = nullptr;

    Compiled() = default;
    Compiled(const Compiled &) = delete;
    Compiled &operator=(const Compiled &) = delete;
    ~Compiled()
    {
        pcre2_match_context_free(limits);
        pcre2_code_free(code);
    }
};

Result<RegexSearch> RegexSearch::compile(const std::string &pattern, bool anyCase)
{
    constexpr quint32 mostBacktracks = 10'000; // a name is short; a million of them must not take minutes
    int problem = 0;
    PCRE2_SIZE offset = 0;
    auto compiled = std::make_shared<Compiled>();
    compiled->code =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | (anyCase ? PCRE2_CASELESS : 0),
                      &problem, &offset, nullptr);
    if (!compiled->code) {
        std::array<PCRE2_UCHAR, 256> reason{};
        pcre2_get_error_message(problem, reason.data(), reason.size());
        return Error{Error::Kind::Usage,
                     QCoreApplication::translate("KeyFilter", "The regular expression is wrong at character %1: %2.")
                         .arg(offset + 1)
                         .arg(QString::fromUtf8(reinterpret_cast<const char *>(reason.data())))};
    }
    pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE);
    compiled->limits = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(compiled->limits, mostBacktracks);
    RegexSearch search;
    search.m_compiled = std::move(compiled);
    return search;
}

bool RegexSearch::matches(Name name) const
{
    // Scratch space for a match; where it was found does not matter, so one fits all patterns.
    thread_local const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> scratch(
        pcre2_match_data_create(1, nullptr), &pcre2_match_data_free);
    return pcre2_match(m_compiled->code, reinterpret_cast<PCRE2_SPTR>(name.data()), name.size(), 0, 0, scratch.get(),
                       m_compiled->limits)
        >= 0;
}
