// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Count : quint8 { All, First };
}

template<>
inline constexpr auto enumWords<Count> = std::array<std::string_view, 2>{"all", "first"};
template<>
inline constexpr auto enumWords<RowPlace> = std::array<std::string_view, 3>{"here", "start", "end"};
template<>
inline constexpr auto enumWords<NamePattern::At> = std::array<std::string_view, 4>{"anywhere", "start", "end", "whole"};

namespace {
/// Puts another text in the place of a piece of names.
struct Rename
{
    using MaybeText = std::optional<std::string>;

    MaybeText exact, prefix, suffix, text, regex, from;
    std::string to;
    NamePattern::At at = NamePattern::At::Anywhere;
    Count count = Count::All;
    Selector where;
    RowPlace place = RowPlace::Here;

    static constexpr auto fields()
    {
        return std::tuple{
            field("exact", &Rename::exact, "The whole key.", oneOfField),
            field("prefix", &Rename::prefix, "Text at its start.", oneOfField | usualField),
            field("suffix", &Rename::suffix, "Text at its end.", oneOfField),
            field("text", &Rename::text, "Text anywhere in it.", oneOfField),
            field("regex", &Rename::regex, "A regular expression, as in Python.", oneOfField),
            field("from", &Rename::from, "Whole components with places: layers.{i}.downsample.", oneOfField),
            field("to", &Rename::to, "What stands there afterwards; may use captures: layers.{i+1}.downsample.",
                  requiredField),
            field("at", &Rename::at, "Where “from” may stand in the key."),
            field("count", &Rename::count, "Every occurrence in a key, or the first."),
            field("where", &Rename::where, "Which keys."),
            field("place", &Rename::place, "Where renamed keys go in the order.")};
    }

    const MaybeText &given() const
    {
        for (const MaybeText *kind : {&exact, &prefix, &suffix, &text, &regex})
            if (*kind)
                return *kind;
        return from;
    }

    Result<void> check() const
    {
        if (!from && at != NamePattern::At::Anywhere)
            return badStep(tr("“at” of “rename” goes with “from” only."));
        if ((text || regex || from) && given()->empty())
            return badStep(tr("“rename” cannot look for empty text."));
        const Result<Compiled> compiled = compile();
        return compiled ? Result<void>() : Result<void>(compiled.error());
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(prefix       ? tr("Rename prefix ")
                                                  : suffix ? tr("Rename suffix ")
                                                           : tr("Rename ")),
                                        code(given().value_or(std::string()))};
        if (to.empty())
            return parts + std::vector{plain(tr(" → nothing"))} + inRows(where);
        return parts + std::vector{plain(QStringLiteral(" → ")), code(to)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        Result<Compiled> compiled = compile();
        if (!compiled)
            return run.error(compiled.error().message);
        Work work{run, *this, *compiled, {}, {}, {}, {}};
        if (compiled->regex)
            work.matcher.emplace(*compiled->regex);
        work.values.resize(std::size_t(compiled->scope.slotCount));
        return eachRow(run, where, [&](std::size_t index, std::span<const std::string_view> captures) {
            return work.row(index, captures);
        });
    }

private:
    struct Compiled
    {
        std::optional<Regex> regex; ///< of `regex` and `from`
        CaptureScope scope; ///< its captures, then those of `where`
        int ownSlots = 0;
        NameTemplate to;
    };

    Result<Compiled> compile() const
    {
        Compiled compiled;
        auto escapes = NameTemplate::Escapes::None;
        if (regex) {
            Result<Regex> pattern = Regex::python(*regex);
            if (!pattern)
                return pattern.error();
            compiled.scope = CaptureScope::of(*pattern);
            compiled.regex = std::move(*pattern);
            escapes = NameTemplate::Escapes::Python;
        } else if (from) {
            Result<NamePattern> pattern = NamePattern::compile(*from, at);
            if (!pattern)
                return pattern.error();
            compiled.scope = pattern->scope();
            compiled.regex = pattern->regex();
        }
        compiled.ownSlots = compiled.scope.slotCount;
        compiled.scope.append(scopeOf(where));
        Result<NameTemplate> result = NameTemplate::compile(to, compiled.scope, escapes);
        if (!result)
            return result.error();
        compiled.to = std::move(*result);
        return compiled;
    }

    /// Renames row by row.
    struct Work
    {
        StepRun &run;
        const Rename &step;
        const Compiled &compiled;
        std::optional<RegexMatcher> matcher;
        std::vector<std::string_view> values; ///< captured texts by slot
        std::string to; ///< scratch
        std::string name; ///< scratch

        Result<void> row(std::size_t index, std::span<const std::string_view> captures)
        {
            std::copy(captures.begin(), captures.end(), values.begin() + compiled.ownSlots);
            const Name before = run.rows()[index].name;
            return matcher ? byPattern(index, before) : byText(index, before);
        }

        Result<void> set(std::size_t index, std::string_view first, std::string_view second = {})
        {
            run.rename(index, first, second);
            if (step.place != RowPlace::Here)
                run.move(index, step.place);
            return {};
        }

        Result<void> byText(std::size_t index, Name before)
        {
            const std::string &sought = *step.given();
            const bool found = step.exact ? before == sought
                : step.prefix             ? before.starts_with(sought)
                : step.suffix             ? before.ends_with(sought)
                                          : before.find(sought) != Name::npos;
            if (!found)
                return {};
            std::string_view result = compiled.to.literal();
            if (!compiled.to.isLiteral()) {
                to.clear();
                if (const Result<void> made = compiled.to.append(to, values); !made)
                    return run.error(made.error().message);
                result = to;
            }
            if (step.exact)
                return set(index, result);
            if (step.prefix)
                return set(index, result, before.substr(sought.size()));
            if (step.suffix)
                return set(index, before.substr(0, before.size() - sought.size()), result);
            return replaceText(index, before, sought, result);
        }

        Result<void> replaceText(std::size_t index, Name before, std::string_view sought, std::string_view result)
        {
            name.clear();
            std::size_t copied = 0;
            for (std::size_t hit = before.find(sought); hit != Name::npos; hit = before.find(sought, copied)) {
                name.append(before, copied, hit - copied);
                name += result;
                copied = hit + sought.size();
                if (step.count == Count::First)
                    break;
            }
            name.append(before, copied);
            if (name.size() > std::max(NameTemplate::longestName, before.size()))
                return tooLong(before);
            return set(index, name);
        }

        Result<void> byPattern(std::size_t index, Name before)
        {
            name.clear();
            std::size_t copied = 0;
            std::optional<Error> problem;
            const auto outcome = eachMatch(*matcher, before, step.count == Count::First ? 1 : 0, [&] {
                name.append(before, copied, matcher->begin() - copied);
                for (int slot = 0; slot < compiled.ownSlots; ++slot)
                    values[std::size_t(slot)] = matcher->group(slot);
                if (Result<void> made = compiled.to.append(name, values); !made)
                    problem = run.error(tr("“%1”: %2").arg(displayName(before), made.error().message));
                else if (name.size() > std::max(NameTemplate::longestName, before.size()))
                    problem = tooLong(before);
                copied = matcher->end();
                return !problem.has_value();
            });
            if (problem)
                return *problem;
            if (outcome == RegexMatcher::Outcome::GaveUp)
                return run.error(matcher->gaveUp(before).message);
            if (outcome == RegexMatcher::Outcome::NotFound)
                return {};
            name.append(before, copied);
            return set(index, name);
        }

        Error tooLong(Name before) const
        {
            return run.error(tr("“%1” would become longer than %2 bytes.")
                                 .arg(displayName(before.substr(0, 200)))
                                 .arg(NameTemplate::longestName));
        }
    };
};
}

const StepKind &renameStep()
{
    static const StepKind kind = stepKind<Rename>(
        {.word = "rename",
         .title = "Rename",
         .group = "Names",
         .help = "Puts another text in the place of a whole key, its start, its end, any text in it, what a regular "
                 "expression matches, or whole components with places such as {i}.",
         .exampleStep = "rename: {from: 'layers.{i}.downsample', to: 'layers.{i+1}.downsample'}",
         .exampleBefore = "layers.0.downsample.norm.weight\nlayers.1.downsample.norm.weight",
         .exampleAfter = "layers.1.downsample.norm.weight\nlayers.2.downsample.norm.weight"});
    return kind;
}
