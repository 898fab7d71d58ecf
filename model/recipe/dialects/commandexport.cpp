// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/exportforms.h"
#include "model/recipe/library.h"
#include "model/recipe/unfold.h"
#include "model/recipe/yaml.h"

#include <algorithm>

namespace {
/// As a shell reads it back.
std::string shellWord(const std::string &text)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+@%";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos)
        return text;
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

std::string builtinName(const Recipe &recipe)
{
    for (const BuiltinRecipe &builtin : builtinRecipes()) {
        if (builtin.text == recipe.text())
            return builtin.name;
    }
    return {};
}

/// As --step takes it: `add-prefix: backbone.`
std::string stepText(const Step &step)
{
    const Node node = printStep(step);
    if (!node.isMap() || node.entries.size() != 1)
        return flowText(node);
    const auto &[word, body] = node.entries.front();
    return word + ": " + flowText(body);
}

/// A line that ends what the shell reads as the recipe; none of the recipe's own.
std::string endWord(const std::string &text)
{
    std::string word = "END";
    while (('\n' + text).find('\n' + word + '\n') != std::string::npos)
        word += "_END";
    return word;
}
}

std::string exportCommand(const ExportInput &input)
{
    constexpr std::size_t mostSteps = 8;
    const Recipe recipe = withWholePaths(input.recipe); // it is not run beside the recipe's file
    const auto name = [](const std::string &given, const char *otherwise) {
        return given.empty() ? std::string(otherwise) : shellWord(given);
    };
    std::string out = "weightsmith convert " + name(input.source, "SOURCE") + " -o OUT";
    if (!input.target.empty())
        out += " --target " + shellWord(input.target);
    if (const std::string builtin = builtinName(recipe); !builtin.empty())
        return out + " --recipe " + builtin + '\n';
    const bool areSteps =
        !recipe.native() && recipe.params().empty() && recipe.bind() == Bind() && recipe.steps().size() <= mostSteps;
    if (!areSteps) {
        const std::string text = recipe.text() + (recipe.text().ends_with('\n') ? "" : "\n");
        const std::string end = endWord(text);
        return out + " --recipe - <<'" + end + "'\n" + text + end + '\n';
    }
    for (const Step &step : recipe.steps())
        out += " \\\n    --step " + shellWord(stepText(step));
    return out + '\n';
}
