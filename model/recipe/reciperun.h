// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

class StepRun;

/// What the steps of one recipe see: all of a file and of a target, or, in a recipe that a step includes, what lies
/// below a prefix.
class RunScope
{
public:
    RunScope(const PlanInput &whole, Progress &told) : input(whole), recipe(whole.recipe), progress(told) {}
    /// Of a recipe that a step includes.
    RunScope(const StepRun &by, const Recipe &included, std::string under);

    const PlanInput &input;
    const Recipe &recipe;
    Progress &progress;
    const StepRun *const includer = nullptr; ///< null: the recipe of the plan
    const std::string prefix; ///< of all names: rows stand behind it in memory, and do not show it

    /// Null without one. Asking is remembered by the step that includes.
    const Target *target() const;
    /// "3", or "3.1" of the first step of a recipe that the third includes.
    QString number(int index) const;

private:
    std::string m_under; ///< the part of the prefix that the includer does not cut already
    mutable std::unique_ptr<const Target> m_below;
};

/// Whether a step of `recipe` leaves the choice of a root to the recipe that it includes: nothing asks for rows before.
bool leavesRoot(const Recipe &recipe, const Step &step);

/// Runs the steps of one recipe, one after the other: of a plan, or of a recipe that one of its steps includes.
class RecipeRun
{
public:
    /// All that goes from one step to the next.
    struct State
    {
        std::shared_ptr<const Table> table;
        std::shared_ptr<const Lets> lets;
        int guardStep = -1; ///< as Plan's
        bool isNative = false;
        int endStep = -1;
        QString endReason = {};
    };

    /// What a step gave beside the state after it, which is the one before where there is an error.
    struct Outcome
    {
        StepReport report;
        std::vector<DroppedRow> dropped;
        bool askedTarget = false;
        std::optional<Error> error;
    };

    RecipeRun(const RunScope &scope, State start);

    State state;

    /// Run step `index`; a root is chosen before it where none is and it wants rows.
    Outcome run(std::size_t index, Findings &findings);
    /// `root: auto`, for a recipe that says nothing about the root.
    void chooseImplicitRoot(Findings &findings);
    void takeRoot(RootId root, Findings &findings);

private:
    Result<QString> reasonToSkip(StepRun &run, const Step &step);
    void endAt(int index, const QString &reason, Findings &findings);

    const RunScope &m_scope;
    const bool m_mayChooseRoot;
};
