// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/recipe.h"

#include "model/recipe/recipetext.h"

Recipe::Recipe() : m_text("weightsmith: 1\nsteps: []\n") {}

Lets Recipe::lets() const
{
    Lets lets = Lets::of(m_params);
    for (const Step &step : m_steps) {
        if (step.kind().declare)
            step.kind().declare(step.body(), lets);
    }
    return lets;
}

std::size_t Recipe::stepCount() const
{
    std::size_t count = m_steps.size();
    for (const Step &step : m_steps) {
        for (const Included &included : step.included())
            count += included.recipe ? included.recipe->stepCount() : 0;
    }
    return count;
}

bool Recipe::operator==(const Recipe &other) const
{
    return m_text == other.m_text && m_name == other.m_name && m_about == other.m_about && m_source == other.m_source
        && m_native == other.m_native && m_applies == other.m_applies && m_params == other.m_params
        && m_steps == other.m_steps && m_bind == other.m_bind;
}
