// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/field.h"
#include "model/recipe/selectorcompiled.h"
#include "model/recipe/steprun.h"

/// Whether one matching row is enough, or all rows have to match before anything is done.
enum class OnlyIf : quint8 { Any, All };
template<>
inline constexpr auto enumWords<OnlyIf> = std::array<std::string_view, 2>{"any", "all"};

template<>
inline constexpr auto enumWords<RowPlace> = std::array<std::string_view, 3>{"here", "start", "end"};

// Sentences.
SentencePart plain(const QString &text);
SentencePart code(std::string_view text);
/// "“a” and “b”", at most three.
std::vector<SentencePart> codes(const std::vector<std::string> &texts);
std::vector<SentencePart> operator+(std::vector<SentencePart> left, const std::vector<SentencePart> &right);
/// " in keys starting with “head.”", or nothing for all rows.
std::vector<SentencePart> inRows(const Selector &where);

/// The whole path of a file that is named from `folder`; of none, none.
std::string pathFrom(const QString &folder, const std::string &file);

/// BadRecipe from a step's own check; parse() adds the place.
Error badStep(const QString &message);
Error cancelled();

/// Whether two steps have read the same from their files, or neither has read anything.
template<typename T>
bool isSameRead(const std::shared_ptr<const T> &one, const std::shared_ptr<const T> &other)
{
    return one == other || (one && other && *one == *other);
}

/// Findings of one kind that a step tells one by one; one more counts the rest.
constexpr qint64 mostTold = 20;

/// Call `visit(index)` for each of `rows`, polling for a stop; ends at the first error. `visit` returns Result<void>.
template<typename Visit>
Result<void> eachOf(const StepRun &run, const std::vector<std::size_t> &rows, Visit visit)
{
    constexpr std::size_t rowsPerPoll = 4096;
    std::size_t done = 0;
    for (const std::size_t i : rows) {
        if (++done % rowsPerPoll == 0 && run.stopRequested())
            return cancelled();
        if (Result<void> visited = visit(i); !visited)
            return visited;
    }
    return {};
}

/// Call `visit(index, captures)` for each row that `where` selects, polling for a stop; ends at the first error.
/// `visit` returns Result<void>. Rows may be renamed and dropped meanwhile.
template<typename Visit>
Result<void> eachRow(StepRun &run, const Selector &where, Visit visit)
{
    constexpr std::size_t rowsPerPoll = 4096;
    const std::vector<std::string_view> none;
    if (where.isAll()) {
        for (std::size_t i = 0, count = run.rows().size(); i < count; ++i) {
            if (i % rowsPerPoll == 0 && run.stopRequested())
                return cancelled();
            if (Result<void> done = visit(i, std::span(none)); !done)
                return done;
        }
        return {};
    }
    // What selects must see the table as it was: a row renamed on the way must not select another.
    if (where.compiled()->scope.captures.empty()) {
        Result<std::vector<std::size_t>> rows = selectRows(run, where);
        if (!rows)
            return rows.error();
        return eachOf(run, *rows, [&](std::size_t i) { return visit(i, std::span(none)); });
    }
    SelectorMatcher matcher(where, &run);
    const std::vector<Row> before = run.rows();
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (i % rowsPerPoll == 0 && run.stopRequested())
            return cancelled();
        const Row &row = before[i];
        if (matcher.matches(row.name, row.value->dtype, *row.value->shape)) {
            if (Result<void> done = visit(i, matcher.captures()); !done)
                return done;
        }
        if (matcher.error())
            return run.error(matcher.error()->message);
    }
    return {};
}
