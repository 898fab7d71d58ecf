// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/plan.h"

#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/bind.h"
#include "model/recipe/steprun.h"

#include <QCoreApplication>
#include <QStringList>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Plan", text);
}

bool choosesRoot(const Step &step)
{
    return step.kind().group == "Root";
}

/// Makes one plan, taking states from an earlier one while they still hold.
class Planner
{
public:
    Planner(const PlanInput &input, Progress &progress, const Plan *before)
        : m_input(input)
        , m_progress(progress)
        , m_before(before && before->checkpoint == input.checkpoint && before->states.size() > 1 ? before : nullptr)
        , m_plan(std::make_shared<Plan>())
    {
        m_plan->checkpoint = input.checkpoint;
        m_plan->target = input.target;
        m_plan->recipe = input.recipe;
        m_plan->steps.resize(input.recipe.steps().size());
        m_plan->droppedBy.resize(input.recipe.steps().size());
        m_plan->findingsOf.resize(input.recipe.steps().size());
        m_plan->askedTarget.resize(input.recipe.steps().size());
    }

    std::shared_ptr<const Plan> make()
    {
        start();
        const auto &steps = m_input.recipe.steps();
        for (std::size_t i = 0; i < steps.size() && !m_plan->error; ++i) {
            if (m_progress.stopRequested())
                return nullptr;
            m_progress.report(qint64(i), qint64(steps.size()));
            runStep(i);
        }
        if (m_plan->error && m_plan->error->kind == Error::Kind::Cancelled)
            return nullptr;
        if (!m_plan->error)
            chooseImplicitRoot(m_plan->findings);
        m_plan->table = m_state;
        gather();
        if (!m_plan->error) {
            if (const Result<void> bound = bindPlan(*m_plan); !bound)
                m_plan->error = bound.error();
        }
        if (m_plan->error) {
            m_plan->outputs.clear();
            m_plan->targets.assign(m_plan->target ? m_plan->target->keys().size() : 0, {});
            m_plan->rows.assign(m_state->rows.size(), {RowVerdict::Unexpected, noRow});
        }
        return m_progress.stopRequested() ? nullptr : std::move(m_plan);
    }

private:
    void start()
    {
        // The table before any root is chosen is empty; a root given with the file fills it at once.
        m_state = std::make_shared<Table>();
        if (m_input.rootPath) {
            const auto path = parsePath(*m_input.rootPath);
            if (const auto root = findRoot(*m_input.checkpoint, path))
                takeRoot(*root);
            else
                fail(-1, {Error::Kind::BadRecipe, noRootText(path)});
        }
        m_plan->states.push_back(m_state);
        m_reusing = m_before && sameStart();
        if (m_reusing) {
            m_state = m_before->states.front();
            m_plan->states.front() = m_state;
        }
    }

    bool sameStart() const
    {
        const Table &now = *m_state;
        const Table &then = *m_before->states.front();
        return now.rootChosen == then.rootChosen && now.rootPath == then.rootPath
            && m_before->recipe.native() == m_input.recipe.native();
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

    void takeRoot(RootId root)
    {
        const Step none(*stepKinds().front());
        StepRun run(m_input, none, -1, m_state, m_plan->findings, m_progress);
        run.chooseRoot(root, m_input.checkpoint->root(root).path);
        if (auto table = run.finish())
            m_state = *table;
    }

    /// `root: auto`, for a recipe that says nothing about the root.
    void chooseImplicitRoot(Findings &findings)
    {
        if (m_state->rootChosen)
            return;
        const RootChoice choice = chooseRoot(*m_input.checkpoint);
        if (!choice.root) {
            if (!m_input.checkpoint->tensors().empty()) {
                findings.push_back({Finding::Severity::Warning, "no-root", choice.reason, {}});
            }
            return;
        }
        if (!choice.others.empty() || !m_input.checkpoint->root(*choice.root).path.empty())
            findings.push_back(
                {choice.tied ? Finding::Severity::Warning : Finding::Severity::Info, "root-chosen", choice.reason, {}});
        takeRoot(*choice.root);
    }

    bool isReusable(std::size_t index) const
    {
        if (!m_reusing || index + 1 >= m_before->states.size())
            return false;
        const Step &now = m_input.recipe.steps()[index];
        return m_before->recipe.steps()[index] == now
            && (!m_before->askedTarget[index] || m_before->target == m_input.target);
    }

    void runStep(std::size_t index)
    {
        const Step &step = m_input.recipe.steps()[index];
        if (isReusable(index)) {
            m_state = m_before->states[index + 1];
            m_plan->steps[index] = m_before->steps[index];
            m_plan->droppedBy[index] = m_before->droppedBy[index];
            m_plan->findingsOf[index] = m_before->findingsOf[index];
            m_plan->askedTarget[index] = m_before->askedTarget[index];
            if (m_before->guardStep == int(index)) {
                m_plan->isNative = m_before->isNative;
                m_plan->guardStep = int(index);
            }
        } else {
            m_reusing = false;
            if (!choosesRoot(step))
                chooseImplicitRoot(m_plan->findingsOf[index]);
            if (!execute(step, int(index)))
                return;
        }
        m_plan->states.push_back(m_state);
    }

    /// Whether the plan goes on.
    bool execute(const Step &step, int index)
    {
        StepRun run(m_input, step, index, m_state, m_plan->findingsOf[std::size_t(index)], m_progress);
        const Result<QString> skip = reasonToSkip(run, step);
        if (!skip) {
            fail(index, skip.error());
            return false;
        }
        StepReport &report = m_plan->steps[std::size_t(index)];
        if (!skip->isEmpty()) {
            report.skipped = true;
            report.reason = *skip;
            m_plan->askedTarget[std::size_t(index)] = run.askedTarget();
            return true;
        }
        const Result<void> applied = step.kind().apply(step.body(), run);
        Result<std::shared_ptr<const Table>> table =
            applied ? run.finish() : Result<std::shared_ptr<const Table>>(applied.error());
        report = run.report();
        m_plan->askedTarget[std::size_t(index)] = run.askedTarget();
        if (!table) {
            fail(index, table.error());
            return false;
        }
        m_plan->droppedBy[std::size_t(index)] = run.takeDropped();
        m_state = std::move(*table);
        return true;
    }

    /// Empty: the step runs.
    Result<QString> reasonToSkip(StepRun &run, const Step &step)
    {
        if (!step.enabled)
            return tr("switched off");
        if (choosesRoot(step)) {
            if (m_input.rootPath)
                return tr("the root was chosen when the file was opened");
        } else if (m_input.recipe.native()) {
            if (m_plan->guardStep < 0) {
                const Result<bool> native = holds(run, *m_input.recipe.native());
                if (!native)
                    return native.error();
                m_plan->isNative = *native;
                m_plan->guardStep = run.index();
            }
            if (m_plan->isNative)
                return tr("the checkpoint is already in the target's layout");
        }
        if (!step.when)
            return QString();
        const Result<bool> met = holds(run, *step.when);
        if (!met)
            return met.error();
        return *met ? QString() : tr("its condition does not hold: %1").arg(step.when->text());
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
    std::shared_ptr<const Table> m_state;
    bool m_reusing = false;
};
}

std::shared_ptr<const Plan> plan(const PlanInput &input, Progress &progress, const std::shared_ptr<const Plan> &before)
{
    return Planner(input, progress, before.get()).make();
}
