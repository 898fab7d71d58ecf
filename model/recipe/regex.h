// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pcre2_real_code_8;

/// A compiled regular expression with the meaning of Python's `re` (recipe.md, Regular expressions), on PCRE2.
/// A value; safe to share between threads. Matching needs a RegexMatcher.
class Regex
{
public:
    /// A pattern as Python's `re.compile` reads it. What Python refuses is refused, with its reason and column.
    static Result<Regex> python(std::string_view pattern);
    /// A shell pattern as Python's `fnmatch` reads it; matches whole names.
    static Result<Regex> glob(std::string_view pattern);
    /// PCRE2 syntax, for patterns this program makes itself. `shown` is what messages call it.
    static Result<Regex> native(const std::string &pattern, std::string_view shown);

    const std::string &pattern() const { return m_pattern; }
    int groupCount() const { return m_groupCount; }
    /// Named groups and their numbers.
    const std::vector<std::pair<std::string, int>> &groupNames() const { return m_groupNames; }

private:
    friend class RegexMatcher;
    enum class Classes { Unicode, Ascii };
    static Result<Regex> build(const std::string &pcre, std::string_view shown, Classes classes);

    std::shared_ptr<const pcre2_real_code_8> m_code;
    std::string m_pattern;
    int m_groupCount = 0;
    std::vector<std::pair<std::string, int>> m_groupNames;
};

/// What one thread needs to match a Regex: limits, stack, and the last match.
class RegexMatcher
{
public:
    enum class Outcome { Found, NotFound, GaveUp };
    enum class Empty { Allowed, NotAtStart };

    explicit RegexMatcher(const Regex &regex);
    ~RegexMatcher();
    RegexMatcher(RegexMatcher &&) noexcept;

    /// Search from byte `from`. GaveUp: the pattern needs too many steps on this text.
    Outcome search(std::string_view subject, std::size_t from = 0, Empty empty = Empty::Allowed);
    /// Of the last match. A group that took no part is empty, as in Python's substitution.
    std::string_view group(int number) const;
    std::size_t begin() const;
    std::size_t end() const;
    /// What to say after GaveUp.
    Error gaveUp(std::string_view subject) const;

private:
    struct State;
    std::unique_ptr<State> d;
};

/// Call `replace` for each match as Python's `re.sub` (3.7 and later) finds them, at most `count` (0: all).
/// `replace` returns false to stop. The outcome is GaveUp, or Found when there was any match.
template<typename Replace>
RegexMatcher::Outcome eachMatch(RegexMatcher &matcher, std::string_view subject, int count, Replace replace)
{
    auto outcome = RegexMatcher::Outcome::NotFound;
    auto empty = RegexMatcher::Empty::Allowed;
    std::size_t from = 0;
    for (int found = 0; (count == 0 || found < count) && from <= subject.size(); ++found) {
        const auto next = matcher.search(subject, from, empty);
        if (next == RegexMatcher::Outcome::GaveUp)
            return next;
        if (next == RegexMatcher::Outcome::NotFound)
            break;
        outcome = next;
        from = matcher.end();
        // After an empty match the next one may start here but must not be empty here.
        empty = matcher.begin() == matcher.end() ? RegexMatcher::Empty::NotAtStart : RegexMatcher::Empty::Allowed;
        if (!replace())
            break;
    }
    return outcome;
}
