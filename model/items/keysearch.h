// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/result.h"

#include <memory>
#include <string>
#include <vector>

/// A text searched for in a name, ASCII letters in any case. Made for a million short names: the rarest character of
/// the text is looked for first.
class TextSearch
{
public:
    explicit TextSearch(std::string_view text);
    bool matches(Name name) const;

private:
    bool standsAt(const char *at) const;
    bool findsFrom(Name name, char rare) const;

    std::string m_text; ///< lower case
    std::size_t m_rareAt = 0; ///< position of its rarest character
};

/// A pattern of a whole name, ASCII letters in any case: `*` is any text, `?` one byte.
class GlobSearch
{
public:
    explicit GlobSearch(std::string_view pattern);
    bool matches(Name name) const;

private:
    static bool fits(const std::string &piece, const char *at);

    std::vector<std::string> m_pieces; ///< what stands between the stars, lower case
    std::size_t m_shortest = 0; ///< bytes of all pieces
};

/// A Perl-compatible expression found anywhere in a name. A hostile one stops matching at PCRE2's limits.
class RegexSearch
{
public:
    static Result<RegexSearch> compile(const std::string &pattern, bool anyCase);
    bool matches(Name name) const;

private:
    struct Compiled;

    std::shared_ptr<const Compiled> m_compiled;
};
