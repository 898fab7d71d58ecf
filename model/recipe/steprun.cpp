// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steprunstate.h"

#include "model/base/nameindex.h"
#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("StepRun", text);
}
}

StepRun::StepRun(const RunScope &scope, const Step &step, int index, std::shared_ptr<const Table> before,
                 const std::shared_ptr<const Lets> &lets, Findings &findings)
    : d(new State{scope, step, index, std::move(before), lets, findings})
{
    d->matched.assign(d->before->rows.size(), 0);
}

StepRun::~StepRun() = default;

const Checkpoint &StepRun::checkpoint() const
{
    return *d->scope.input.checkpoint;
}

Result<const Checkpoint *> StepRun::otherCheckpoint(const QString &path, std::string_view name) const
{
    const std::vector<NamedFile> &files = d->scope.input.files;
    const auto file = std::find_if(files.begin(), files.end(), [&](const NamedFile &one) { return one.path == path; });
    if (file != files.end() && file->checkpoint)
        return file->checkpoint.get();
    const QString why = file == files.end() ? tr("It was not opened.") : file->problem;
    return error(tr("its file “%1” should be a checkpoint. %2").arg(displayName(name), why));
}

const Target *StepRun::target() const
{
    d->askedTarget = true;
    return d->scope.target();
}

const Step &StepRun::step() const
{
    return d->step;
}

int StepRun::index() const
{
    return d->index;
}

int StepRun::place() const
{
    return d->scope.includer ? d->scope.includer->place() : d->index;
}

const RunScope &StepRun::scope() const
{
    return d->scope;
}

QString StepRun::number() const
{
    return d->scope.number(d->index);
}

QString StepRun::title() const
{
    return tr("Step %1 (%2)").arg(number(), d->step.sentenceText());
}

/// A name with the prefix that the recipe does not see, which stands right before it in memory.
Name StepRun::whole(Name name) const
{
    const std::size_t hidden = d->scope.prefix.size();
    return {name.data() - hidden, name.size() + hidden};
}

/// A new name, behind that prefix.
Name StepRun::store(std::string_view first, std::string_view second)
{
    return d->names->arena.store(d->scope.prefix, first, second).substr(d->scope.prefix.size());
}

const Lets &StepRun::lets() const
{
    return *d->lets;
}

const std::shared_ptr<const Lets> &StepRun::sharedLets() const
{
    return d->lets;
}

void StepRun::let(std::string_view name, LetValue value)
{
    auto lets = std::make_shared<Lets>(*d->lets);
    lets->set(name, std::move(value));
    d->lets = std::move(lets);
}

bool StepRun::stopRequested() const
{
    return d->scope.progress.stopRequested();
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

/// The table this step makes; a copy of the one before until it is changed.
Table &StepRun::changing()
{
    if (!d->table) {
        auto table = std::make_shared<Table>();
        table->rows = d->before->rows;
        table->rootPath = d->before->rootPath;
        table->rootChosen = d->before->rootChosen;
        d->begin(std::move(table));
    }
    return *d->table;
}

void StepRun::checksOnly()
{
    d->checksOnly = true;
}

void StepRun::endRecipe(const QString &reason)
{
    d->endReason = reason;
}

const QString &StepRun::endReason() const
{
    return d->endReason;
}

void StepRun::matched(std::size_t index)
{
    if (!d->matched[index]) {
        d->matched[index] = 1;
        ++d->report.matched;
    }
}

/// Count row `index` as changed, once.
void StepRun::change(std::size_t index)
{
    if (d->changes.empty())
        d->changes.assign(d->table->rows.size(), RowChange::None);
    if (d->changes[index] != RowChange::None)
        return;
    d->changes[index] = RowChange::Changed;
    ++d->report.changed;
}

void StepRun::rename(std::size_t index, std::string_view first, std::string_view second)
{
    matched(index);
    const Name now = rows()[index].name;
    if (now.size() == first.size() + second.size() && now.starts_with(first) && now.ends_with(second))
        return;
    Row &row = changing().rows[index];
    change(index);
    const bool isPiece = second.empty() && d->scope.prefix.empty() && !std::less<>()(first.data(), now.data())
        && !std::less<>()(now.data() + now.size(), first.data() + first.size());
    if (isPiece) {
        row.name = first;
    } else {
        row.name = store(first, second);
        d->changes[index] = RowChange::Renamed;
    }
    d->renamed = true;
}

void StepRun::assumeInjective()
{
    d->injective = true;
}

void StepRun::drop(std::size_t index)
{
    if (takeOut(index))
        d->dropped.push_back({d->table->rows[index], place()});
}

void StepRun::consume(std::size_t index)
{
    takeOut(index);
}

/// Whether it was still there.
bool StepRun::takeOut(std::size_t index)
{
    matched(index);
    changing();
    if (d->gone.empty())
        d->gone.assign(d->table->rows.size(), 0);
    if (std::exchange(d->gone[index], 1))
        return false;
    d->report.changed += d->changes.empty() || d->changes[index] == RowChange::None ? 1 : 0;
    return true;
}

void StepRun::add(std::string_view name, const Expression *value, std::optional<std::size_t> origin, std::size_t after,
                  RowPlace place)
{
    changing();
    const std::size_t size = d->table->rows.size();
    Q_ASSERT(!d->replaced && (place != RowPlace::Here || after < size) && (!origin || *origin < size));
    if (origin)
        matched(*origin);
    d->added.push_back({{store(name), value, nullptr}, origin, after, place, {}});
    ++d->report.changed;
    d->renamed = true;
}

void StepRun::addJoined(std::string_view name, const Expression *value, std::span<const std::size_t> origins,
                        std::size_t after, RowPlace place)
{
    add(name, value, origins.front(), after, place);
    d->added.back().beside.assign(origins.begin() + 1, origins.end());
    for (const std::size_t origin : d->added.back().beside)
        matched(origin);
}

void StepRun::move(std::size_t index, RowPlace place)
{
    changing();
    if (d->places.empty())
        d->places.assign(d->table->rows.size(), RowPlace::Here);
    d->places[index] = place;
}

void StepRun::setValue(std::size_t index, const Expression *value)
{
    matched(index);
    changing().rows[index].value = value;
    change(index);
}

const Expression *StepRun::expression(Expression expression)
{
    changing();
    int below = expression.input ? expression.input->depth + 1 : 0;
    if (expression.takesSeveral()) {
        // Of what is joined, each element is one input's; arithmetic needs all inputs for each.
        const bool isJoined = expression.kind == Expression::Kind::Concat;
        below = isJoined ? below : 1;
        for (const Expression *input : expression.arrangement->inputs)
            below = isJoined ? std::max(below, input->depth + 1) : below + input->depth;
    }
    expression.depth = quint8(std::min<int>(below, Expression::deepest));
    return d->memory->arena.make<Expression>(expression);
}

const Shape *StepRun::shape(const Shape &shape)
{
    changing();
    return &d->memory->shapes.emplace_back(shape);
}

const Arrangement *StepRun::arrangement(Arrangement arrangement)
{
    changing();
    return &d->memory->arrangements.emplace_back(std::move(arrangement));
}

/// Start over with an empty table of the place `path`.
void StepRun::replace(const std::vector<std::string> &path)
{
    auto table = std::make_shared<Table>();
    table->rootPath = path;
    table->rootChosen = true;
    d->begin(std::move(table));
    d->replaced = true;
    d->changes.clear();
    d->gone.clear();
}

void StepRun::chooseRoot(RootId root, const std::vector<std::string> &path)
{
    standAt(path);
    addRoot(root, {});
    d->injective = true;
}

void StepRun::addRoot(RootId root, std::string_view prefix)
{
    const Root &added = checkpoint().root(root);
    std::vector<Row> &rows = d->table->rows;
    HistoryMaker histories(d->memory->arena, place(), inside(d->memory->arena));
    rows.reserve(rows.size() + added.count);
    for (TensorIndex index = added.first; index < added.first + added.count; ++index) {
        const Tensor &tensor = checkpoint().tensors()[index];
        Expression source;
        source.dtype = tensor.dtype;
        source.tensor = index;
        source.shape = &tensor.shape; // the plan keeps the checkpoint
        Row row{tensor.name, d->memory->arena.make<Expression>(source), nullptr};
        if (!prefix.empty()) {
            row.name = d->names->arena.store(prefix, tensor.name);
            row.history = histories.make(nullptr, tensor.name, row.name);
            d->table->names = d->names;
        }
        rows.push_back(row);
    }
    d->matched.assign(rows.size(), 1);
    d->report.matched = d->report.changed = qint64(rows.size());
    d->renamed = true;
}

void StepRun::keepLast()
{
    d->keepLast = true;
}

void StepRun::standAt(const std::vector<std::string> &path)
{
    replace(path);
    d->matched.clear();
}

void StepRun::finding(Finding::Severity severity, std::string kind, const QString &message, std::string_view key)
{
    const std::string prefix = key.empty() ? std::string() : d->scope.prefix;
    d->findings.push_back({severity, std::move(kind), message, {prefix + std::string(key), place()}});
}

Error StepRun::error(const QString &what) const
{
    if (d->index < 0)
        return {Error::Kind::BadRecipe, what};
    return {Error::Kind::BadRecipe, title() + QStringLiteral(": ") + what};
}

Result<std::shared_ptr<const Table>> StepRun::finish()
{
    if (d->included)
        return finishIncluded();
    if (d->report.changed == 0 && d->places.empty() && !d->replaced)
        return finishUnchanged();
    if (!d->replaced) {
        keepHistories();
        keepNames();
        insertAdded();
    }
    if (d->renamed && !d->injective) {
        if (const Result<void> resolved = resolveCollisions(); !resolved)
            return resolved.error();
    }
    // Later steps may let go of the names that are no row's any more.
    for (DroppedRow &dropped : d->dropped) {
        dropped.row.name = whole(dropped.row.name);
        if (dropped.row.history)
            dropped.row.name = d->memory->arena.store(dropped.row.name);
    }
    if (!d->places.empty())
        applyPlaces();
    if (!d->gone.empty())
        takeOutGone();
    return std::shared_ptr<const Table>(std::move(d->table));
}

void StepRun::keepHistories()
{
    HistoryMaker histories(d->memory->arena, place(), inside(d->memory->arena));
    for (std::size_t i = 0; i < d->changes.size(); ++i) {
        const Row &before = d->before->rows[i];
        Row &row = d->table->rows[i];
        if (d->changes[i] != RowChange::None)
            row.history = histories.make(before.history, whole(before.name), whole(row.name));
    }
    for (AddedRow &added : d->added) {
        const Row &origin = added.origin ? d->before->rows[*added.origin] : added.row;
        if (added.beside.empty()) {
            added.row.history = histories.make(origin.history, whole(origin.name), whole(added.row.name));
            continue;
        }
        std::vector<JoinedRow> joined;
        for (const std::size_t other : added.beside) {
            const Row &row = d->before->rows[other];
            // A name that no step touched is the file's; later steps may let go of others.
            const Name name = whole(row.name);
            joined.push_back({row.history ? d->memory->arena.store(name) : name, row.history});
        }
        added.row.history = histories.makeJoined(origin.history, whole(origin.name), whole(added.row.name),
                                                 &d->memory->joined.emplace_back(std::move(joined)));
    }
}

/// Hold the names that rows may have: of this step alone when it gave every row that stays a name of its own.
void StepRun::keepNames()
{
    if (d->names->arena.capacity() == 0) {
        d->table->names = d->before->names;
        return;
    }
    if (!d->scope.prefix.empty()) // other rows are there, which this recipe does not see
        d->names->before = d->before->names;
    for (std::size_t i = 0; i < d->table->rows.size() && !d->names->before; ++i) {
        const bool stays = d->gone.empty() || !d->gone[i];
        if (stays && (d->changes.empty() || d->changes[i] != RowChange::Renamed))
            d->names->before = d->before->names;
    }
    d->table->names = d->names;
}

/// Put the rows that were added where they belong, as rows like all others.
void StepRun::insertAdded()
{
    if (d->added.empty())
        return;
    const auto isMoved = [](const AddedRow &added) { return added.place != RowPlace::Here; };
    const bool moves = !d->places.empty() || std::any_of(d->added.begin(), d->added.end(), isMoved);
    std::stable_sort(d->added.begin(), d->added.end(), [](const AddedRow &left, const AddedRow &right) {
        return left.place == RowPlace::Here && (right.place != RowPlace::Here || left.after < right.after);
    });
    const std::size_t count = d->table->rows.size();
    std::vector<Row> rows;
    std::vector<quint8> gone;
    std::vector<RowPlace> places;
    rows.reserve(count + d->added.size());
    const auto put = [&](const Row &row, bool isGone, RowPlace place) {
        rows.push_back(row);
        if (!d->gone.empty())
            gone.push_back(isGone);
        if (moves)
            places.push_back(place);
    };
    auto next = d->added.cbegin();
    for (std::size_t i = 0; i < count; ++i) {
        put(d->table->rows[i], !d->gone.empty() && d->gone[i], d->places.empty() ? RowPlace::Here : d->places[i]);
        for (; next != d->added.cend() && next->place == RowPlace::Here && next->after == i; ++next)
            put(next->row, false, RowPlace::Here);
    }
    for (; next != d->added.cend(); ++next)
        put(next->row, false, next->place);
    d->table->rows = std::move(rows);
    d->gone = std::move(gone);
    d->places = std::move(places);
}

void StepRun::takeOutGone()
{
    std::vector<Row> &rows = d->table->rows;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!d->gone[i])
            rows[kept++] = rows[i];
    }
    rows.resize(kept);
    rows.shrink_to_fit();
}

Result<std::shared_ptr<const Table>> StepRun::finishUnchanged()
{
    if (d->index < 0 || d->checksOnly)
        return d->before;
    const bool matches = d->report.matched != 0;
    if (!matches && d->step.required)
        return error(tr("it is required to match something, but no key matches."));
    const QString what =
        matches ? tr("%1 changes nothing: what it matches is like that already.") : tr("%1 matches no key.");
    finding(Finding::Severity::Warning, "no-effect", what.arg(title()));
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
    const auto sourceOf = [this](const Row &row) { return sourceName({whole(row.name), row.value, row.history}); };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!gone.empty() && gone[i])
            continue;
        const quint32 other = names.insert(quint32(i), namesOf(rows));
        if (other == NameIndex::none)
            continue;
        if (pairs++ == 0) {
            name = rows[i].name;
            first = tr("“%1” and “%2” both become “%3”")
                        .arg(displayName(sourceOf(rows[other])), displayName(sourceOf(rows[i])), displayName(name));
            if (d->step.collision == Collision::Error && !d->keepLast)
                return error(first + u'.');
        }
        // As a Python dict assigned twice: the earlier place, the later value.
        if (gone.empty())
            gone.assign(rows.size(), 0);
        d->dropped.push_back({rows[other], place()});
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
