// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/recipe/lets.h"
#include "model/recipe/outputs.h"
#include "model/recipe/recipe.h"
#include "model/target/target.h"

/// What one step did.
struct StepReport
{
    qint64 matched = 0; ///< rows it applied to; of a recipe that is included, those of the step with the most
    qint64 changed = 0; ///< rows it renamed, changed or took out
    bool skipped = false; ///< disabled, or its `when` did not hold
    QString reason; ///< why it was skipped
    int included = -1; ///< which of Step::included() ran; -1: none
    std::vector<StepReport> inner = {}; ///< of the steps of the recipe that ran, up to one that failed
};

/// What becomes of one target key. "Loaded" etc. as in recipe.md, Verdicts.
enum class TargetVerdict : quint8 {
    Loaded,
    Adapted,
    Created,
    Skipped,
    Ignored,
    Missing,
    MissingTied,
    SizeMismatch,
    Filled
};
/// Whether a key with this verdict gets values.
constexpr bool isFilled(TargetVerdict verdict)
{
    return verdict == TargetVerdict::Loaded || verdict == TargetVerdict::Adapted || verdict == TargetVerdict::Created
        || verdict == TargetVerdict::Filled;
}
/// What becomes of one source row after the steps.
enum class RowVerdict : quint8 { Used, UsedMore, Unexpected, IgnoredUnexpected, SkippedByPolicy, SizeMismatch };

constexpr quint32 noRow = 0xFFFFFFFFu;

struct TargetOutcome
{
    TargetVerdict verdict = TargetVerdict::Missing;
    bool dtypeDiffers = false;
    quint32 row = noRow; ///< index into Plan::table->rows of the row with its name, whatever the verdict
};

/// Rows for the target keys that nothing of the source reaches, with values of the target (`unmatched: fill`).
struct FilledKeys
{
    std::vector<quint32> keys; ///< indices into Target::keys(), ascending
    std::vector<Row> rows; ///< parallel to `keys`
    std::shared_ptr<const Table> table; ///< keeps what the rows refer to

    /// The row of a target key; null for one that is not filled.
    const Row *find(quint32 key) const;
};

/// A checkpoint that a step names, beside the source.
struct NamedFile
{
    QString path; ///< whole
    std::shared_ptr<const Checkpoint> checkpoint; ///< null: `problem` says why, in a sentence
    QString problem = {};
};

struct RowOutcome
{
    RowVerdict verdict = RowVerdict::Used;
    quint32 target = noRow; ///< index into Target::keys() of the key with its name
};

/// What would come out, by names, dtypes and shapes only. Immutable and shared.
/// A plan always exists: when a step fails, `error` says why and the table is the one before that step.
struct Plan
{
    std::shared_ptr<const Checkpoint> checkpoint; ///< the source, joined with what else tensors are taken from
    std::vector<NamedFile> files; ///< as in PlanInput
    std::shared_ptr<const Target> target; ///< may be null
    Recipe recipe;
    std::optional<std::string> rootPath; ///< as in PlanInput

    /// [0]: the start; [i + 1]: after step i, up to the failed one. Null where it was given up to save memory.
    std::vector<std::shared_ptr<const Table>> states;
    std::shared_ptr<const Table> table; ///< after all steps
    std::vector<StepReport> steps;
    std::vector<DroppedRow> dropped; ///< by all steps, in their order
    Outputs outputs; ///< what is saved (empty when there is an error)
    std::vector<TargetOutcome> targets; ///< parallel to Target::keys(); empty without a target
    std::vector<RowOutcome> rows; ///< parallel to table->rows
    FilledKeys filled;
    /// Target keys that have a row of their name and shape, parallel to `states`. Empty unless asked for, and without a
    /// target.
    std::vector<qint64> matchedKeys;
    Findings findings; ///< of the whole plan, in the order they arose
    std::optional<Error> error;
    int failedStep = -1;

    std::vector<std::vector<DroppedRow>> droppedBy; ///< per step
    std::vector<Findings> findingsOf; ///< per step, the root chosen before it included
    std::vector<std::shared_ptr<const Lets>> lets; ///< per step: the names that those behind it may use
    std::vector<bool> askedTarget; ///< per step: its result depends on the target
    int guardStep = -1; ///< the step before which the recipe's `native` was asked; -1: never
    bool isNative = false; ///< what it said
    int endStep = -1; ///< the step that ended the recipe, so that those behind it are skipped; -1: none
    QString endReason; ///< what it said
    Arena arena; ///< expressions the bind policy made
};

/// What a plan is made from.
struct PlanInput
{
    std::shared_ptr<const Checkpoint> checkpoint;
    std::optional<std::string> rootPath; ///< chosen by `FILE::path` or in the window; then no step needs to choose
    Recipe recipe;
    std::shared_ptr<const Target> target;
    bool countMatchedKeys = false;
    /// How much memory the states may take that only make a later edit quicker. The last state and the one before the
    /// edited step are always kept.
    qint64 spareBytes = 32 << 20;
    /// What steps name: openFiles() fills it in, and joins it with `checkpoint`.
    std::vector<NamedFile> files = {};
};

/// The value of a target key that gets one: of the row of its name, or the one it is filled with. Null: it has none, or
/// the bind policy makes it.
const Expression *valueOf(const Plan &plan, quint32 key);

/// Run the steps, then the bind policy. `before`, if given, is an earlier plan: the last state that it kept and that is
/// still valid (same checkpoint, root path, target where steps asked for it, and equal steps up to there) is where the
/// steps start.
/// Null only when `progress` asked to stop.
std::shared_ptr<const Plan> plan(const PlanInput &input, Progress &progress,
                                 const std::shared_ptr<const Plan> &before = {});
