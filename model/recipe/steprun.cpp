// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steprun.h"

#include "model/base/nameindex.h"
#include "model/base/text.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("StepRun", text);
}

/// The name a row had in the file.
Name sourceName(const Row &row)
{
    Name name = row.name;
    for (const ChainLink *link = row.chain; link; link = link->previous)
        name = link->before;
    return name;
}
}

struct StepRun::State
{
    const PlanInput &input;
    const Step &step;
    const int index;
    std::shared_ptr<const Table> before;
    Findings &findings;
    Progress &progress;

    std::shared_ptr<Table> table = {}; ///< made on the first change
    std::vector<quint8> matched = {}; ///< per row, so that a row counts once
    std::vector<quint8> changed = {};
    std::vector<quint8> gone = {};
    std::vector<RowPlace> places = {}; ///< per row; empty: nothing moves
    std::vector<DroppedRow> dropped = {};
    StepReport report = {};
    bool replaced = false; ///< by the rows of a root
    bool renamed = false;
    bool injective = false;
    bool checksOnly = false;
    mutable bool askedTarget = false;
};

StepRun::StepRun(const PlanInput &input, const Step &step, int index, std::shared_ptr<const Table> before,
                 Findings &findings, Progress &progress)
    : d(new State{input, step, index, std::move(before), findings, progress})
{
    d->matched.assign(d->before->rows.size(), 0);
}

StepRun::~StepRun() = default;

const Checkpoint &StepRun::checkpoint() const
{
    return *d->input.checkpoint;
}

const Target *StepRun::target() const
{
    d->askedTarget = true;
    return d->input.target.get();
}

const Step &StepRun::step() const
{
    return d->step;
}

int StepRun::index() const
{
    return d->index;
}

bool StepRun::stopRequested() const
{
    return d->progress.stopRequested();
}

const std::vector<Row> &StepRun::rows() const
{
    return d->table ? d->table->rows : d->before->rows;
}

const std::vector<std::string> &StepRun::rootPath() const
{
    return d->table ? d->table->rootPath : d->before->rootPath;
}

bool StepRun::rootChosen() const
{
    return d->table ? d->table->rootChosen : d->before->rootChosen;
}

namespace {
/// A table that starts as a copy of another and keeps it alive.
std::shared_ptr<Table> successor(const std::shared_ptr<const Table> &before)
{
    auto table = std::make_shared<Table>();
    table->rows = before->rows;
    table->rootPath = before->rootPath;
    table->rootChosen = before->rootChosen;
    table->previous = before;
    return table;
}
}

Arena &StepRun::arena()
{
    if (!d->table)
        d->table = successor(d->before);
    return d->table->arena;
}

Name StepRun::store(std::string_view name)
{
    return arena().store(name);
}

void StepRun::checksOnly()
{
    d->checksOnly = true;
}

void StepRun::matched(std::size_t index)
{
    if (!d->matched[index]) {
        d->matched[index] = 1;
        ++d->report.matched;
    }
}

void StepRun::rename(std::size_t index, Name name)
{
    matched(index);
    if (rows()[index].name == name)
        return;
    Arena &memory = arena();
    Row &row = d->table->rows[index];
    if (d->changed.empty())
        d->changed.assign(d->table->rows.size(), 0);
    // A step that renames a row twice is one link in the row's history.
    if (!d->changed[index]) {
        row.chain = memory.make<ChainLink>(d->index, row.name, row.chain);
        d->changed[index] = 1;
        ++d->report.changed;
    }
    row.name = name;
    d->renamed = true;
}

void StepRun::assumeInjective()
{
    d->injective = true;
}

void StepRun::drop(std::size_t index)
{
    matched(index);
    arena();
    if (d->gone.empty())
        d->gone.assign(d->table->rows.size(), 0);
    if (d->gone[index])
        return;
    d->gone[index] = 1;
    d->report.changed += d->changed.empty() || !d->changed[index] ? 1 : 0;
    d->dropped.push_back({d->table->rows[index], d->index});
}

void StepRun::move(std::size_t index, RowPlace place)
{
    arena();
    if (d->places.empty())
        d->places.assign(d->table->rows.size(), RowPlace::Here);
    d->places[index] = place;
}

void StepRun::setValue(std::size_t index, const Expression *value)
{
    matched(index);
    Arena &memory = arena();
    Row &row = d->table->rows[index];
    if (d->changed.empty())
        d->changed.assign(d->table->rows.size(), 0);
    if (!d->changed[index]) {
        row.chain = memory.make<ChainLink>(d->index, row.name, row.chain);
        d->changed[index] = 1;
        ++d->report.changed;
    }
    row.value = value;
}

const Expression *StepRun::expression(Expression expression)
{
    return arena().make<Expression>(expression);
}

const Shape *StepRun::shape(const Shape &shape)
{
    arena();
    return &d->table->shapes.emplace_back(shape);
}

void StepRun::chooseRoot(RootId root, const std::vector<std::string> &path)
{
    auto table = std::make_shared<Table>();
    table->rootPath = path;
    table->rootChosen = true;
    table->previous = d->before;
    const Root &chosen = checkpoint().root(root);
    table->rows.reserve(chosen.count);
    for (TensorIndex index = chosen.first; index < chosen.first + chosen.count; ++index) {
        const Tensor &tensor = checkpoint().tensors()[index];
        Expression source;
        source.dtype = tensor.dtype;
        source.tensor = index;
        source.shape = &tensor.shape; // the plan keeps the checkpoint
        table->rows.push_back({tensor.name, table->arena.make<Expression>(source), nullptr});
    }
    d->table = std::move(table);
    d->replaced = true;
    d->matched.assign(d->table->rows.size(), 1);
    d->changed.clear();
    d->gone.clear();
    d->report.matched = d->report.changed = qint64(d->table->rows.size());
    d->injective = true;
}

void StepRun::standAt(const std::vector<std::string> &path)
{
    d->table = std::make_shared<Table>();
    d->replaced = true;
    d->table->previous = d->before;
    d->table->rootPath = path;
    d->table->rootChosen = true;
    d->matched.clear();
    d->changed.clear();
    d->gone.clear();
}

void StepRun::finding(Finding::Severity severity, std::string kind, const QString &message, std::string_view key)
{
    d->findings.push_back({severity, std::move(kind), message, {std::string(key), d->index}});
}

Error StepRun::error(const QString &what) const
{
    if (d->index < 0)
        return {Error::Kind::BadRecipe, what};
    return {Error::Kind::BadRecipe, tr("Step %1 (%2): %3").arg(d->index + 1).arg(d->step.sentenceText(), what)};
}

Result<std::shared_ptr<const Table>> StepRun::finish()
{
    if (d->report.changed == 0 && d->places.empty() && !d->replaced)
        return finishUnchanged();
    if (d->renamed && !d->injective) {
        if (const Result<void> resolved = resolveCollisions(); !resolved)
            return resolved.error();
    }
    if (!d->places.empty())
        applyPlaces();
    if (!d->gone.empty()) {
        std::vector<Row> &rows = d->table->rows;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!d->gone[i])
                rows[kept++] = rows[i];
        }
        rows.resize(kept);
    }
    return std::shared_ptr<const Table>(std::move(d->table));
}

Result<std::shared_ptr<const Table>> StepRun::finishUnchanged()
{
    if (d->index < 0 || d->checksOnly)
        return d->before;
    const bool matches = d->report.matched != 0;
    if (!matches && d->step.required)
        return error(tr("it is required to match something, but no key matches."));
    const QString what = matches ? tr("Step %1 (%2) changes nothing: what it matches is like that already.")
                                 : tr("Step %1 (%2) matches no key.");
    finding(Finding::Severity::Warning, "no-effect", what.arg(d->index + 1).arg(d->step.sentenceText()));
    return d->before;
}

Result<void> StepRun::resolveCollisions()
{
    std::vector<Row> &rows = d->table->rows;
    std::vector<quint8> &gone = d->gone;
    NameIndex names(rows.size());
    QString first;
    Name name;
    qint64 pairs = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!gone.empty() && gone[i])
            continue;
        const quint32 other = names.insert(rows[i].name, quint32(i));
        if (other == NameIndex::none)
            continue;
        if (pairs++ == 0) {
            name = rows[i].name;
            first = tr("“%1” and “%2” both become “%3”")
                        .arg(displayName(sourceName(rows[other])), displayName(sourceName(rows[i])), displayName(name));
            if (d->step.collision == Collision::Error)
                return error(first + u'.');
        }
        // As a Python dict assigned twice: the earlier place, the later value.
        if (gone.empty())
            gone.assign(rows.size(), 0);
        d->dropped.push_back({rows[other], d->index});
        rows[other] = rows[i];
        gone[i] = 1;
    }
    if (pairs == 1)
        finding(Finding::Severity::Warning, "collision", first + tr("; the last is kept."), name);
    else if (pairs > 1)
        finding(Finding::Severity::Warning, "collision",
                first + tr(", and so do %1 more; the last is kept each time.").arg(exactText(pairs - 1)), name);
    return {};
}

void StepRun::applyPlaces()
{
    std::vector<Row> &rows = d->table->rows;
    std::vector<Row> ordered;
    std::vector<quint8> gone;
    ordered.reserve(rows.size());
    for (const RowPlace place : {RowPlace::Start, RowPlace::Here, RowPlace::End}) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (d->places[i] != place)
                continue;
            ordered.push_back(rows[i]);
            if (!d->gone.empty())
                gone.push_back(d->gone[i]);
        }
    }
    rows = std::move(ordered);
    d->gone = std::move(gone);
}

const StepReport &StepRun::report() const
{
    return d->report;
}

std::vector<DroppedRow> StepRun::takeDropped()
{
    return std::move(d->dropped);
}

bool StepRun::askedTarget() const
{
    return d->askedTarget;
}
