// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/inclusions.h"
#include "model/recipe/library.h"
#include "model/recipe/steps/including.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}
}

Result<Params> Codec<Params>::parse(const Node &node)
{
    if (!node.isMap())
        return expected(node, tr("a map of names and values, such as {encoder: base_encoder}"));
    return node.entries;
}

std::vector<SentencePart> Include::words() const
{
    std::vector<SentencePart> parts{code(recipe)};
    for (std::size_t i = 0; i < with.size(); ++i) {
        parts.push_back(plain(i == 0 ? tr(" with ") : tr(", ")));
        parts.push_back(code(with[i].first + ": " + textOf(with[i].second)));
    }
    if (!under.empty())
        parts = std::move(parts) + std::vector{plain(tr(" below ")), code(under)};
    return parts;
}

std::vector<SentencePart> Include::sentence() const
{
    return std::vector{plain(tr("Include "))} + words();
}

const Include::Read *Include::read() const
{
    return m_read && m_read->name == recipe && m_read->with == with ? m_read.get() : nullptr;
}

Result<void> Include::resolve(const StepFiles &files)
{
    Inclusions own;
    const auto found = (files.inclusions ? *files.inclusions : own).read(recipe, files.folder, with);
    if (!found && !files.mayLack)
        return found.error();
    m_read = std::make_shared<const Read>(Read{recipe, with, found ? *found : std::shared_ptr<const Recipe>(),
                                               found ? QString() : found.error().message});
    return {};
}

/// What was not read yet may be anything: an edit is told from its text alone.
bool Include::sameResolved(const Include &other) const
{
    const Read *mine = read();
    const Read *others = other.read();
    const bool areRead = mine && others && mine->recipe && others->recipe;
    return !areRead || mine->recipe == others->recipe || *mine->recipe == *others->recipe;
}

std::vector<Included> Include::included() const
{
    const Read *known = read();
    return {{recipe, under, known ? known->recipe.get() : nullptr, std::nullopt}};
}

void Include::moveFrom(const QString &folder)
{
    if (isBuiltinName(recipe))
        return;
    const std::string path = pathFrom(folder, recipe);
    if (const Read *known = read()) {
        Read moved = *known;
        moved.name = path;
        m_read = std::make_shared<const Read>(std::move(moved));
    }
    recipe = path;
}

Result<void> Include::apply(StepRun &run, int which) const
{
    const Read *known = read();
    if (!known || !known->recipe)
        return run.error(known ? known->problem : tr("“%1” has not been read.").arg(displayName(recipe)));
    return run.include(which);
}

const StepKind &includeStep()
{
    static const StepKind kind = stepKind<Include>(
        {.word = "include",
         .title = "Include",
         .group = "Flow",
         .help = "Runs the steps of another recipe here, on all keys or on those below a prefix, which it sees without "
                 "it. It knows the values that “with” gives to its parameters, and no name that “let” gives here. Its "
                 "guard (native) is asked here and covers its own steps alone, and “stop” in it ends it alone. Its "
                 "“root” runs only where no root was chosen before, and its “bind” does not count: the one of the "
                 "whole recipe does.",
         .exampleStep = "include: wrappers/data_parallel",
         .exampleBefore = "module.conv1.weight\nmodule.fc.weight",
         .exampleAfter = "conv1.weight\nfc.weight"});
    return kind;
}
