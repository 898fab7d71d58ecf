// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/sought.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/template.h"

/// Which occurrences in a name.
enum class RenameCount : quint8 { All, First };
template<>
inline constexpr auto enumWords<RenameCount> = std::array<std::string_view, 2>{"all", "first"};
template<>
inline constexpr auto enumWords<NamePattern::At> = std::array<std::string_view, 4>{"anywhere", "start", "end", "whole"};

/// What to look for in a name and what to put there: the part that `rename` and the rules of `rename-group` share.
struct RenameRule
{
    using MaybeText = std::optional<std::string>;

    MaybeText exact, prefix, suffix, text, regex, from;
    std::string to;
    NamePattern::At at = NamePattern::At::Anywhere;
    RenameCount count = RenameCount::All;

    bool operator==(const RenameRule &) const = default;

    /// The fields above, of a struct T that is a RenameRule and more.
    template<typename T>
    static FieldLines ruleFields()
    {
        return FieldLines{
            field<T, MaybeText>("exact", &RenameRule::exact, "The whole key.", oneOfField),
            field<T, MaybeText>("prefix", &RenameRule::prefix, "Text at its start.", oneOfField | usualField),
            field<T, MaybeText>("suffix", &RenameRule::suffix, "Text at its end.", oneOfField),
            field<T, MaybeText>("text", &RenameRule::text, "Text anywhere in it.", oneOfField),
            field<T, MaybeText>("regex", &RenameRule::regex, "A regular expression, as in Python.", oneOfField),
            field<T, MaybeText>("from", &RenameRule::from, "Whole components with places: layers.{i}.downsample.",
                                oneOfField),
            field<T, std::string>("to", &RenameRule::to,
                                  "What stands there afterwards; may use captures: layers.{i+1}.downsample.",
                                  requiredField),
            field<T, NamePattern::At>("at", &RenameRule::at, "Where “from” may stand in the key."),
            field<T, RenameCount>("count", &RenameRule::count, "Every occurrence in a key, or the first.")};
    }

    /// What is looked for.
    const MaybeText &given() const;
    /// Rules between the fields; `outer`: captures that `to` may use beside the rule's own.
    Result<void> check(const CaptureScope &outer, const Lets &lets) const;
    Sought sought() const;
    /// `regex` or `from`, compiled.
    struct Pattern
    {
        Regex regex;
        CaptureScope scope;
    };
    Result<std::optional<Pattern>> pattern() const;
    /// "prefix `head.` → `fc.`"
    std::vector<SentencePart> words() const;
};

/// A rule made ready, to rename many names.
class Renamer
{
public:
    /// BadRecipe when a pattern or the result cannot be compiled.
    static Result<Renamer> make(const RenameRule &rule, const CaptureScope &outer, const Lets &lets);

    /// A new name as two texts; valid until the next call, or as long as the old name.
    struct Renamed
    {
        std::string_view first, second;
    };

    /// The name that `before` becomes; nothing when the rule does not match. `outer`: the captured texts of the scope
    /// outside, by slot.
    Result<std::optional<Renamed>> rename(Name before, std::span<const std::string_view> outer);

private:
    explicit Renamer(const RenameRule &rule) : m_rule(rule) {}
    Result<std::optional<Renamed>> byText(Name before);
    Result<std::optional<Renamed>> byPattern(Name before);
    Result<std::optional<Renamed>> replaceText(Name before, std::string_view sought, std::string_view result);
    Error tooLong(Name before) const;

    RenameRule m_rule;
    std::optional<Regex> m_regex; ///< of `regex` and `from`
    std::optional<RegexMatcher> m_matcher;
    CaptureScope m_scope; ///< its captures, then those outside
    int m_ownSlots = 0;
    NameTemplate m_to;
    std::vector<std::string_view> m_values; ///< captured texts by slot
    std::string m_result; ///< scratch
    std::string m_name; ///< scratch
};
