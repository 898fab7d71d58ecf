// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/recipewords.h"

#include "model/base/text.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/conditionwords.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("RecipeWords", text);
}
}

QStringList stepRemarks(const Step &step)
{
    QStringList remarks;
    if (!step.enabled)
        remarks += tr("This step is switched off.");
    if (step.when)
        remarks += tr("Only if %1.").arg(conditionWords(*step.when));
    if (step.required)
        remarks += tr("It is an error when this matches nothing.");
    if (step.collision == Collision::KeepLast)
        remarks += tr("Of two keys that become one, the last is kept.");
    if (!step.note.empty())
        remarks += displayName(step.note);
    return remarks;
}

namespace {
void addSteps(std::vector<StepLine> &lines, const Recipe &recipe, const QString &before, int depth)
{
    for (std::size_t i = 0; i < recipe.steps().size(); ++i) {
        const Step &step = recipe.steps()[i];
        const QString number = before + QString::number(i + 1);
        lines.push_back({depth, number, step.sentence(), stepRemarks(step), step.enabled});
        const std::vector<Included> all = step.included();
        for (const Included &one : all) {
            const QString which = one.when ? tr("“%1” if %2:").arg(displayName(one.name), conditionWords(*one.when))
                                           : tr("Otherwise “%1”:").arg(displayName(one.name));
            if (all.size() > 1)
                lines.push_back({depth + 1, {}, {{which}}});
            if (!one.recipe)
                continue;
            if (const QString native = nativeSentence(*one.recipe); !native.isEmpty())
                lines.push_back({depth + 1, {}, {{native}}});
            addSteps(lines, *one.recipe, number + u'.', depth + 1);
        }
    }
}
}

std::vector<StepLine> stepLines(const Recipe &recipe)
{
    std::vector<StepLine> lines;
    addSteps(lines, recipe, {}, 0);
    return lines;
}

QString appliesSentence(const Recipe &recipe)
{
    return recipe.applies() ? tr("It applies if %1.").arg(conditionWords(*recipe.applies())) : QString();
}

QString nativeSentence(const Recipe &recipe)
{
    if (!recipe.native())
        return {};
    const Node &native = recipe.native()->node();
    const Node *other = native.entries.size() == 1 ? native.find("not") : nullptr;
    const bool isOtherwise = other && recipe.applies() && *other == recipe.applies()->node();
    if (isOtherwise)
        return tr("Otherwise it does nothing: then the checkpoint is already in the target's layout.");
    return tr("It does nothing if %1: then the checkpoint is already in the target's layout.")
        .arg(conditionWords(*recipe.native()));
}

QStringList paramLines(const Recipe &recipe)
{
    QStringList lines;
    for (const auto &[name, value] : recipe.params())
        lines += value.isNull()
            ? tr("Parameter %1, which must be set").arg(displayName(name))
            : tr("Parameter %1 = %2").arg(displayName(name), QString::fromStdString(flowText(value)));
    return lines;
}

QStringList bindLines(const Bind &bind)
{
    QStringList lines;
    const Node node = printBind(bind);
    for (const auto &[name, value] : node.entries)
        lines += QStringLiteral("%1: %2").arg(QString::fromStdString(name), QString::fromStdString(flowText(value)));
    return lines;
}
