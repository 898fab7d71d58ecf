// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/reciperun.h"

#include "model/checkpoint/rootchoice.h"
#include "model/recipe/steprun.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Plan", text);
}

/// An attribute that names keys, as they are named below the prefix; any other as it is.
Attribute below(const std::string &prefix, Attribute attribute)
{
    const auto cut = [&](std::string &text) {
        if (text.starts_with(prefix))
            text.erase(0, prefix.size());
    };
    if (auto *text = std::get_if<std::string>(&attribute))
        cut(*text);
    else if (auto *texts = std::get_if<std::vector<std::string>>(&attribute))
        std::for_each(texts->begin(), texts->end(), cut);
    return attribute;
}

/// The keys below a prefix, without it. Names stay in the memory of `whole`.
Target below(const std::string &prefix, const Target &whole)
{
    Target::Parts parts;
    parts.name = whole.name();
    parts.spec = whole.spec();
    parts.source = whole.source();
    parts.checkpoint = whole.checkpoint();
    for (const auto &[name, attribute] : whole.attributes())
        parts.attributes.emplace(name, below(prefix, attribute));
    for (const TargetKey &key : whole.keys()) {
        if (!key.name.starts_with(prefix))
            continue;
        parts.keys.push_back(key);
        parts.keys.back().name.remove_prefix(prefix.size());
    }
    return Target(std::move(parts));
}
}

RunScope::RunScope(const StepRun &by, const Recipe &included, std::string under)
    : input(by.scope().input)
    , recipe(included)
    , progress(by.scope().progress)
    , includer(&by)
    , prefix(by.scope().prefix + under)
    , m_under(std::move(under))
{}

const Target *RunScope::target() const
{
    if (!includer)
        return input.target.get();
    const Target *whole = includer->target();
    if (!whole || m_under.empty())
        return whole;
    if (!m_below)
        m_below = std::make_unique<const Target>(below(m_under, *whole));
    return m_below.get();
}

QString RunScope::number(int index) const
{
    const QString own = QString::number(index + 1);
    return includer ? includer->number() + u'.' + own : own;
}

bool leavesRoot(const Recipe &recipe, const Step &step)
{
    const std::vector<Included> included = step.included();
    return !included.empty() && !step.when && !recipe.native()
        && std::all_of(included.begin(), included.end(),
                       [](const Included &one) { return !one.when && one.under.empty(); });
}

RecipeRun::RecipeRun(const RunScope &scope, State start)
    : state(std::move(start))
    , m_scope(scope)
    , m_mayChooseRoot(!scope.includer || !state.table->rootChosen)
{}

void RecipeRun::takeRoot(RootId root, Findings &findings)
{
    const Step none(*stepKinds().front());
    StepRun run(m_scope, none, -1, state.table, state.lets, findings);
    run.chooseRoot(root, m_scope.input.checkpoint->root(root).path);
    if (auto table = run.finish())
        state.table = *table;
}

void RecipeRun::chooseImplicitRoot(Findings &findings)
{
    if (state.table->rootChosen)
        return;
    const Checkpoint &checkpoint = *m_scope.input.checkpoint;
    const RootChoice choice = chooseRoot(checkpoint);
    if (!choice.root) {
        if (!checkpoint.tensors().empty())
            findings.push_back({Finding::Severity::Warning, "no-root", choice.reason, {}});
        return;
    }
    if (!choice.others.empty() || !checkpoint.root(*choice.root).path.empty())
        findings.push_back(
            {choice.tied ? Finding::Severity::Warning : Finding::Severity::Info, "root-chosen", choice.reason, {}});
    takeRoot(*choice.root, findings);
}

RecipeRun::Outcome RecipeRun::run(std::size_t index, Findings &findings)
{
    const Step &step = m_scope.recipe.steps()[index];
    if (!step.choosesRoot() && !leavesRoot(m_scope.recipe, step))
        chooseImplicitRoot(findings);
    StepRun run(m_scope, step, int(index), state.table, state.lets, findings);
    Outcome outcome;
    const Result<QString> skip = reasonToSkip(run, step);
    if (!skip) {
        outcome.error = skip.error();
    } else if (!skip->isEmpty()) {
        outcome.report.skipped = true;
        outcome.report.reason = *skip;
    } else {
        const Result<void> applied = step.kind().apply(step.body(), run);
        const Result<std::shared_ptr<const Table>> table =
            applied ? run.finish() : Result<std::shared_ptr<const Table>>(applied.error());
        outcome.report = run.report();
        if (!table) {
            outcome.error = table.error();
        } else {
            outcome.dropped = run.takeDropped();
            if (!run.endReason().isEmpty())
                endAt(int(index), run.endReason(), findings);
            state.table = *table;
            state.lets = run.sharedLets();
        }
    }
    outcome.askedTarget = run.askedTarget();
    return outcome;
}

void RecipeRun::endAt(int index, const QString &reason, Findings &findings)
{
    state.endStep = index;
    state.endReason = reason;
    const int place = m_scope.includer ? m_scope.includer->place() : index;
    findings.push_back({Finding::Severity::Info,
                        "stopped",
                        tr("Step %1 ends the recipe: %2.").arg(m_scope.number(index), reason),
                        {{}, place}});
}

/// Empty: the step runs.
Result<QString> RecipeRun::reasonToSkip(StepRun &run, const Step &step)
{
    if (!step.enabled)
        return tr("switched off");
    if (state.endStep >= 0)
        return tr("step %1 ended the recipe: %2").arg(m_scope.number(state.endStep), state.endReason);
    if (step.choosesRoot()) {
        if (m_scope.input.rootPath)
            return tr("the root was chosen when the file was opened");
        if (!m_mayChooseRoot)
            return tr("the recipe that includes this one has chosen the root");
    } else if (m_scope.recipe.native()) {
        if (state.guardStep < 0) {
            const Result<bool> native = holds(run, *m_scope.recipe.native());
            if (!native)
                return native.error();
            state.isNative = *native;
            state.guardStep = run.index();
        }
        if (state.isNative)
            return tr("the checkpoint is already in the target's layout");
    }
    if (!step.when)
        return QString();
    const Result<bool> met = holds(run, *step.when);
    if (!met)
        return met.error();
    return *met ? QString() : tr("its condition does not hold: %1").arg(step.when->text());
}
