// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/regexrules.h"

#include "model/recipe/codec.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

using Rules = std::vector<RegexRule>;

Error no(const QString &why)
{
    return {Error::Kind::BadRecipe, why};
}

/// A text as a pattern that matches just it.
std::string escapedPattern(std::string_view text)
{
    constexpr std::string_view special = "\\.^$*+?{}[]|()";
    std::string out;
    for (const char c : text)
        out += special.find(c) != std::string_view::npos ? std::string("\\") + c : std::string(1, c);
    return out;
}

/// A text as a replacement that is just it.
std::string escapedReplacement(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '\\' ? std::string("\\\\") : std::string(1, c);
    return out;
}

std::string anyOf(const std::vector<std::string> &texts)
{
    std::string out = "(?:";
    for (const std::string &text : texts)
        out += (out.size() > 3 ? "|" : "") + escapedPattern(text);
    return out + ')';
}

/// The groups of a template's captures: their names and numbers.
using Groups = std::vector<std::pair<std::string, int>>;

/// A result of ours as a replacement of Python's; nothing when it calculates. `python`: backslashes mean what they mean
/// there already.
std::optional<std::string> replacementOf(const std::string &to, const Groups &groups, bool python)
{
    std::string out;
    for (std::size_t at = 0; at < to.size(); ++at) {
        if (to[at] == '\\' && !python) {
            out += "\\\\";
        } else if (to[at] != '{') {
            out += to[at];
        } else if (to.substr(at, 2) == "{{") {
            out += to[at++];
        } else {
            const std::size_t close = std::min(to.find('}', at), to.size());
            const std::string name = to.substr(at + 1, close - at - 1);
            const auto group =
                std::find_if(groups.begin(), groups.end(), [&](const auto &one) { return one.first == name; });
            const bool isNumber = python && !name.empty() && name.size() < 3
                && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (group == groups.end() && !isNumber)
                return std::nullopt;
            const std::string number = isNumber ? name : std::to_string(group->second);
            const bool isDigitNext = close + 1 < to.size() && to[close + 1] >= '0' && to[close + 1] <= '9';
            out += isDigitNext || number == "0" ? "\\g<" + number + '>' : '\\' + number;
            at = close;
        }
    }
    return out;
}

/// One step on its way to rules.
class RuleMaker
{
public:
    RuleMaker(const Step &step, RegexDialect dialect) : m_step(step), m_dialect(dialect) {}

    Result<Rules> make() const
    {
        const std::string_view word = m_step.kind().word;
        if (word == "assert" || word == "move")
            return Rules();
        const bool isLimited = m_step.field("where").has_value() && word != "drop" && word != "keep";
        if (isLimited)
            return no(tr("it is for some keys only (“where”)."));
        if (word == "root")
            return root();
        if (word == "remove-prefix")
            return removePrefix();
        if (word == "add-prefix")
            return addPrefix();
        if (word == "strip-wrappers")
            return stripWrappers();
        if (word == "rename")
            return rename();
        if (word == "keep-prefix")
            return no(tr("a pattern leaves no key out; MMEngine's init_cfg has a prefix of its own."));
        if (m_step.kind().included)
            return no(tr("it includes a recipe; put the steps of that one in its place."));
        return no(tr("patterns and replacements cannot say it."));
    }

private:
    bool isFirstOnly() const { return m_dialect == RegexDialect::Transformers; }

    std::vector<std::string> texts(std::string_view field) const
    {
        const std::optional<Node> node = m_step.field(field);
        const auto parsed = node ? parseTexts(*node) : Result<std::vector<std::string>>(std::vector<std::string>());
        return parsed ? *parsed : std::vector<std::string>();
    }
    std::string text(std::string_view field) const
    {
        const std::optional<Node> node = m_step.field(field);
        return node ? node->text : std::string();
    }

    /// MMEngine looks into `state_dict` by itself, transformers' files are flat.
    Result<Rules> root() const
    {
        const std::optional<Node> path = m_step.field("path");
        const auto parsed = path ? Codec<ObjectPath>::parse(*path) : Result<ObjectPath>(ObjectPath{{}, true});
        const std::vector<std::string> own{"state_dict"};
        const bool isOwn =
            m_dialect == RegexDialect::MMEngine && (texts("unwrap") == own || (parsed && parsed->components == own));
        const bool isTop = parsed && !m_step.field("unwrap") && !m_step.field("first-of")
            && (parsed->isAuto || parsed->components.empty());
        if (isOwn || isTop)
            return Rules();
        return no(m_dialect == RegexDialect::MMEngine ? tr("MMEngine looks into “state_dict” and nowhere else.")
                                                      : tr("it looks into no dict of a file."));
    }

    Result<Rules> removePrefix() const
    {
        if (m_step.field("only-if"))
            return no(tr("it looks at all keys together (“only-if”)."));
        const std::string times = text("times");
        const std::string often = times.empty() ? "" : times == "all" ? "+" : "{1," + times + '}';
        return Rules{{'^' + anyOf(texts("prefix")) + often, ""}};
    }

    Result<Rules> addPrefix() const
    {
        const std::string prefix = text("prefix");
        if (prefix.empty())
            return Rules();
        const std::string unless = m_step.field("only-if-absent") ? "(?!" + escapedPattern(prefix) + ')' : "";
        return checked({'^' + unless + "(.*)$", escapedReplacement(prefix) + "\\1"});
    }

    Result<Rules> stripWrappers() const
    {
        const std::string preset = text("preset");
        if (preset == "timm")
            return Rules{{"^(?:_orig_mod\\.)?(?:module\\.)?(?:_orig_mod\\.)?", ""}};
        if (!preset.empty() || m_step.field("only-if") || m_step.field("repeat"))
            return no(tr("it looks at all keys together, or stops before the last wrapper."));
        if (isFirstOnly())
            return no(tr("transformers replaces one match alone, and wrappers may stand in several places."));
        const Step defaults(m_step.kind());
        const auto names = [&](std::string_view field, std::vector<std::string> known) {
            return m_step.field(field) ? texts(field) : known;
        };
        const auto leading = names("leading", {"module", "_forward_module", "_original_module"});
        const auto anywhere =
            names("anywhere", {"_orig_mod", "_fsdp_wrapped_module", "_fpw_module", "_checkpoint_wrapped_module"});
        std::vector<std::string> front = leading;
        front.insert(front.end(), anywhere.begin(), anywhere.end());
        Rules rules;
        if (!front.empty())
            rules.push_back({"^(?:" + anyOf(front) + "\\.)+", ""});
        if (!anywhere.empty())
            rules.push_back({"\\." + anyOf(anywhere) + "(?=\\.|$)", ""});
        return rules;
    }

    Result<Rules> rename() const
    {
        const std::string to = text("to");
        const bool isFirst = text("count") == "first";
        if (m_step.field("regex"))
            return byRegex(text("regex"), to, isFirst);
        if (m_step.field("from"))
            return byTemplate(text("from"), to, isFirst);
        const std::optional<std::string> replacement = replacementOf(to, {}, false);
        if (!replacement)
            return no(tr("its result is calculated."));
        if (m_step.field("exact"))
            return checked({'^' + escapedPattern(text("exact")) + '$', *replacement});
        if (m_step.field("prefix"))
            return checked({'^' + escapedPattern(text("prefix")) + "(.*)$", *replacement + "\\1"});
        if (m_step.field("suffix"))
            return checked({"^(.*)" + escapedPattern(text("suffix")) + '$', group(1, *replacement) + *replacement});
        const std::string pattern = escapedPattern(text("text"));
        if (isFirst)
            return checked({"^(.*?)" + pattern, group(1, *replacement) + *replacement});
        if (isFirstOnly())
            return no(tr("transformers replaces the first match alone; say “count: first”."));
        return checked({pattern, *replacement});
    }

    /// A reference to a group that `rest` follows.
    static std::string group(int number, const std::string &rest)
    {
        const bool isDigitNext = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
        return isDigitNext ? "\\g<" + std::to_string(number) + '>' : '\\' + std::to_string(number);
    }

    Result<Rules> byRegex(const std::string &pattern, const std::string &to, bool isFirst) const
    {
        const Result<Regex> regex = Regex::python(pattern);
        const std::optional<std::string> replacement = replacementOf(to, regex ? regex->groupNames() : Groups(), true);
        if (!replacement)
            return no(tr("its result is calculated."));
        if (isFirst != isFirstOnly() && !pattern.starts_with('^'))
            return no(isFirstOnly() ? tr("transformers replaces the first match alone; say “count: first”.")
                                    : tr("MMEngine replaces every match, not the first alone."));
        return checked({pattern, *replacement});
    }

    Result<Rules> byTemplate(const std::string &from, const std::string &to, bool isFirst) const
    {
        const std::string at = text("at");
        const NamePattern::At where = at == "start" ? NamePattern::At::Start
            : at == "end"                           ? NamePattern::At::End
            : at == "whole"                         ? NamePattern::At::Whole
                                                    : NamePattern::At::Anywhere;
        const Result<NamePattern> pattern = NamePattern::compile(from, where);
        if (!pattern)
            return pattern.error();
        Groups groups;
        for (const Capture &capture : pattern->scope().captures)
            groups.emplace_back(capture.name, capture.slot);
        const std::optional<std::string> replacement = replacementOf(to, groups, false);
        if (!replacement)
            return no(tr("its result is calculated."));
        std::string python = pattern->pcre();
        constexpr std::string_view head = "(?s)";
        if (python.starts_with(head))
            python.erase(0, head.size());
        if (python.find("\\g{") != std::string::npos)
            return no(tr("a capture stands in its pattern twice."));
        if (python.starts_with("\\A"))
            python.replace(0, 2, "^");
        if (python.ends_with("\\z"))
            python.replace(python.size() - 2, 2, "$");
        const bool isWhole = where != NamePattern::At::Anywhere;
        if (isFirst != isFirstOnly() && !isWhole)
            return no(isFirstOnly() ? tr("transformers replaces the first match alone; say “count: first”.")
                                    : tr("MMEngine replaces every match, not the first alone."));
        return checked({python, *replacement});
    }

    /// What transformers would change of a rule, it cannot take.
    Result<Rules> checked(RegexRule rule) const
    {
        if (m_dialect == RegexDialect::MMEngine)
            return Rules{std::move(rule)};
        const std::string &to = rule.replacement;
        const bool isCleaned = to.starts_with('^') || to.ends_with('$') || to.find('(') != std::string::npos
            || to.find("\\.") != std::string::npos || to.find("\\g<") != std::string::npos
            || to.find("\\\\") != std::string::npos;
        if (isCleaned)
            return no(tr("transformers changes anchors, brackets and backslashes in the replacement."));
        if (rule.pattern.find(".*.") != std::string::npos)
            return no(tr("transformers takes “.*.” in a pattern for a component."));
        return Rules{std::move(rule)};
    }

    const Step &m_step;
    RegexDialect m_dialect;
};
}

Result<std::vector<RegexRule>> regexRules(const Step &step, RegexDialect dialect)
{
    return RuleMaker(step, dialect).make();
}
