// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/applies.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Application", text);
}

/// The recipe's choice of a root, and an end where its condition holds.
Recipe questionOf(const Recipe &recipe)
{
    Recipe question;
    if (!recipe.steps().empty() && recipe.steps().front().choosesRoot())
        question = question.withInserted(0, recipe.steps().front());
    Result<Step> stop = parseStepText("stop: it applies");
    if (!stop)
        return question;
    stop->when = recipe.applies();
    return question.withInserted(int(question.steps().size()), *stop);
}
}

std::optional<Application> applicationOf(const Recipe &recipe, const PlanInput &input, Progress &progress)
{
    using Verdict = Application::Verdict;
    if (!recipe.applies())
        return Application{Verdict::Unknown, tr("It does not say which checkpoints it is for.")};
    PlanInput asked = input;
    asked.recipe = questionOf(recipe);
    const std::shared_ptr<const Plan> answer = plan(asked, progress);
    if (!answer)
        return std::nullopt;
    if (answer->error && answer->failedStep + 1 < int(asked.recipe.steps().size()))
        return Application{Verdict::Not}; // it has no such root
    if (answer->error)
        return Application{Verdict::Unknown, answer->error->message};
    if (answer->endStep < 0)
        return Application{Verdict::Not};
    asked.recipe = recipe;
    const std::shared_ptr<const Plan> planned = plan(asked, progress);
    if (!planned)
        return std::nullopt;
    if (planned->isNative)
        return Application{Verdict::Native};
    Application application{Verdict::Applies, planned->error ? planned->error->message : QString()};
    if (!planned->error && planned->target)
        application.fit = fit(*planned);
    return application;
}
