// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/planfiles.h"

#include "model/base/text.h"
#include "model/formats/formats.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
constexpr std::size_t mostFiles = 64;
constexpr std::size_t mostTensors = 10'000'000; ///< of all together

QString tr(const char *text)
{
    return QCoreApplication::translate("PlanFiles", text);
}

using Others = std::vector<std::shared_ptr<const Checkpoint>>;

/// The paths that steps name which may run, each once.
void addNamed(const Recipe &recipe, bool isRootGiven, std::vector<QString> &paths)
{
    for (const Step &step : recipe.steps()) {
        if (!step.enabled || (isRootGiven && step.choosesRoot()))
            continue;
        for (QString &path : step.checkpoints()) {
            if (std::find(paths.begin(), paths.end(), path) == paths.end())
                paths.push_back(std::move(path));
        }
        for (const Included &included : step.included()) {
            if (included.recipe)
                addNamed(*included.recipe, isRootGiven, paths);
        }
    }
}

NamedFile opened(const QString &path, Progress &progress)
{
    auto checkpoint = openCheckpoint(path, progress);
    return checkpoint ? NamedFile{path, *std::move(checkpoint)} : NamedFile{path, nullptr, checkpoint.error().message};
}

/// As the plan before has it, where it is still that.
std::optional<NamedFile> openedBefore(const Plan *before, const QString &path)
{
    if (!before)
        return std::nullopt;
    const auto &files = before->files;
    const auto known = std::find_if(files.begin(), files.end(), [&](const NamedFile &one) { return one.path == path; });
    const bool isStill = known != files.end() && known->checkpoint && known->checkpoint->isUnchanged();
    return isStill ? std::optional(*known) : std::nullopt;
}

/// Whether it can be put behind what is there; with what is there already, nothing needs to be.
bool addOther(const Checkpoint &own, Others &others, const std::shared_ptr<const Checkpoint> &checkpoint)
{
    if (checkpoint.get() == &own || areSameFiles(own, *checkpoint))
        return true;
    std::size_t tensors = own.tensors().size();
    for (const auto &other : others) {
        if (other == checkpoint || areSameFiles(*other, *checkpoint))
            return true;
        tensors += other->tensors().size();
    }
    if (checkpoint->tensors().size() > mostTensors - std::min(tensors, mostTensors))
        return false;
    others.push_back(checkpoint);
    return true;
}
}

bool openFiles(PlanInput &input, Progress &progress, const std::shared_ptr<const Plan> &before)
{
    std::vector<QString> paths;
    addNamed(input.recipe, input.rootPath.has_value(), paths);
    Others others;
    input.files.clear();
    for (const QString &path : paths) {
        if (progress.stopRequested())
            return false;
        if (input.files.size() == mostFiles) {
            input.files.push_back(
                {path, nullptr, tr("A recipe can take tensors of %1 other files.").arg(exactText(qint64(mostFiles)))});
            continue;
        }
        const auto known = openedBefore(before.get(), path);
        NamedFile file = known ? *known : opened(path, progress);
        if (file.checkpoint && !addOther(*input.checkpoint, others, file.checkpoint)) {
            file.checkpoint = nullptr;
            file.problem =
                tr("With it there would be more than %1 tensors in all.").arg(exactText(qint64(mostTensors)));
        }
        input.files.push_back(std::move(file));
    }
    const bool mayFill = input.recipe.bind().unmatched == Bind::Unmatched::Fill;
    if (mayFill && input.target && input.target->checkpoint())
        addOther(*input.checkpoint, others, input.target->checkpoint());
    if (progress.stopRequested())
        return false;
    if (others.empty())
        return true;
    const bool isKnown = before && before->checkpoint->isJoinedOf(input.checkpoint, others);
    input.checkpoint = isKnown ? before->checkpoint : Checkpoint::joined(input.checkpoint, others);
    return true;
}
