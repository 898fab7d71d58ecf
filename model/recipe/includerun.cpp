// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steprunstate.h"

#include <QCoreApplication>

#include <algorithm>

// The part of StepRun that runs a recipe inside a step.

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("StepRun", text);
}

std::vector<int> stepsDownTo(const StepRun &run)
{
    std::vector<int> steps;
    for (const StepRun *at = &run; at->scope().includer; at = at->scope().includer)
        steps.push_back(at->index());
    std::reverse(steps.begin(), steps.end());
    return steps;
}
}

/// This step and those that include its recipe, but for the outermost; null for a step of the plan's own recipe.
const InnerStep *StepRun::inside(Arena &arena) const
{
    const InnerStep *inside = nullptr;
    for (const StepRun *at = this; at->d->scope.includer; at = at->d->scope.includer) {
        const std::string sentence = at->d->step.sentenceText().toStdString();
        inside = arena.make<InnerStep>(InnerStep{at->d->index, arena.store(sentence), inside});
    }
    return inside;
}

/// Whether this step did it, or one of the recipe that it includes.
bool StepRun::isInside(const History &history) const
{
    const InnerStep *inside = history.inside;
    for (const int step : stepsDownTo(*this)) {
        if (!inside || inside->step != step)
            return false;
        inside = inside->inner;
    }
    return history.step == place();
}

/// The rows below a prefix, without it: their names go on from where it ends in memory.
std::shared_ptr<const Table> StepRun::tableBelow(std::string_view under) const
{
    if (under.empty())
        return d->before;
    auto table = std::make_shared<Table>();
    table->rootPath = d->before->rootPath;
    table->rootChosen = d->before->rootChosen;
    table->names = d->before->names;
    table->memory = d->before->memory;
    for (const Row &row : d->before->rows) {
        if (row.name.starts_with(under))
            table->rows.push_back({row.name.substr(under.size()), row.value, row.history});
    }
    return table;
}

/// The rows of a table below a prefix among all others. Each stands where the row that it comes from stood, or behind
/// the row before it where that is further back; a new one behind the row before it.
std::shared_ptr<const Table> StepRun::putBack(const std::shared_ptr<const Table> &inner, std::string_view under) const
{
    const std::vector<Row> &before = d->before->rows;
    const auto isBelow = [&](const Row &row) { return row.name.starts_with(under); };
    NameIndex places(inner->rows.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (isBelow(before[i]))
            places.insert(quint32(i), namesOf(before));
    }
    std::vector<Row> rows = inner->rows;
    std::vector<std::size_t> slots;
    std::size_t slot = std::size_t(std::find_if(before.begin(), before.end(), isBelow) - before.begin());
    for (Row &row : rows) {
        row.name = {row.name.data() - under.size(), row.name.size() + under.size()};
        std::string name(whole(row.name));
        for (const History *at = row.history; at && isInside(*at); at = at->previous)
            name.replace(at->at, at->size, at->before);
        const quint32 from = places.find(Name(name).substr(d->scope.prefix.size()), namesOf(before));
        if (from != NameIndex::none)
            slot = std::max(slot, std::size_t(from));
        slots.push_back(slot);
    }
    auto table = std::make_shared<Table>();
    table->rootPath = inner->rootPath;
    table->rootChosen = inner->rootChosen;
    table->names = inner->names;
    table->memory = inner->memory;
    std::size_t next = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (!isBelow(before[i]))
            table->rows.push_back(before[i]);
        for (; next < rows.size() && slots[next] == i; ++next)
            table->rows.push_back(rows[next]);
    }
    return table;
}

Result<void> StepRun::include(int which)
{
    const Included included = d->step.included()[std::size_t(which)];
    const std::shared_ptr<const Table> table = tableBelow(included.under);
    if (table->rows.empty() && !included.under.empty()) {
        if (d->step.required)
            return error(tr("no key starts with “%1”.").arg(displayName(included.under)));
        checksOnly();
        finding(Finding::Severity::Warning, "no-effect",
                tr("%1 changes nothing: no key starts with “%2”.").arg(title(), displayName(included.under)));
        return {};
    }
    const Recipe &recipe = *included.recipe;
    const RunScope within(*this, recipe, included.under);
    RecipeRun run(within, {table, std::make_shared<const Lets>(Lets::of(recipe.params()))});
    d->report.included = which;
    for (std::size_t i = 0; i < recipe.steps().size(); ++i) {
        if (stopRequested())
            return Error{Error::Kind::Cancelled, {}};
        RecipeRun::Outcome outcome = run.run(i, d->findings);
        d->report.inner.push_back(std::move(outcome.report));
        if (outcome.error)
            return *std::move(outcome.error);
        d->dropped.insert(d->dropped.end(), outcome.dropped.begin(), outcome.dropped.end());
    }
    if (recipe.bind() != Bind() && recipe.bind() != d->scope.input.recipe.bind())
        finding(Finding::Severity::Info, "bind-left",
                tr("%1 leaves out “bind” of “%2”: the one of the whole recipe counts.")
                    .arg(title(), displayName(included.name)));
    const bool isSame = run.state.table == table;
    d->included = isSame         ? d->before
        : included.under.empty() ? run.state.table
                                 : putBack(run.state.table, included.under);
    if (run.state.isNative) {
        d->report.skipped = true;
        d->report.reason = tr("“%1”: the checkpoint is already in the target's layout").arg(displayName(included.name));
    }
    countIncluded();
    return {};
}

void StepRun::countIncluded()
{
    if (d->included != d->before) {
        d->report.changed = qint64(d->dropped.size());
        for (const Row &row : d->included->rows)
            d->report.changed += row.history && isInside(*row.history);
    }
    d->report.matched = d->report.changed;
    for (const StepReport &inner : d->report.inner)
        d->report.matched = std::max(d->report.matched, inner.matched);
}

Result<std::shared_ptr<const Table>> StepRun::finishIncluded()
{
    const auto &inner = d->report.inner;
    const bool ran = std::any_of(inner.begin(), inner.end(), [](const StepReport &step) { return !step.skipped; });
    if (d->step.required && d->report.matched == 0 && !d->report.skipped)
        return error(tr("it is required to match something, but no step of it matches a key."));
    if (!ran && !d->report.skipped)
        finding(Finding::Severity::Warning, "no-effect", tr("%1 changes nothing: no step of it runs.").arg(title()));
    return d->included;
}
