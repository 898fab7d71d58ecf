// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/look.h"

#include "model/checkpoint/tensorbytes.h"
#include "model/stats/numbers.h"
#include "model/stats/tallier.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Look", text);
}
}

QString whyNoNumbers(DType dtype)
{
    if (numberKind(dtype) != NumberKind::None)
        return {};
    return tr("The dtype %1 packs bits that are not numbers by themselves.").arg(QString::fromLatin1(word(dtype)));
}

Result<void> tallyAll(std::span<const Subject> subjects, const std::function<ReadSubject()> &makeReader,
                      const TakeTally &take, Progress &progress, unsigned threads)
{
    std::vector<Extent> extents;
    for (const Subject &subject : subjects)
        extents.push_back({subject.elements, Tallier::stretchElements(subject.dtype), subject.isStream});
    const auto makeWork = [&]() -> StretchWork<Tally>::Work {
        const auto tallier = std::make_shared<Tallier>();
        return [subjects, tallier, read = makeReader()](std::size_t subject, const Stretch &stretch,
                                                        const std::atomic<bool> &stop) -> Result<Tally> {
            if (const auto readable = read(subject, 0, {}); !readable)
                return readable.error();
            const DType dtype = subjects[subject].dtype;
            if (const QString why = whyNoNumbers(dtype); !why.isEmpty())
                return Error{Error::Kind::Unsupported, why};
            const auto readStretch = [&](qint64 first, std::span<std::byte> out) { return read(subject, first, out); };
            return tallier->tally(dtype, stretch, readStretch, stop);
        };
    };
    return StretchWork<Tally>::run(Stretches(std::move(extents)), makeWork, take, progress, threads);
}

Result<void> tallyTensors(const std::shared_ptr<const Checkpoint> &checkpoint, std::span<const TensorIndex> tensors,
                          const TakeTally &take, Progress &progress)
{
    std::vector<Subject> subjects;
    for (const TensorIndex index : tensors) {
        const Tensor &tensor = checkpoint->tensors()[index];
        const bool isBroken = !checkpoint->problem(tensor).isEmpty(); // its shape says nothing then
        const bool isStream = !isBroken && checkpoint->storage(tensor).encoding == Storage::Encoding::Deflated;
        subjects.push_back({tensor.dtype, isBroken ? 0 : Checkpoint::elements(tensor), isStream});
    }
    const auto makeReader = [&]() -> ReadSubject {
        const auto bytes = std::make_shared<TensorBytes>(checkpoint);
        return [&, bytes](std::size_t subject, qint64 first, std::span<std::byte> out) {
            return bytes->read(checkpoint->tensors()[tensors[subject]], first, out);
        };
    };
    if (const auto done = tallyAll(subjects, makeReader, take, progress, workerThreads()); !done)
        return done;
    for (const auto &file : checkpoint->files()) {
        if (const auto same = file->checkUnchanged(); !same)
            return same;
    }
    return {};
}

SizeList positionOf(qint64 element, const Shape &shape)
{
    SizeList position = shape.sizes();
    for (qsizetype axis = shape.size() - 1; axis >= 0; --axis) {
        position[axis] = element % shape[axis];
        element /= shape[axis];
    }
    return position;
}
