// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/plan.h"

#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/bind.h"
#include "model/recipe/matchedkeys.h"
#include "model/recipe/reciperun.h"

#include <QCoreApplication>
#include <QStringList>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Plan", text);
}

/// Makes one plan, taking states from an earlier one while they still hold.
class Planner
{
public:
    Planner(const PlanInput &input, Progress &progress, const Plan *before)
        : m_input(input)
        , m_progress(progress)
        , m_before(before && isSameStart(*before) ? before : nullptr)
        , m_plan(std::make_shared<Plan>())
        , m_scope(input, progress)
        , m_run(m_scope, {std::make_shared<Table>(), std::make_shared<const Lets>(Lets::of(input.recipe.params()))})
        , m_edited(std::max<std::size_t>(input.recipe.steps().size(), 1) - 1)
    {
        m_plan->checkpoint = input.checkpoint;
        m_plan->files = input.files;
        m_plan->target = input.target;
        m_plan->recipe = input.recipe;
        m_plan->rootPath = input.rootPath;
        m_plan->steps.resize(input.recipe.steps().size());
        m_plan->droppedBy.resize(input.recipe.steps().size());
        m_plan->findingsOf.resize(input.recipe.steps().size());
        m_plan->askedTarget.resize(input.recipe.steps().size());
        m_plan->lets.resize(input.recipe.steps().size());
    }

    std::shared_ptr<const Plan> make()
    {
        if (!takeStates())
            start();
        const auto &steps = m_input.recipe.steps();
        for (std::size_t i = m_plan->states.size() - 1; i < steps.size() && !m_plan->error; ++i) {
            if (m_progress.stopRequested())
                return nullptr;
            m_progress.report(qint64(i), qint64(steps.size()));
            runStep(i);
        }
        if (m_plan->error && m_plan->error->kind == Error::Kind::Cancelled)
            return nullptr;
        if (!m_plan->error)
            m_run.chooseImplicitRoot(m_plan->findings);
        m_plan->table = m_run.state.table;
        m_plan->guardStep = m_run.state.guardStep;
        m_plan->isNative = m_run.state.isNative;
        m_plan->endStep = m_run.state.endStep;
        m_plan->endReason = m_run.state.endReason;
        gather();
        if (!m_plan->error) {
            if (const Result<void> bound = bindPlan(*m_plan, m_scope); !bound)
                m_plan->error = bound.error();
        }
        if (m_plan->error) {
            m_plan->outputs.clear();
            m_plan->filled = {};
            m_plan->targets.assign(m_plan->target ? m_plan->target->keys().size() : 0, {});
            m_plan->rows.assign(m_plan->table->rows.size(), {RowVerdict::Unexpected, noRow});
        }
        return m_progress.stopRequested() ? nullptr : std::move(m_plan);
    }

private:
    bool isSameStart(const Plan &before) const
    {
        return before.checkpoint == m_input.checkpoint && before.rootPath == m_input.rootPath
            && before.recipe.native() == m_input.recipe.native() && before.recipe.params() == m_input.recipe.params();
    }

    void start()
    {
        // The table before any root is chosen is empty; a root given with the file fills it at once.
        if (m_input.rootPath) {
            const auto path = parsePath(*m_input.rootPath);
            if (const auto root = findRoot(*m_input.checkpoint, path))
                m_run.takeRoot(*root, m_plan->findings);
            else
                fail(-1, {Error::Kind::BadRecipe, noRootText(path)});
        }
        keepState({});
    }

    /// Take from the plan before all that is still true, up to the last state it kept. Whether there was one.
    bool takeStates()
    {
        if (!m_before)
            return false;
        std::size_t last = 0; // state
        while (isReusable(last))
            ++last;
        // What was counted for another target says nothing: then states can be counted anew as far as all were kept.
        const bool isCounted = !isCounting()
            || (m_before->target == m_input.target && m_before->matchedKeys.size() == m_before->states.size());
        const auto lacks = [&](std::size_t state) { return !m_before->states[state]; };
        if (!isCounted) {
            for (std::size_t state = 0; state < last; ++state) {
                if (lacks(state))
                    last = state;
            }
        }
        m_edited = last;
        while (last > 0 && lacks(last))
            --last;
        if (lacks(last) || (last == 0 && m_before->error))
            return false;
        for (std::size_t i = 0; i < last; ++i)
            takeStep(i);
        for (std::size_t state = 0; state <= last; ++state) {
            const std::shared_ptr<const Table> earlier = m_run.state.table;
            m_run.state.table = m_before->states[state];
            keepState(earlier, isCounted ? m_before : nullptr);
        }
        return true;
    }

    QString noRootText(const std::vector<std::string> &path) const
    {
        QStringList known;
        for (const Root &root : m_input.checkpoint->roots())
            known += root.path.empty() ? tr("the top level") : u'“' + displayName(pathText(root.path)) + u'”';
        return tr("“%1” holds no tensors at “%2”; it does at %3.")
            .arg(displayName(m_input.checkpoint->fileName().toStdString()), displayName(pathText(path)),
                 known.isEmpty() ? tr("no place") : known.join(QStringLiteral(", ")));
    }

    void fail(int step, Error error)
    {
        m_plan->error = std::move(error);
        m_plan->failedStep = step;
    }

    bool isReusable(std::size_t step) const
    {
        return step + 1 < m_before->states.size() && step < m_input.recipe.steps().size()
            && m_before->recipe.steps()[step] == m_input.recipe.steps()[step]
            && (!m_before->askedTarget[step] || m_before->target == m_input.target);
    }

    void takeStep(std::size_t index)
    {
        m_plan->steps[index] = m_before->steps[index];
        m_plan->droppedBy[index] = m_before->droppedBy[index];
        m_plan->findingsOf[index] = m_before->findingsOf[index];
        m_plan->askedTarget[index] = m_before->askedTarget[index];
        m_plan->lets[index] = m_run.state.lets = m_before->lets[index];
        if (m_before->guardStep == int(index)) {
            m_run.state.isNative = m_before->isNative;
            m_run.state.guardStep = int(index);
        }
        if (m_before->endStep == int(index)) {
            m_run.state.endStep = int(index);
            m_run.state.endReason = m_before->endReason;
        }
    }

    void runStep(std::size_t index)
    {
        const std::shared_ptr<const Table> before = m_run.state.table;
        RecipeRun::Outcome outcome = m_run.run(index, m_plan->findingsOf[index]);
        m_plan->steps[index] = std::move(outcome.report);
        m_plan->askedTarget[index] = outcome.askedTarget;
        if (outcome.error)
            return fail(int(index), *std::move(outcome.error));
        m_plan->droppedBy[index] = std::move(outcome.dropped);
        m_plan->lets[index] = m_run.state.lets;
        keepState(before);
    }

    bool isCounting() const { return m_input.countMatchedKeys && m_input.target; }

    /// The present state is that after the next step; `before` is the one before it (null at the start). Its count
    /// comes from `counted` if given.
    void keepState(const std::shared_ptr<const Table> &before, const Plan *counted = nullptr)
    {
        auto &states = m_plan->states;
        const std::size_t index = states.size();
        states.push_back(m_run.state.table);
        if (isCounting()) {
            std::vector<qint64> &counts = m_plan->matchedKeys;
            static const std::vector<Row> none;
            if (counted)
                counts.push_back(counted->matchedKeys[index]);
            else
                counts.push_back(
                    (counts.empty() ? 0 : counts.back())
                    + matchedKeysGained(*m_input.target, before ? before->rows : none, m_run.state.table->rows));
        }
        if (index > 0 && states[index - 1] != m_run.state.table)
            m_spareBytes += bytes(states[index - 1]);
        while (m_spareBytes > m_input.spareBytes && m_oldest < index)
            giveUp(m_oldest++);
    }

    void giveUp(std::size_t index)
    {
        std::shared_ptr<const Table> &state = m_plan->states[index];
        if (isNeeded(state))
            return;
        if (m_plan->states[index + 1] != state)
            m_spareBytes -= bytes(state);
        state = nullptr;
    }

    bool isNeeded(const std::shared_ptr<const Table> &state) const
    {
        return state == m_run.state.table || (m_edited < m_plan->states.size() && state == m_plan->states[m_edited]);
    }

    /// What a state takes that could be given up.
    qint64 bytes(const std::shared_ptr<const Table> &state) const
    {
        if (!state || isNeeded(state))
            return 0;
        const std::size_t names = state->names ? state->names->arena.capacity() : 0;
        return qint64(state->rows.capacity() * sizeof(Row) + names);
    }

    void gather()
    {
        for (auto &dropped : m_plan->droppedBy)
            m_plan->dropped.insert(m_plan->dropped.end(), dropped.begin(), dropped.end());
        for (auto &findings : m_plan->findingsOf)
            m_plan->findings.insert(m_plan->findings.end(), findings.begin(), findings.end());
    }

    const PlanInput &m_input;
    Progress &m_progress;
    const Plan *m_before;
    std::shared_ptr<Plan> m_plan;
    RunScope m_scope;
    RecipeRun m_run;
    std::size_t m_edited; ///< the state before the first step that differs: the next edit is likely there
    qint64 m_spareBytes = 0; ///< of states that are kept only for later edits
    std::size_t m_oldest = 0; ///< states before it were asked to go
};
}

const Row *FilledKeys::find(quint32 key) const
{
    const auto found = std::lower_bound(keys.begin(), keys.end(), key);
    return found == keys.end() || *found != key ? nullptr : &rows[std::size_t(found - keys.begin())];
}

const Expression *valueOf(const Plan &plan, quint32 key)
{
    const TargetOutcome &outcome = plan.targets[key];
    const Row *row = outcome.verdict == TargetVerdict::Filled ? plan.filled.find(key)
        : outcome.row != noRow                                ? &plan.table->rows[outcome.row]
                                                              : nullptr;
    return row ? row->value : nullptr;
}

std::shared_ptr<const Plan> plan(const PlanInput &input, Progress &progress, const std::shared_ptr<const Plan> &before)
{
    return Planner(input, progress, before.get()).make();
}
