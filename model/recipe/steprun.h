// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/recipe/lets.h"
#include "model/recipe/reciperun.h"

#include <functional>
#include <span>

/// Where a row goes in the order of the table: it keeps its place, or moves to an end, in the order of the moves.
enum class RowPlace : quint8 { Here, Start, End };

/// What a step sees and does while it runs: the table as the step before left it, the source, the target, and the few
/// ways to change rows. Keeps hit counts, histories, dropped rows, order and collisions, so that steps only say what.
/// Made by RecipeRun for one step.
class StepRun
{
public:
    StepRun(const RunScope &scope, const Step &step, int index, std::shared_ptr<const Table> before,
            const std::shared_ptr<const Lets> &lets, Findings &findings);
    ~StepRun();

    const Checkpoint &checkpoint() const;
    /// A checkpoint beside the source that the step names, by its whole path; an error of the step says why there is
    /// none. checkpoint() knows its tensors and roots by numbers of its own (Checkpoint::indexOf).
    Result<const Checkpoint *> otherCheckpoint(const QString &path, std::string_view name) const;
    const Target *
    target() const; ///< null without one; asking is remembered: such a step is re-run when the target changes
    const Step &step() const;
    int index() const; ///< in its recipe
    int place() const; ///< index into the steps of the plan's recipe: of the one that includes all others
    const RunScope &scope() const;
    /// "3", or "3.1" for a step of a recipe that the third step includes.
    QString number() const;
    /// "Step 3 (Rename …)", for findings.
    QString title() const;
    /// The names that expressions may use here, with what this step gave so far.
    const Lets &lets() const;
    const std::shared_ptr<const Lets> &sharedLets() const;
    /// Give a name a value, for the rest of this step and those behind it.
    void let(std::string_view name, LetValue value);
    /// Poll every few thousand rows; then return a Cancelled error.
    bool stopRequested() const;

    const std::vector<Row> &rows() const; ///< as the step before left them, with this step's changes so far
    const std::vector<std::string> &rootPath() const;
    bool rootChosen() const;

    /// Say that this step looks and changes nothing, so that matching no row is no finding.
    void checksOnly();
    /// End the recipe behind this step: those that follow are skipped, and say why.
    void endRecipe(const QString &reason);
    const QString &endReason() const; ///< empty: the recipe goes on
    /// Count row `index` as one this step applies to.
    void matched(std::size_t index);
    /// Give row `index` a new name, the texts joined (counts as matched and, when it differs, changed). One text that
    /// is a piece of the present name is kept as that, anything else is copied. A step that chose a root renames
    /// nothing.
    void rename(std::size_t index, std::string_view first, std::string_view second = {});
    /// As rename(), when the caller knows that this step's map from old to new names is injective over all rows and
    /// renames every row: no collision search is needed then.
    void assumeInjective();
    /// Take row `index` out (matched and changed). Indices stay valid until the step ends.
    void drop(std::size_t index);
    /// Take row `index` out because it goes on in rows that this step adds: as drop(), but it is not among the dropped.
    void consume(std::size_t index);
    /// Add a row of that name and value. It stands behind row `after` and what was added there before, or before or
    /// behind all rows (then `after` says nothing). Its history goes on from row `origin`, which it is made from;
    /// without one it is new. rows() does not show it. Counts as changed, and so as matched for `required`.
    void add(std::string_view name, const Expression *value, std::optional<std::size_t> origin, std::size_t after,
             RowPlace place = RowPlace::Here);
    /// Add a row that is joined from several, at least one; its history goes on from all of them.
    void addJoined(std::string_view name, const Expression *value, std::span<const std::size_t> origins,
                   std::size_t after, RowPlace place = RowPlace::Here);
    /// Put row `index` before or behind all rows that stay where they are (`place: start | end`).
    void move(std::size_t index, RowPlace place);
    /// Give row `index` another value (matched and changed).
    void setValue(std::size_t index, const Expression *value);
    /// A new expression of this step.
    const Expression *expression(Expression expression);
    const Shape *shape(const Shape &shape);
    const Arrangement *arrangement(Arrangement arrangement);
    /// Replace all rows by the tensors of a root (the root steps). Counts them as matched.
    void chooseRoot(RootId root, const std::vector<std::string> &path);
    /// Add the tensors of a root behind the rows, after standAt(); their names with `prefix` in front. Two rows of one
    /// name are a collision as after rename().
    void addRoot(RootId root, std::string_view prefix);
    /// Of two rows with one name keep the later, whatever the step's `collision` says.
    void keepLast();
    /// Run the steps of the recipe that is number `which` of the step's included(), on the rows below its prefix, and
    /// put what comes out where these rows stood. The step does nothing else. Steps of it that fail, and what it asks
    /// of the target, are as those of this step.
    Result<void> include(int which);
    /// Stand at a place in the object tree that holds no tensors itself (between two `unwrap`s).
    void standAt(const std::vector<std::string> &path);

    void finding(Finding::Severity severity, std::string kind, const QString &message, std::string_view key = {});
    /// A BadRecipe error that starts with the step's number and sentence.
    Error error(const QString &what) const;

    /// End the step: resolve collisions (error naming both, or keep-last with a finding), add the no-effect finding or
    /// the `required` error. `before` itself is returned when nothing changed.
    Result<std::shared_ptr<const Table>> finish();
    const StepReport &report() const;
    std::vector<DroppedRow> takeDropped();
    bool askedTarget() const;

private:
    Table &changing();
    void change(std::size_t index);
    void replace(const std::vector<std::string> &path);
    bool takeOut(std::size_t index);
    void keepHistories();
    void keepNames();
    void insertAdded();
    void takeOutGone();
    Name whole(Name name) const;
    Name store(std::string_view first, std::string_view second = {});
    const InnerStep *inside(Arena &arena) const;
    bool isInside(const History &history) const;
    std::shared_ptr<const Table> tableBelow(std::string_view under) const;
    std::shared_ptr<const Table> putBack(const std::shared_ptr<const Table> &table, std::string_view under) const;
    void countIncluded();
    Result<std::shared_ptr<const Table>> finishIncluded();
    Result<std::shared_ptr<const Table>> finishUnchanged();
    Result<void> resolveCollisions();
    void applyPlaces();

    struct State;
    std::unique_ptr<State> d;
};

/// Which rows of `run` a selector selects, in order; with the captures of its template or regex kinds where asked for.
/// A hostile pattern ends in an error (match limit). An empty selector selects all.
Result<std::vector<std::size_t>> selectRows(StepRun &run, const Selector &selector);
/// Whether a condition holds before a step.
Result<bool> holds(StepRun &run, const Condition &condition);
