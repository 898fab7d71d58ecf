// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"
#include "tests/support/checkpointbuilder.h"

/// A recipe from the lines below its `weightsmith: 1`. A test that writes a wrong one ends here.
inline Recipe recipeFrom(const QString &yaml)
{
    const auto recipe = Recipe::parse("weightsmith: 1\n" + yaml.toStdString(), QStringLiteral("test.recipe.yaml"));
    if (!recipe)
        qFatal("%s", qPrintable(recipe.error().message));
    return *recipe;
}

/// A target from a manifest's keys: `"conv.weight": [8, 3], …`.
inline std::shared_ptr<const Target> targetFrom(const QString &keys)
{
    const auto target = parseManifest(R"({"weightsmith-manifest": 1, "tensors": {)" + keys.toStdString() + "}}",
                                      QStringLiteral("test"));
    if (!target)
        qFatal("%s", qPrintable(target.error().message));
    return *target;
}

inline std::shared_ptr<const Plan> planFrom(const PlanInput &input, const std::shared_ptr<const Plan> &before = {})
{
    Progress progress;
    return plan(input, progress, before);
}

inline std::shared_ptr<const Plan> planFrom(const QStringList &tensors, const Recipe &recipe,
                                            const std::shared_ptr<const Target> &target = {})
{
    return planFrom({checkpointFrom(tensors), std::nullopt, recipe, target});
}
