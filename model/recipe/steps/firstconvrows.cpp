// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/channels.h"
#include "model/target/firstconv.h"

#include <QCoreApplication>

#include <algorithm>
#include <unordered_set>

namespace {
using Rows = std::vector<std::size_t>;

QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr std::size_t rowsPerPoll = 4096;

/// The rows of these names; a finding tells those that are not there, when others are.
Result<Rows> rowsNamed(StepRun &run, const std::vector<std::string> &names)
{
    const std::unordered_set<std::string_view> wanted(names.begin(), names.end());
    std::unordered_set<std::string_view> missing = wanted;
    Rows found;
    for (std::size_t i = 0; i < run.rows().size(); ++i) {
        if (i % rowsPerPoll == 0 && run.stopRequested())
            return cancelled();
        const Name name = run.rows()[i].name;
        if (!wanted.contains(name))
            continue;
        found.push_back(i);
        missing.erase(name);
    }
    for (const std::string &name : names) {
        if (!found.empty() && missing.contains(name))
            run.finding(Finding::Severity::Warning, "no-first-conv",
                        tr("%1 finds no key “%2”, which is a first convolution of the target.")
                            .arg(run.title(), displayName(name)));
    }
    return found;
}

/// Those that would be as the target has them, had they another second axis.
Result<Rows> rowsThatDiffer(StepRun &run, const Target &target)
{
    Rows found;
    for (std::size_t i = 0; i < run.rows().size(); ++i) {
        if (i % rowsPerPoll == 0 && run.stopRequested())
            return cancelled();
        const Row &row = run.rows()[i];
        const quint32 key = target.find(row.name);
        if (key != NameIndex::none && !target.keys()[key].anyShape
            && differInChannels(*row.value->shape, target.keys()[key].shape))
            found.push_back(i);
    }
    return found;
}

/// What has the kernels of a first convolution, by its own shape.
Result<Rows> rowsThatLookLikeIt(StepRun &run, qint64 channels)
{
    std::vector<NamedShape> shapes;
    shapes.reserve(run.rows().size());
    for (const Row &row : run.rows())
        shapes.push_back({row.name, row.value->shape});
    return kernelsOf(shapes, channels);
}

/// The error that asks for `where`.
Error whichOne(const StepRun &run, const Rows &rows, qint64 channels)
{
    constexpr std::size_t shown = 4;
    const QString start = tr("it does not say which convolution takes the image (“where”)");
    if (rows.empty())
        return run.error(start + tr(", and no key looks like one of %1 channels.").arg(channels));
    QStringList named;
    for (std::size_t i = 0; i < std::min(rows.size(), shown); ++i) {
        const Row &row = run.rows()[rows[i]];
        named += tr("“%1” (%2)").arg(displayName(row.name), shapeText(*row.value->shape));
    }
    const QString last = rows.size() > shown ? tr("%1 more").arg(rows.size() - shown) : named.takeLast();
    return run.error(start + tr("; it may be %1 or %2.").arg(named.join(tr(", ")), last));
}
}

bool differInChannels(const Shape &shape, const Shape &other)
{
    if (shape.size() < 2 || other.size() != shape.size() || shape[1] == other[1])
        return false;
    SizeList sizes = shape.sizes();
    sizes[1] = other[1];
    return Shape(sizes) == other;
}

Result<std::vector<std::size_t>> firstConvRows(StepRun &run, const ChannelWish &wish)
{
    const qint64 channels = wish.from.value_or(imageChannels);
    if (const Target *target = run.target()) {
        Result<Rows> named = rowsNamed(run, firstConvKeys(*target));
        if (!named || !named->empty())
            return named;
        Result<Rows> differing = rowsThatDiffer(run, *target);
        if (differing && differing->size() > 1)
            return whichOne(run, *differing, channels);
        if (!differing || !differing->empty() || !wish.to)
            return differing;
    }
    Result<Rows> likely = rowsThatLookLikeIt(run, channels);
    if (!likely || likely->size() == 1)
        return likely;
    return whichOne(run, *likely, channels);
}
