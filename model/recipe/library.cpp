// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/library.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>

#include <algorithm>

namespace {
const QString folder = QStringLiteral(":/recipes/");
const QString ending = QStringLiteral(".recipe.yaml");

QString pathOf(std::string_view name)
{
    return folder + QString::fromUtf8(name.data(), qsizetype(name.size())) + ending;
}
}

std::vector<BuiltinRecipe> builtinRecipes()
{
    std::vector<BuiltinRecipe> recipes;
    QDirIterator files(folder, {u'*' + ending}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        QFile file(path);
        if (file.open(QIODevice::ReadOnly))
            recipes.push_back(
                {path.mid(folder.size()).chopped(ending.size()).toStdString(), file.readAll().toStdString()});
    }
    std::sort(recipes.begin(), recipes.end(), [](const auto &a, const auto &b) { return a.name < b.name; });
    return recipes;
}

bool isBuiltinName(std::string_view name)
{
    return QFile::exists(pathOf(name));
}

std::optional<std::string> builtinText(std::string_view name)
{
    QFile file(pathOf(name));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return file.readAll().toStdString();
}

QString noRecipeText(std::string_view name)
{
    const std::vector<BuiltinRecipe> recipes = builtinRecipes();
    std::vector<std::string_view> names;
    for (const BuiltinRecipe &recipe : recipes)
        names.push_back(recipe.name);
    const std::string close = nearest(name, names);
    QString message =
        QCoreApplication::translate("BuiltinRecipe", "There is no file and no built-in recipe called “%1”.")
            .arg(displayName(name));
    if (!close.empty())
        message += QCoreApplication::translate("BuiltinRecipe", " Did you mean “%1”?").arg(displayName(close));
    return message;
}

Result<Recipe> builtinRecipe(std::string_view name)
{
    if (const std::optional<std::string> text = builtinText(name))
        return Recipe::parse(*text, QString::fromUtf8(name.data(), qsizetype(name.size())));
    return Error{Error::Kind::BadRecipe, noRecipeText(name)};
}

QString whyNoStepsOf(const Recipe &recipe, const Recipe &builtin)
{
    if (recipe.isEmpty() || !recipe.native())
        return {};
    return QCoreApplication::translate("BuiltinRecipe",
                                       "The recipe has a guard (“native”), which would cover the steps of “%1” too.")
        .arg(displayName(builtin.name()));
}

Result<Recipe> withStepsOf(const Recipe &recipe, const Recipe &builtin)
{
    if (recipe.isEmpty())
        return builtin;
    if (const QString problem = whyNoStepsOf(recipe, builtin); !problem.isEmpty())
        return Error{Error::Kind::BadRecipe, problem};
    Recipe steps;
    for (const Step &step : builtin.steps()) {
        if (!step.choosesRoot())
            steps = steps.withInserted(int(steps.steps().size()), step);
    }
    return recipe.joined(builtin.bind() == Bind() ? steps : steps.withBind(builtin.bind()));
}
