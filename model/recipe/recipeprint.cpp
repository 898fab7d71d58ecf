// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bindcodec.h"
#include "model/recipe/recipetext.h"
#include "model/recipe/yaml.h"

std::string itemText(const Node &step, std::size_t indent)
{
    const std::string margin(indent, ' ');
    if (!step.isMap())
        return margin + "- " + scalarText(step, Surroundings::Block) + '\n';
    std::string text;
    for (const auto &[name, value] : step.entries) {
        text += margin + (text.empty() ? "- " : "  ") + scalarText(Node::scalar(name), Surroundings::Block) + ':';
        if (!value.isNull())
            text += ' ' + (value.isScalar() ? scalarText(value, Surroundings::Block) : flowText(value));
        text += '\n';
    }
    return text;
}

std::string recipeText(const Recipe &recipe)
{
    std::string text = "weightsmith: 1\n";
    const auto header = [&](std::string_view name, const std::string &value) {
        if (!value.empty())
            text += std::string(name) + ": " + scalarText(Node::scalar(value), Surroundings::Block) + '\n';
    };
    header("name", recipe.name());
    header("about", recipe.about());
    header("source", recipe.source());
    if (recipe.applies())
        text += "applies: " + flowText(recipe.applies()->node()) + '\n';
    if (!recipe.params().empty())
        text += "params: " + flowText(Node::map(recipe.params())) + '\n';
    if (recipe.native())
        text += "native: " + flowText(recipe.native()->node()) + '\n';
    text += recipe.steps().empty() ? "steps: []\n" : "steps:\n";
    for (const Step &step : recipe.steps())
        text += itemText(printStep(step), 2);
    const Node bind = printBind(recipe.bind());
    if (bind.isMap())
        text += "bind: " + flowText(bind) + '\n';
    return text;
}
