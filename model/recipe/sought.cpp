// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/sought.h"

#include "model/recipe/steps/renamerule.h"

#include <algorithm>

namespace {
using Kind = SelectorTest::Kind;

/// One test with what it needs to be asked.
class Finder
{
public:
    Finder(SelectorTest test, bool isOnce) : m_test(std::move(test)), m_isOnce(isOnce)
    {
        for (const Regex &regex : m_test.regexes)
            m_regexes.emplace_back(regex);
        for (const Selector &child : m_test.children)
            m_children.push_back(of(child));
    }

    /// Whether the name can match; adds the pieces that do.
    bool find(Name name, std::vector<NameSpan> &found)
    {
        const auto whole = [&](const std::string &text) { return name == text ? name.size() : Name::npos; };
        const auto start = [&](const std::string &text) { return name.starts_with(text) ? text.size() : Name::npos; };
        const auto end = [&](const std::string &text) { return name.ends_with(text) ? text.size() : Name::npos; };
        switch (m_test.kind) {
        case Kind::Exact: return addLongest(whole, false, name, found);
        case Kind::Prefix: return addLongest(start, false, name, found);
        case Kind::Suffix: return addLongest(end, true, name, found);
        case Kind::Contains: return addTexts(name, found);
        case Kind::Regex: return addMatches(name, found);
        case Kind::Not: return !isOfNames(m_test.children.front()) || !findAll(m_children.front(), name).has_value();
        case Kind::AnyOf: return addChildren(name, found) > 0;
        case Kind::All: return addChildren(name, found) == m_children.size();
        default: return true;
        }
    }

    /// The pieces that all of these match; nothing when one of them does not.
    static std::optional<std::vector<NameSpan>> findAll(std::vector<Finder> &finders, Name name)
    {
        std::vector<NameSpan> found;
        for (Finder &finder : finders) {
            if (!finder.find(name, found))
                return std::nullopt;
        }
        return found;
    }

private:
    static std::vector<Finder> of(const Selector &selector)
    {
        std::vector<Finder> finders;
        if (selector.compiled()) {
            for (const SelectorTest &test : selector.compiled()->tests)
                finders.emplace_back(test, false);
        }
        return finders;
    }

    static bool isOfNames(const Selector &selector)
    {
        const auto isName = [](const SelectorTest &test) {
            const bool isNested = test.kind == Kind::Not || test.kind == Kind::AnyOf || test.kind == Kind::All;
            return test.kind <= Kind::Regex
                || (isNested && std::all_of(test.children.begin(), test.children.end(), isOfNames));
        };
        return selector.compiled()
            && std::all_of(selector.compiled()->tests.begin(), selector.compiled()->tests.end(), isName);
    }

    /// `sizeOf`: how much of the name a text matches, or npos.
    template<typename SizeOf>
    bool addLongest(SizeOf sizeOf, bool isAtEnd, Name name, std::vector<NameSpan> &found)
    {
        std::size_t longest = Name::npos;
        for (const std::string &text : m_test.texts) {
            if (const std::size_t size = sizeOf(text); size != Name::npos)
                longest = longest == Name::npos ? size : std::max(longest, size);
        }
        if (longest != Name::npos)
            found.push_back({quint32(isAtEnd ? name.size() - longest : 0), quint32(longest)});
        return longest != Name::npos;
    }

    bool addTexts(Name name, std::vector<NameSpan> &found)
    {
        bool isThere = false;
        for (const std::string &text : m_test.texts) {
            for (std::size_t at = name.find(text); at != Name::npos; at = name.find(text, at + text.size())) {
                found.push_back({quint32(at), quint32(text.size())});
                isThere = true;
                if (m_isOnce || text.empty())
                    break;
            }
        }
        return isThere;
    }

    bool addMatches(Name name, std::vector<NameSpan> &found)
    {
        bool isThere = false;
        for (RegexMatcher &regex : m_regexes) {
            const auto outcome = eachMatch(regex, name, m_isOnce ? 1 : 0, [&] {
                found.push_back({quint32(regex.begin()), quint32(regex.end() - regex.begin())});
                return true;
            });
            isThere |= outcome == RegexMatcher::Outcome::Found;
        }
        return isThere;
    }

    /// How many of the children match.
    std::size_t addChildren(Name name, std::vector<NameSpan> &found)
    {
        std::size_t matching = 0;
        for (std::vector<Finder> &child : m_children) {
            const auto pieces = findAll(child, name);
            if (!pieces)
                continue;
            found.insert(found.end(), pieces->begin(), pieces->end());
            ++matching;
        }
        return matching;
    }

    SelectorTest m_test;
    bool m_isOnce;
    std::vector<RegexMatcher> m_regexes;
    std::vector<std::vector<Finder>> m_children;
};

struct Rule : RenameRule
{
    static FieldLines fields() { return ruleFields<Rule>(); }
};

Sought soughtByRule(const Node &printed)
{
    Node own = Node::map({});
    for (const FieldInfo &info : StepTraits<Rule>::infos()) {
        if (const Node *value = printed.find(info.name))
            own.entries.emplace_back(std::string(info.name), *value);
    }
    Rule rule;
    return StepTraits<Rule>::fill(rule, own, "rename") ? rule.sought() : Sought();
}

void addSelector(Sought &sought, const Node *node)
{
    const Result<Selector> selector = node ? Selector::parse(*node) : Result<Selector>(Selector());
    if (selector && !selector->isAll())
        sought.tests.push_back({.kind = Kind::All, .children = {*selector}});
}

/// The names and prefixes that an `assert` speaks of.
std::vector<Sought> soughtByAssert(const Step &step)
{
    SelectorTest names{.kind = Kind::Exact};
    for (const char *field : {"exists", "absent", "shape", "dtype"}) {
        const Node said = step.field(field).value_or(Node());
        for (const Node &name : said.items)
            names.texts.push_back(name.text);
        for (const auto &[name, value] : said.entries)
            names.texts.push_back(name);
        if (said.isScalar())
            names.texts.push_back(said.text);
    }
    std::vector<Sought> all{{{std::move(names)}}};
    for (const char *field : {"any-prefix", "all-prefix"}) {
        SelectorTest prefixes{.kind = Kind::Prefix};
        const Node said = step.field(field).value_or(Node());
        for (const Node &prefix : said.isList() ? said.items : std::vector<Node>{said})
            prefixes.texts.push_back(prefix.text);
        if (!said.isNull())
            all.push_back({{std::move(prefixes)}});
    }
    return all;
}

/// What a step looks for itself, any of it. Most kinds of step look for nothing but what their selectors say.
std::vector<Sought> ownSought(const Step &step)
{
    const std::string_view word = step.kind().word;
    if (word == "rename")
        return {soughtByRule(step.kind().print(step.body()))};
    if (word == "remove-prefix" || word == "keep-prefix") {
        SelectorTest test{.kind = Kind::Prefix};
        const Node prefix = step.field("prefix").value_or(Node());
        for (const Node &text : prefix.isList() ? prefix.items : std::vector<Node>{prefix})
            test.texts.push_back(text.text);
        return {{{std::move(test)}}};
    }
    if (word == "renumber") {
        const std::string at = step.field("at").value_or(Node()).text;
        if (const auto pattern = NamePattern::compile(at, NamePattern::At::Start))
            return {{{SelectorTest{.kind = Kind::Regex, .regexes = {pattern->regex()}}}}};
    }
    if (word == "split" || word == "concat" || word == "stack" || word == "unstack") {
        const Node from = step.field("from").value_or(Node());
        SelectorTest test{.kind = Kind::Regex};
        std::vector<NamePattern> patterns;
        for (const Node &text : from.isList() ? from.items : std::vector<Node>{from}) {
            auto pattern = patterns.empty() ? NamePattern::compile(text.text, NamePattern::At::Whole)
                                            : NamePattern::compile(text.text, NamePattern::At::Whole, patterns.front());
            if (!pattern)
                continue;
            test.regexes.push_back(pattern->regex());
            patterns.push_back(std::move(*pattern));
        }
        return {{{std::move(test)}}};
    }
    std::vector<Sought> all;
    if (word == "assert")
        return soughtByAssert(step);
    if (word == "rename-group") {
        const Node rules = step.field("rules").value_or(Node());
        for (const Node &rule : rules.items) {
            all.push_back(soughtByRule(rule));
            addSelector(all.back(), rule.find("only"));
        }
        return all;
    }
    return {Sought()};
}

std::vector<Sought> soughtBy(const Step &step)
{
    std::vector<Sought> all = ownSought(step);
    for (const FieldInfo &info : step.kind().fields) {
        const std::optional<Node> value = info.type == FieldType::Selector ? step.field(info.name) : std::nullopt;
        for (Sought &sought : all)
            addSelector(sought, value ? &*value : nullptr);
    }
    return all;
}

/// Sorted, those that overlap or touch made one.
std::vector<NameSpan> united(std::vector<NameSpan> spans)
{
    std::sort(spans.begin(), spans.end(), [](const NameSpan &a, const NameSpan &b) { return a.at < b.at; });
    std::vector<NameSpan> all;
    for (const NameSpan &span : spans) {
        if (span.size == 0)
            continue;
        if (all.empty() || span.at > all.back().end())
            all.push_back(span);
        else
            all.back().size = std::max(all.back().end(), span.end()) - all.back().at;
    }
    return all;
}
}

NameThen nameBefore(const Row &row, int step)
{
    NameThen then{std::string(row.name), row.history};
    for (; then.history && then.history->step >= step; then.history = then.history->previous)
        then.name.replace(then.history->at, then.history->size, then.history->before);
    return then;
}

NameSpan spanInSource(NameSpan span, const History *history)
{
    for (; history; history = history->previous) {
        const auto before = quint32(history->before.size());
        const auto moved = [&](quint32 place, quint32 inside) {
            return place <= history->at                ? place
                : place >= history->at + history->size ? place - history->size + before
                                                       : inside;
        };
        const quint32 from = moved(span.at, history->at);
        span = {from, moved(span.end(), history->at + before) - from};
    }
    return span;
}

std::vector<NameSpan> replacedBy(const Row &row, int step)
{
    const History *history = row.history;
    while (history && history->step > step)
        history = history->previous;
    std::vector<NameSpan> spans;
    for (; history && history->step == step; history = history->previous)
        spans.push_back({history->at, quint32(history->before.size())});
    return united(std::move(spans));
}

struct SoughtFinder::Pattern
{
    std::vector<Finder> finders; ///< all of them
};

SoughtFinder::SoughtFinder(const Step &step)
{
    for (const Sought &sought : soughtBy(step)) {
        Pattern pattern;
        for (const SelectorTest &test : sought.tests)
            pattern.finders.emplace_back(test, sought.isOnce);
        m_patterns.push_back(std::move(pattern));
    }
}

SoughtFinder::~SoughtFinder() = default;
SoughtFinder::SoughtFinder(SoughtFinder &&) noexcept = default;
SoughtFinder &SoughtFinder::operator=(SoughtFinder &&) noexcept = default;

bool SoughtFinder::isEmpty() const
{
    return std::all_of(m_patterns.begin(), m_patterns.end(),
                       [](const Pattern &pattern) { return pattern.finders.empty(); });
}

std::vector<NameSpan> SoughtFinder::find(Name name)
{
    std::vector<NameSpan> all;
    for (Pattern &pattern : m_patterns) {
        if (const auto found = Finder::findAll(pattern.finders, name))
            all.insert(all.end(), found->begin(), found->end());
    }
    return united(std::move(all));
}
