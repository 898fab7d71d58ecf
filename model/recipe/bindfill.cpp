// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bindfill.h"

#include "model/base/text.h"
#include "model/recipe/steprun.h"

#include <QCoreApplication>

#include <unordered_map>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Bind", text);
}

bool isUnreached(const TargetOutcome &outcome)
{
    switch (outcome.verdict) {
    case TargetVerdict::Skipped:
    case TargetVerdict::Ignored:
    case TargetVerdict::Missing:
    case TargetVerdict::MissingTied: return true;
    case TargetVerdict::Created: return outcome.row == noRow;
    case TargetVerdict::Loaded:
    case TargetVerdict::Adapted:
    case TargetVerdict::SizeMismatch:
    case TargetVerdict::Filled: break;
    }
    return false;
}

/// Fills the keys of one plan.
class Filling
{
public:
    Filling(Plan &plan, const RunScope &scope) : m_plan(plan), m_scope(scope) {}

    Result<void> run()
    {
        std::vector<quint32> &keys = m_plan.filled.keys;
        for (quint32 i = 0; i < m_plan.targets.size(); ++i) {
            if (isUnreached(m_plan.targets[i]))
                keys.push_back(i);
        }
        if (keys.empty())
            return {};
        if (const Result<void> possible = checkTarget(); !possible)
            return possible;
        findTwins();
        makeRows();
        for (std::size_t i = 0; i < keys.size(); ++i) {
            TargetOutcome &outcome = m_plan.targets[keys[i]];
            const TargetKey &want = key(keys[i]);
            outcome.verdict = TargetVerdict::Filled;
            outcome.dtypeDiffers = m_plan.filled.rows[i].value->dtype != want.dtype;
        }
        tell();
        return {};
    }

private:
    const TargetKey &key(quint32 index) const { return m_plan.target->keys()[index]; }

    Result<void> checkTarget() const
    {
        const Target &target = *m_plan.target;
        const qint64 count = qint64(m_plan.filled.keys.size());
        const QString first = displayName(key(m_plan.filled.keys.front()).name);
        if (!target.checkpoint())
            return Error{Error::Kind::BadRecipe,
                         tr("“unmatched: fill” of “bind” takes the values of %1 keys, the first “%2”, from a target "
                            "that is a checkpoint; “%3” has names and shapes alone.")
                             .arg(exactText(count), first, target.name())};
        if (!m_plan.checkpoint->holds(*target.checkpoint()))
            return Error{Error::Kind::BadRecipe,
                         tr("“unmatched: fill” of “bind” takes the values of “%1” from “%2”, which was not opened.")
                             .arg(first, target.name())};
        return {};
    }

    /// Of each storage that keys share, a row of the source that reaches one of them.
    void findTwins()
    {
        for (quint32 i = 0; i < m_plan.targets.size(); ++i) {
            const TargetOutcome &outcome = m_plan.targets[i];
            if (key(i).tie != 0 && outcome.row != noRow && isFilled(outcome.verdict))
                m_twins.try_emplace(key(i).tie, outcome.row);
        }
    }

    void makeRows()
    {
        auto fromTarget = std::make_shared<Table>();
        fromTarget->rootChosen = true;
        FilledKeys &filled = m_plan.filled;
        for (const quint32 index : filled.keys) {
            const TargetKey &want = key(index);
            const auto twin = m_twins.find(want.tie);
            filled.rows.push_back({want.name, nullptr, nullptr});
            if (want.tie != 0 && twin != m_twins.end())
                filled.rows.back().value = m_plan.table->rows[twin->second].value;
            else
                fromTarget->rows.push_back({want.name, sourceOf(want), nullptr});
        }
        filled.table = cast(std::move(fromTarget));
        auto next = filled.table->rows.begin();
        for (Row &row : filled.rows) {
            if (!row.value)
                row = *next++;
        }
    }

    const Expression *sourceOf(const TargetKey &want)
    {
        Expression source;
        source.tensor = m_plan.checkpoint->indexOf(*m_plan.target->checkpoint(), want.tensor);
        const Tensor &tensor = m_plan.checkpoint->tensors()[source.tensor];
        source.dtype = tensor.dtype;
        source.shape = &tensor.shape; // the plan keeps the checkpoint
        return m_plan.arena.make<Expression>(source);
    }

    /// What the `cast` steps at the end of the recipe make of the rows. They were told of when they ran for the others.
    std::shared_ptr<const Table> cast(std::shared_ptr<const Table> table) const
    {
        const std::vector<Step> &steps = m_plan.recipe.steps();
        const auto isOff = [&](std::size_t at) { return !steps[at].enabled || m_plan.steps[at].skipped; };
        std::size_t first = steps.size();
        while (first > 0 && (steps[first - 1].kind().word == "cast" || isOff(first - 1)))
            --first;
        for (std::size_t at = first; at < steps.size(); ++at) {
            if (isOff(at))
                continue;
            Findings told;
            Step step = steps[at];
            step.required = false;
            StepRun run(m_scope, step, int(at), table, m_plan.lets[at], told);
            const Result<void> done = step.kind().apply(step.body(), run);
            const auto next = done ? run.finish() : Result<std::shared_ptr<const Table>>(done.error());
            if (next)
                table = *next;
        }
        return table;
    }

    void tell()
    {
        const FilledKeys &filled = m_plan.filled;
        m_plan.findings.push_back({Finding::Severity::Info,
                                   "filled",
                                   tr("%1 keys that nothing of the source reaches take the values of “%2”, the first "
                                      "“%3”.")
                                       .arg(exactText(qint64(filled.keys.size())), m_plan.target->name(),
                                            displayName(key(filled.keys.front()).name)),
                                   {std::string(key(filled.keys.front()).name)}});
    }

    Plan &m_plan;
    const RunScope &m_scope;
    std::unordered_map<quint32, quint32> m_twins; ///< tie → row
};
}

Result<void> fillUnmatched(Plan &plan, const RunScope &scope)
{
    return Filling(plan, scope).run();
}
