// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/arithmetic.h"
#include "model/recipe/lets.h"
#include "model/recipe/regex.h"

#include <map>
#include <span>

/// Letters, digits and _ of ASCII: what a name in braces may be made of.
constexpr bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
/// Whether it can be the name of a capture or a parameter: word characters that do not begin with a digit.
bool isWord(std::string_view text);

/// A name that a pattern gives to a piece of the text it matched.
struct Capture
{
    enum class Kind : quint8 { Integer, Text };

    std::string name; ///< empty: only its number
    int slot = 0; ///< index into the values given to NameTemplate::append()
    Kind kind = Kind::Text;
};

/// What a result may use: named captures, and the numbered groups of a regular expression in slots 0 (all) to `groups`.
struct CaptureScope
{
    std::vector<Capture> captures;
    int groups = -1; ///< -1: no numbered groups
    int slotCount = 0;

    const Capture *find(std::string_view name) const;
    /// Append the captures of `other` behind these; a name of these hides the same name there.
    void append(const CaptureScope &other);
    /// BadRecipe for a capture that hides a name of a `let` step.
    Result<void> checkNames(const Lets &lets) const;
    /// Of a Python regular expression.
    static CaptureScope of(const Regex &regex);
};

/// The names that the braces of a result use, in order, but for functions.
std::vector<std::string> namesInBraces(std::string_view result);

/// A pattern with named places: `layers.{i}.{p:weight|bias}` (recipe.md, Templates). Compiles to a Regex; group n + 1
/// is capture n.
class NamePattern
{
public:
    /// Where in a name it may match: whole components anywhere, at the start, at the end, or all of it.
    enum class At : quint8 { Anywhere, Start, End, Whole };

    static Result<NamePattern> compile(std::string_view text, At at);
    /// Of several patterns of a step: what `first` says of the kind of a capture holds for this one.
    static Result<NamePattern> compile(std::string_view text, At at, const NamePattern &first);
    /// The pattern as a result: `{p:weight|bias}` is `{p}`.
    static std::string asResult(std::string_view text);

    const Regex &regex() const { return m_regex; }
    const CaptureScope &scope() const { return m_scope; }
    /// The regular expression it became, in PCRE2's syntax.
    const std::string &pcre() const { return m_pcre; }

private:
    static Result<NamePattern> compileAfter(std::string_view text, At at, const NamePattern *first);

    Regex m_regex;
    std::string m_pcre;
    CaptureScope m_scope;
    std::map<std::string, std::string, std::less<>> m_kinds; ///< what stands behind the colon, by capture
};

/// A result: literal text with captures and whole-number arithmetic in braces.
class NameTemplate
{
public:
    /// Whether `\1` and `\g<name>` are read as Python's re.sub reads them.
    enum class Escapes { None, Python };
    /// Names may not grow beyond this.
    static constexpr std::size_t longestName = 65'536;

    /// `lets`: names that it may use beside the captures; one of a step that a capture hides is an error.
    static Result<NameTemplate> compile(std::string_view text, const CaptureScope &scope, Escapes escapes,
                                        const Lets &lets = {});
    /// No captures, always the same text.
    bool isLiteral() const { return m_parts.size() <= 1 && (m_parts.empty() || m_parts.front().kind == Kind::Literal); }
    std::string_view literal() const { return m_parts.empty() ? std::string_view() : m_parts.front().text; }

    /// Append the result for these captured texts. Fails when a number cannot be computed.
    Result<void> append(std::string &out, std::span<const std::string_view> values) const;

    enum class Kind : quint8 {
        Literal,
        Slot,
        Number,
        Let, ///< what a name stands for that `let` gave
        At ///< `table[…]`: what a list or table has for `key`, which is text or a number
    };
    struct Part
    {
        Kind kind = Kind::Literal;
        std::string text = {}; ///< Literal; Let, At: the name
        int slot = 0; ///< Slot; At: of the key, or -1 when that is `number`
        Arithmetic number = {};
        int width = 0; ///< Number: at least so many characters
        bool zeros = false; ///< padded with zeros instead of blanks
        std::shared_ptr<const LetValue> value = {}; ///< Let, At
    };
    const std::vector<Part> &parts() const { return m_parts; }

private:
    friend class TemplateParser;

    std::vector<Part> m_parts;
};
