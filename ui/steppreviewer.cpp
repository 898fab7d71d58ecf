// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/steppreviewer.h"

#include "model/document/document.h"
#include "model/recipe/planfiles.h"

#include <new>

namespace {
constexpr std::size_t mostLines = 3;
}

StepPreviewer::StepPreviewer(const Document *document, QObject *parent) : QObject(parent), m_document(document) {}

bool StepPreviewer::canTry() const
{
    return m_document->plan() != nullptr;
}

void StepPreviewer::showStep(int step)
{
    const std::shared_ptr<const Plan> plan = m_document->plan();
    const auto at = std::size_t(step);
    const auto &steps = m_document->recipe().steps();
    // Of an older recipe: the plan of this one is on its way.
    if (!plan || at >= plan->steps.size() || at >= steps.size() || !(plan->recipe.steps()[at] == steps[at]))
        return;
    m_job.start(
        [plan, step](Progress &) {
            return Answer{{}, previewOf(*plan, step, mostLines)};
        },
        [this](const std::optional<Answer> &answer) { Q_EMIT previewed(*answer); });
}

void StepPreviewer::tryKind(const StepKind &kind, int place)
{
    tryOut(
        [&kind, place](const Plan &plan) {
            const auto at = std::size_t(place);
            const bool isKept = at < plan.states.size() && plan.states[at] && plan.states[at]->rootChosen;
            return exampleStep(kind, isKept ? *plan.states[at] : *plan.table, plan.target.get());
        },
        place);
}

void StepPreviewer::tryStep(const Step &step, int place)
{
    tryOut([step](const Plan &) { return std::optional(step); }, place);
}

void StepPreviewer::tryOut(Make make, int place)
{
    const std::shared_ptr<const Plan> plan = m_document->plan();
    if (!plan)
        return;
    PlanInput input{m_document->checkpoint(), m_document->rootPath(), m_document->recipe(), m_document->target()};
    input.countMatchedKeys = true;
    m_job.start(
        [input, plan, make = std::move(make), place](Progress &progress) mutable -> std::optional<Answer> {
            try {
                Answer answer{make(*plan), {}};
                if (!answer.step)
                    return answer;
                input.recipe = input.recipe.withInserted(place, *answer.step);
                if (!openFiles(input, progress, plan))
                    return std::nullopt;
                const std::shared_ptr<const Plan> tried = ::plan(input, progress, plan);
                if (!tried)
                    return std::nullopt;
                answer.preview = previewOf(*tried, place, mostLines);
                return answer;
            } catch (const std::bad_alloc &) {
                return std::nullopt; // only a preview
            }
        },
        [this](const std::optional<Answer> &answer) {
            if (answer)
                Q_EMIT previewed(*answer);
        });
}
