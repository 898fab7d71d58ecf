// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/renamerule.h"

#include "model/base/text.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// A name that is longer already may become as long again.
std::size_t longestFrom(Name before)
{
    return std::max(NameTemplate::longestName, before.size());
}
}

const RenameRule::MaybeText &RenameRule::given() const
{
    for (const MaybeText *kind : {&exact, &prefix, &suffix, &text, &regex}) {
        if (*kind)
            return *kind;
    }
    return from;
}

Result<void> RenameRule::check(const CaptureScope &outer, const Lets &lets) const
{
    if (!from && at != NamePattern::At::Anywhere)
        return badStep(tr("“at” of “rename” goes with “from” only."));
    if ((text || regex || from) && given()->empty())
        return badStep(tr("“rename” cannot look for empty text."));
    const Result<Renamer> renamer = Renamer::make(*this, outer, lets);
    return renamer ? Result<void>() : Result<void>(renamer.error());
}

Result<std::optional<RenameRule::Pattern>> RenameRule::pattern() const
{
    if (regex) {
        const Result<Regex> python = Regex::python(*regex);
        return python ? Result<std::optional<Pattern>>(Pattern{*python, CaptureScope::of(*python)}) : python.error();
    }
    if (from) {
        const Result<NamePattern> places = NamePattern::compile(*from, at);
        return places ? Result<std::optional<Pattern>>(Pattern{places->regex(), places->scope()}) : places.error();
    }
    return std::optional<Pattern>();
}

Sought RenameRule::sought() const
{
    using Kind = SelectorTest::Kind;
    const bool isOnce = count == RenameCount::First;
    if (const Result<std::optional<Pattern>> compiled = pattern(); compiled && *compiled)
        return {{SelectorTest{.kind = Kind::Regex, .regexes = {(*compiled)->regex}}}, isOnce};
    const Kind kind = exact ? Kind::Exact : prefix ? Kind::Prefix : suffix ? Kind::Suffix : Kind::Contains;
    return {{SelectorTest{.kind = kind, .texts = {given().value_or(std::string())}}}, isOnce};
}

std::vector<SentencePart> RenameRule::words() const
{
    std::vector<SentencePart> parts;
    if (prefix || suffix)
        parts.push_back(plain(prefix ? tr("prefix ") : tr("suffix ")));
    parts.push_back(code(given().value_or(std::string())));
    parts.push_back(plain(to.empty() ? tr(" → nothing") : QStringLiteral(" → ")));
    if (!to.empty())
        parts.push_back(code(to));
    return parts;
}

Result<Renamer> Renamer::make(const RenameRule &rule, const CaptureScope &outer, const Lets &lets)
{
    Renamer renamer(rule);
    const auto escapes = rule.regex ? NameTemplate::Escapes::Python : NameTemplate::Escapes::None;
    Result<std::optional<RenameRule::Pattern>> pattern = rule.pattern();
    if (!pattern)
        return pattern.error();
    if (*pattern) {
        renamer.m_scope = std::move((*pattern)->scope);
        renamer.m_regex = std::move((*pattern)->regex);
        renamer.m_matcher.emplace(*renamer.m_regex);
    }
    renamer.m_ownSlots = renamer.m_scope.slotCount;
    renamer.m_scope.append(outer);
    Result<NameTemplate> result = NameTemplate::compile(rule.to, renamer.m_scope, escapes, lets);
    if (!result)
        return result.error();
    renamer.m_to = std::move(*result);
    renamer.m_values.resize(std::size_t(renamer.m_scope.slotCount));
    return renamer;
}

Result<std::optional<Renamer::Renamed>> Renamer::rename(Name before, std::span<const std::string_view> outer)
{
    std::copy(outer.begin(), outer.end(), m_values.begin() + m_ownSlots);
    return m_matcher ? byPattern(before) : byText(before);
}

Result<std::optional<Renamer::Renamed>> Renamer::byText(Name before)
{
    const std::string &sought = *m_rule.given();
    const bool found = m_rule.exact ? before == sought
        : m_rule.prefix             ? before.starts_with(sought)
        : m_rule.suffix             ? before.ends_with(sought)
                                    : before.find(sought) != Name::npos;
    if (!found)
        return std::optional<Renamed>();
    std::string_view result = m_to.literal();
    if (!m_to.isLiteral()) {
        m_result.clear();
        if (const Result<void> made = m_to.append(m_result, m_values); !made)
            return made.error();
        result = m_result;
    }
    if (!m_rule.exact && !m_rule.prefix && !m_rule.suffix)
        return replaceText(before, sought, result);
    if (result.size() + before.size() - sought.size() > longestFrom(before))
        return tooLong(before);
    if (m_rule.exact)
        return std::optional(Renamed{result, {}});
    if (m_rule.prefix)
        return std::optional(Renamed{result, before.substr(sought.size())});
    return std::optional(Renamed{before.substr(0, before.size() - sought.size()), result});
}

Result<std::optional<Renamer::Renamed>> Renamer::replaceText(Name before, std::string_view sought,
                                                             std::string_view result)
{
    m_name.clear();
    std::size_t copied = 0;
    for (std::size_t hit = before.find(sought); hit != Name::npos; hit = before.find(sought, copied)) {
        m_name.append(before, copied, hit - copied);
        if (m_name.size() + result.size() > longestFrom(before)) // before it is made: each hit may add as much
            return tooLong(before);
        m_name += result;
        copied = hit + sought.size();
        if (m_rule.count == RenameCount::First)
            break;
    }
    m_name.append(before, copied);
    if (m_name.size() > longestFrom(before))
        return tooLong(before);
    return std::optional(Renamed{m_name, {}});
}

Result<std::optional<Renamer::Renamed>> Renamer::byPattern(Name before)
{
    m_name.clear();
    std::size_t copied = 0;
    std::optional<Error> problem;
    const auto outcome = eachMatch(*m_matcher, before, m_rule.count == RenameCount::First ? 1 : 0, [&] {
        m_name.append(before, copied, m_matcher->begin() - copied);
        for (int slot = 0; slot < m_ownSlots; ++slot)
            m_values[std::size_t(slot)] = m_matcher->group(slot);
        if (Result<void> made = m_to.append(m_name, m_values); !made)
            problem = badStep(tr("“%1”: %2").arg(displayName(before), made.error().message));
        else if (m_name.size() > longestFrom(before))
            problem = tooLong(before);
        copied = m_matcher->end();
        return !problem.has_value();
    });
    if (problem)
        return *problem;
    if (outcome == RegexMatcher::Outcome::GaveUp)
        return m_matcher->gaveUp(before);
    if (outcome == RegexMatcher::Outcome::NotFound)
        return std::optional<Renamed>();
    m_name.append(before, copied);
    return std::optional(Renamed{m_name, {}});
}

Error Renamer::tooLong(Name before) const
{
    return badStep(tr("“%1” would become longer than %2 bytes.")
                       .arg(displayName(before.substr(0, 200)))
                       .arg(NameTemplate::longestName));
}
