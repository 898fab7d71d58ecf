// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/keymatch.h"
#include "model/recipe/selectorcompiled.h"
#include "model/recipe/steprun.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Selector", text);
}

using Test = SelectorTest;

struct RowView
{
    Name name;
    DType dtype;
    const Shape &shape;
};

template<typename Predicate>
bool anyText(const Test &test, Predicate predicate)
{
    return std::any_of(test.texts.begin(), test.texts.end(), predicate);
}
}

struct SelectorMatcher::State
{
    const Selector::Compiled *compiled = nullptr;
    const Target *target = nullptr;
    StepRun *run = nullptr;
    std::vector<std::vector<RegexMatcher>> regexes; ///< per test
    std::vector<std::vector<SelectorMatcher>> children; ///< per test
    std::vector<std::vector<NameTemplate>> nameTemplates; ///< per test, with the values that names have there
    std::optional<NameIndex> names; ///< of all rows, made when first asked
    std::vector<std::string_view> captures;
    std::string scratch;
    std::optional<Error> error;

    bool matches(const RowView &row)
    {
        for (std::size_t i = 0; i < compiled->tests.size(); ++i) {
            // Names over captures come last: they need what the pattern captured.
            if (!needsCaptures(compiled->tests[i]) && !test(i, row))
                return false;
        }
        for (std::size_t i = 0; i < compiled->tests.size(); ++i) {
            if (needsCaptures(compiled->tests[i]) && !test(i, row))
                return false;
        }
        return true;
    }

    static bool needsCaptures(const Test &test)
    {
        return test.kind == Test::Kind::Has || test.kind == Test::Kind::TargetHas;
    }

    bool test(std::size_t index, const RowView &row)
    {
        const Test &test = compiled->tests[index];
        const Name name = row.name;
        switch (test.kind) {
        case Test::Kind::Exact:
            return test.exact.empty() ? anyText(test, [&](const std::string &text) { return name == text; })
                                      : test.exact.contains(name);
        case Test::Kind::Prefix: return anyText(test, [&](const std::string &text) { return name.starts_with(text); });
        case Test::Kind::Suffix: return anyText(test, [&](const std::string &text) { return name.ends_with(text); });
        case Test::Kind::Contains:
            return anyText(test, [&](const std::string &text) { return name.find(text) != Name::npos; });
        case Test::Kind::Regex: return matchesRegex(index, name);
        case Test::Kind::DTypes:
            return std::find(test.dtypes.begin(), test.dtypes.end(), row.dtype) != test.dtypes.end();
        case Test::Kind::NDim:
            return std::find(test.ranks.begin(), test.ranks.end(), row.shape.size()) != test.ranks.end();
        case Test::Kind::Shapes:
            return std::find(test.shapes.begin(), test.shapes.end(), row.shape) != test.shapes.end();
        case Test::Kind::Numel: {
            const std::optional<qint64> count = elementCount(row.shape);
            return count && *count >= test.least && *count <= test.most;
        }
        case Test::Kind::InTarget: return isInTarget(test, row);
        case Test::Kind::Has:
        case Test::Kind::TargetHas: return has(test, nameTemplates[index]);
        case Test::Kind::Not: return !child(index, 0, row);
        case Test::Kind::AnyOf:
        case Test::Kind::All: break;
        }
        const bool all = test.kind == Test::Kind::All;
        for (std::size_t i = 0; i < test.children.size(); ++i) {
            if (child(index, i, row) != all)
                return !all;
        }
        return all;
    }

    bool matchesRegex(std::size_t index, Name name)
    {
        for (RegexMatcher &regex : regexes[index]) {
            switch (regex.search(name)) {
            case RegexMatcher::Outcome::NotFound: continue;
            case RegexMatcher::Outcome::GaveUp: error = regex.gaveUp(name); return false;
            case RegexMatcher::Outcome::Found: break;
            }
            if (int(index) == compiled->capturing) {
                for (std::size_t slot = 0; slot < captures.size(); ++slot)
                    captures[slot] = regex.group(int(slot));
            }
            return true;
        }
        return false;
    }

    bool isInTarget(const Test &test, const RowView &row)
    {
        if (!target)
            return false;
        const quint32 at = target->find(row.name);
        const Shape *wanted = at == NameIndex::none ? nullptr : &target->keys()[at].shape;
        return std::any_of(test.inTarget.begin(), test.inTarget.end(), [&](Test::InTarget word) {
            switch (word) {
            case Test::InTarget::Present: return wanted != nullptr;
            case Test::InTarget::Absent: return wanted == nullptr;
            case Test::InTarget::SameShape: return wanted && *wanted == row.shape;
            case Test::InTarget::OtherShape: return wanted && *wanted != row.shape;
            case Test::InTarget::OtherRank: return wanted && wanted->size() != row.shape.size();
            }
            Q_UNREACHABLE();
        });
    }

    /// The names of a test, which may use what `let` gave.
    std::vector<NameTemplate> namesOfTest(const Test &test)
    {
        std::vector<NameTemplate> made;
        for (const std::string &text : test.names) {
            Result<NameTemplate> name = NameTemplate::compile(text, compiled->scope, NameTemplate::Escapes::None,
                                                              run ? run->lets() : Lets::any());
            if (!name) {
                error = name.error();
                return {};
            }
            made.push_back(std::move(*name));
        }
        return made;
    }

    bool has(const Test &test, const std::vector<NameTemplate> &wanted)
    {
        return std::any_of(wanted.begin(), wanted.end(), [&](const NameTemplate &name) {
            scratch.clear();
            if (const Result<void> made = name.append(scratch, captures); !made) {
                error = made.error();
                return false;
            }
            if (test.kind == Test::Kind::TargetHas)
                return target && target->find(scratch) != NameIndex::none;
            return index().find(scratch, namesOf(run->rows())) != NameIndex::none;
        });
    }

    const NameIndex &index()
    {
        if (!names) {
            const std::vector<Row> &rows = run->rows();
            names.emplace(rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                names->insert(quint32(i), namesOf(rows));
        }
        return *names;
    }

    bool child(std::size_t index, std::size_t at, const RowView &row)
    {
        SelectorMatcher &matcher = children[index][at];
        const bool found = matcher.matches(row.name, row.dtype, row.shape);
        if (matcher.error())
            error = matcher.error();
        return found;
    }
};

SelectorMatcher::SelectorMatcher(const Selector &selector, StepRun *run) : d(new State)
{
    d->compiled = selector.compiled();
    d->run = run;
    if (!d->compiled)
        return;
    if (run && d->compiled->needsTarget) {
        d->target = run->target();
        if (!d->target)
            d->error = Error{Error::Kind::BadRecipe, tr("it asks for the target, and there is none.")};
    }
    d->captures.resize(std::size_t(std::max(0, d->compiled->scope.slotCount)));
    for (const SelectorTest &test : d->compiled->tests) {
        d->regexes.emplace_back();
        d->nameTemplates.push_back(d->namesOfTest(test));
        for (const Regex &regex : test.regexes)
            d->regexes.back().emplace_back(regex);
        d->children.emplace_back();
        for (const Selector &child : test.children)
            d->children.back().emplace_back(child, run);
    }
}

SelectorMatcher::~SelectorMatcher() = default;
SelectorMatcher::SelectorMatcher(SelectorMatcher &&) noexcept = default;

bool SelectorMatcher::matches(Name name, DType dtype, const Shape &shape)
{
    if (!d->compiled)
        return true;
    return !d->error && d->matches({name, dtype, shape});
}

std::span<const std::string_view> SelectorMatcher::captures() const
{
    return d->captures;
}

const std::optional<Error> &SelectorMatcher::error() const
{
    return d->error;
}

Result<std::vector<std::size_t>> selectRows(StepRun &run, const Selector &selector)
{
    constexpr std::size_t rowsPerPoll = 4096;
    std::vector<std::size_t> selected;
    SelectorMatcher matcher(selector, &run);
    const std::vector<Row> &rows = run.rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i % rowsPerPoll == 0 && run.stopRequested())
            return Error{Error::Kind::Cancelled, {}};
        if (matcher.matches(rows[i].name, rows[i].value->dtype, *rows[i].value->shape))
            selected.push_back(i);
        if (matcher.error())
            break;
    }
    if (matcher.error())
        return run.error(matcher.error()->message);
    return selected;
}

Result<bool> matchesKey(const Selector &selector, Name name, DType dtype, const Shape &shape)
{
    const Selector::Compiled *compiled = selector.compiled();
    if (compiled && (compiled->needsTable || compiled->needsTarget))
        return Error{Error::Kind::BadRecipe,
                     tr("A selector for target keys can ask for names, dtypes and shapes only, not for other rows or "
                        "the target: %1.")
                         .arg(selector.text())};
    SelectorMatcher matcher(selector, nullptr);
    const bool found = matcher.matches(name, dtype, shape);
    if (matcher.error())
        return *matcher.error();
    return found;
}
