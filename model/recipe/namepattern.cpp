// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

bool isWord(std::string_view text)
{
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9')
        && std::all_of(text.begin(), text.end(), isWordCharacter);
}

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Template", text);
}

void appendLiteral(std::string &out, std::string_view text)
{
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x80 && !isWordCharacter(c))
            out += '\\';
        out += c;
    }
}

Error badPattern(std::string_view text, const QString &why)
{
    return {Error::Kind::BadRecipe, tr("The pattern “%1” cannot be used: %2.").arg(displayName(text), why)};
}

/// PCRE2 for the inside of one pair of braces behind the name, or nothing when it is not understood.
struct Kinds
{
    Capture::Kind kind = Capture::Kind::Text;
    std::string pcre;
};

std::optional<std::string> rangePattern(std::string_view spec)
{
    constexpr qint64 largest = 1'000'000, most = 1000;
    const std::size_t dots = spec.find("..");
    if (dots == std::string_view::npos)
        return std::nullopt;
    const auto number = [](std::string_view text) -> std::optional<qint64> {
        qint64 value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem != std::errc() || end != text.data() + text.size() || value < 0 || value > largest)
            return std::nullopt;
        return value;
    };
    const auto low = number(spec.substr(0, dots)), high = number(spec.substr(dots + 2));
    if (!low || !high || *low > *high || *high - *low >= most)
        return std::nullopt;
    std::string pattern = "(?<![0-9])(0*(?:";
    for (qint64 value = *low; value <= *high; ++value)
        pattern += (value > *low ? "|" : "") + std::to_string(value);
    return pattern + "))(?![0-9])";
}

std::optional<Kinds> capturePattern(std::string_view spec)
{
    if (spec.empty())
        return Kinds{Capture::Kind::Integer, "([0-9]+)"};
    if (spec == "even")
        return Kinds{Capture::Kind::Integer, "(?<![0-9])([0-9]*[02468])(?![0-9])"};
    if (spec == "odd")
        return Kinds{Capture::Kind::Integer, "(?<![0-9])([0-9]*[13579])(?![0-9])"};
    if (spec == "*")
        return Kinds{Capture::Kind::Text, "([^./]+)"};
    if (spec == "**")
        return Kinds{Capture::Kind::Text, "(.*)"};
    if (const auto range = rangePattern(spec))
        return Kinds{Capture::Kind::Integer, *range};
    if (spec.find("..") != std::string_view::npos && spec.find('|') == std::string_view::npos)
        return std::nullopt;
    std::string words = "(";
    for (std::size_t at = 0; at <= spec.size();) {
        const std::size_t end = std::min(spec.find('|', at), spec.size());
        if (at > 0)
            words += '|';
        appendLiteral(words, spec.substr(at, end - at));
        at = end + 1;
    }
    return Kinds{Capture::Kind::Text, words + ')'};
}
}

Result<NamePattern> NamePattern::compile(std::string_view text, At at)
{
    return compileAfter(text, at, nullptr);
}

Result<NamePattern> NamePattern::compile(std::string_view text, At at, const NamePattern &first)
{
    return compileAfter(text, at, &first);
}

std::string NamePattern::asResult(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        result += text[i];
        if (text[i] != '{')
            continue;
        if (text.substr(i).starts_with("{{")) {
            result += text[++i];
            continue;
        }
        const std::size_t close = std::min(text.find('}', i), text.size());
        const std::string_view inside = text.substr(i + 1, close - i - 1);
        result += inside.substr(0, inside.find(':'));
        i = close - 1;
    }
    return result;
}

std::vector<std::string> namesInBraces(std::string_view result)
{
    std::vector<std::string> names;
    for (std::size_t i = result.find('{'); i < result.size(); i = result.find('{', i + 1)) {
        if (result.substr(i).starts_with("{{")) {
            ++i;
            continue;
        }
        std::string_view inside = result.substr(i + 1, result.find('}', i) - i - 1);
        inside = inside.substr(0, inside.find(':'));
        for (std::size_t at = 0; at < inside.size();) {
            std::size_t end = at;
            while (end < inside.size() && isWordCharacter(inside[end]))
                ++end;
            if (isWord(inside.substr(at, end - at)) && !inside.substr(end).starts_with('('))
                names.emplace_back(inside.substr(at, end - at));
            at = std::max(end, at + 1);
        }
    }
    return names;
}

Result<NamePattern> NamePattern::compileAfter(std::string_view text, At at, const NamePattern *first)
{
    NamePattern pattern;
    std::string body;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '{') {
            appendLiteral(body, text.substr(i, 1));
            ++i;
            continue;
        }
        if (text.substr(i).starts_with("{{")) {
            body += "\\{";
            i += 2;
            continue;
        }
        const std::size_t close = text.find('}', i);
        if (close == std::string_view::npos)
            return badPattern(text, tr("a { has no }; a literal brace is written {{"));
        const std::string_view inside = text.substr(i + 1, close - i - 1);
        const std::size_t colon = std::min(inside.find(':'), inside.size());
        const std::string name(inside.substr(0, colon));
        std::string_view spec = colon < inside.size() ? inside.substr(colon + 1) : std::string_view();
        if (!isWord(name))
            return badPattern(text, tr("“{%1}” does not name a capture such as {i}").arg(displayName(inside)));
        i = close + 1;
        if (const Capture *known = pattern.m_scope.find(name)) {
            body += "\\g{" + std::to_string(known->slot) + "}";
            continue;
        }
        if (first && first->m_kinds.contains(name)) {
            const std::string &declared = first->m_kinds.find(name)->second;
            if (!spec.empty() && spec != declared)
                return badPattern(
                    text,
                    tr("the first pattern says that {%1} is {%1%2}")
                        .arg(displayName(name), declared.empty() ? QString() : u':' + displayName(declared)));
            spec = declared;
        }
        const std::optional<Kinds> kinds = capturePattern(spec);
        if (!kinds || colon + 1 == inside.size())
            return badPattern(text,
                              tr("“%1” is not a kind of capture; there are even, odd, 1..4 (at most 1,000 numbers "
                                 "below 1,000,000), a|b, * and **")
                                  .arg(displayName(spec)));
        body += kinds->pcre;
        pattern.m_kinds.emplace(name, spec);
        ++pattern.m_scope.slotCount;
        pattern.m_scope.captures.push_back({name, pattern.m_scope.slotCount, kinds->kind});
    }
    ++pattern.m_scope.slotCount; // slot 0 is the whole match
    const bool fromStart = at == At::Start || at == At::Whole, toEnd = at == At::End || at == At::Whole;
    const std::string pcre =
        "(?s)" + std::string(fromStart ? "\\A" : "(?<![^./])") + body + (toEnd ? "\\z" : "(?![^./])");
    Result<Regex> regex = Regex::native(pcre, text);
    if (!regex)
        return regex.error();
    pattern.m_regex = std::move(*regex);
    pattern.m_pcre = pcre;
    return pattern;
}
