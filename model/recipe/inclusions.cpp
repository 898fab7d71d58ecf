// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/inclusions.h"

#include "model/base/inputfile.h"
#include "model/base/text.h"
#include "model/recipe/library.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStringList>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Inclusions", text);
}

Error problem(const QString &message)
{
    return {Error::Kind::BadRecipe, message};
}

Result<std::string> textOf(const QString &path)
{
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    if ((*file)->size() > qint64(Inclusions::mostBytes))
        return problem(tr("“%1” has %2; a recipe that others include has up to %3.")
                           .arg(displayName(path.toStdString()), bytesText((*file)->size()),
                                bytesText(qint64(Inclusions::mostBytes))));
    std::string text(std::size_t((*file)->size()), '\0');
    const Result<void> read = (*file)->readAt(0, std::as_writable_bytes(std::span(text)));
    return read ? Result<std::string>(std::move(text)) : read.error();
}
}

Result<Inclusions::Source> Inclusions::find(const std::string &name, const QString &folder) const
{
    if (name.empty())
        return problem(tr("A recipe that is included needs a name."));
    if (isBuiltinName(name))
        return Source{QString::fromStdString("built-in " + name), QString::fromStdString(name), true};
    const QFileInfo file(QDir(folder), QString::fromStdString(name));
    if (!file.isFile())
        return problem(tr("“%1” cannot be included. %2").arg(displayName(name), noRecipeText(name)));
    return Source{file.canonicalFilePath(), file.filePath(), false};
}

/// “a” → “b” → “a”.
QString Inclusions::chain(const std::string &name) const
{
    QStringList names;
    for (const auto &[place, open] : m_open)
        names += u'“' + displayName(open) + u'”';
    names += u'“' + displayName(name) + u'”';
    return names.join(QStringLiteral(" → "));
}

Result<std::shared_ptr<const Recipe>> Inclusions::read(const std::string &name, const QString &folder,
                                                       const Params &with)
{
    const Result<Source> source = find(name, folder);
    if (!source)
        return source.error();
    const auto isIt = [&](const auto &open) { return open.first == source->place; };
    if (std::any_of(m_open.begin(), m_open.end(), isIt))
        m_final = problem(tr("Recipes cannot include one another: %1.").arg(chain(name)));
    else if (m_open.size() == mostOpen)
        m_final = problem(tr("Recipes include one another more than %1 deep: %2.").arg(mostOpen).arg(chain(name)));
    if (m_final)
        return *m_final;
    std::shared_ptr<const Recipe> &known = m_read[{source->place, flowText(Node::map(with))}];
    if (known)
        return known;
    const Result<std::string> text =
        source->isBuiltin ? Result<std::string>(builtinText(name).value_or(std::string())) : textOf(source->fileName);
    if (!text)
        return problem(tr("“%1” cannot be included: %2").arg(displayName(name), text.error().message));
    m_bytes += text->size();
    if (m_bytes > mostBytes) {
        m_final = problem(tr("The recipes that are included have more than %1 together, up to “%2”.")
                              .arg(bytesText(qint64(mostBytes)), displayName(name)));
        return *m_final;
    }
    m_open.emplace_back(source->place, name);
    Result<Recipe> recipe = Recipe::parse(*text, source->fileName, {RecipeReading::Names::Given, with, this});
    m_open.pop_back();
    if (m_final)
        return *m_final;
    if (!recipe)
        return problem(tr("“%1” cannot be included: %2").arg(displayName(name), recipe.error().message));
    known = std::make_shared<const Recipe>(std::move(*recipe));
    return known;
}
