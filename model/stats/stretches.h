// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inorder.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

/// How many elements a subject of work has, and how it may be cut.
struct Extent
{
    qint64 elements = 0;
    qint64 most = 1; ///< elements of a stretch
    bool isStream = false; ///< reading it from several places at once would cost as often as much: one thread takes it

    qint64 stretches() const { return std::max(elements / most + (elements % most != 0 ? 1 : 0), qint64(1)); }
};

struct Stretch
{
    qint64 first = 0; ///< element
    qint64 count = 0;
    bool isWhole = true; ///< there are no other elements
};

/// Cuts subjects of all sizes into tasks: many small ones are one, a large one is many. Keeps no list of all tasks, as
/// a file can claim more stretches than memory holds.
class Stretches
{
public:
    /// Tasks one after the other that are alike: stretches of one large subject, or one task of several whole subjects.
    struct Run
    {
        qint64 firstTask;
        qint64 tasks; ///< more than one: each a stretch of `first`
        std::size_t first;
        std::size_t last; ///< included
    };

    explicit Stretches(std::vector<Extent> extents);

    qint64 tasks() const { return m_tasks; }
    const Run &run(qint64 task) const;
    const Extent &extent(std::size_t subject) const { return m_extents[subject]; }
    Stretch stretch(std::size_t subject, qint64 number) const;
    /// Elements of all subjects.
    qint64 elements() const;

private:
    std::vector<Extent> m_extents;
    std::vector<Run> m_runs;
    qint64 m_tasks = 0;
};

/// Works through subjects stretch by stretch on several threads. `Part` is what is found of a stretch; parts of a
/// subject are put together by merge(), in order, whatever the number of threads.
template<typename Part>
class StretchWork
{
public:
    /// Does one stretch; belongs to one thread.
    using Work =
        std::function<Result<Part>(std::size_t subject, const Stretch &stretch, const std::atomic<bool> &stop)>;
    /// Takes what was found of a subject, in order, on the calling thread. An Error ends everything.
    using Take = std::function<Result<void>(std::size_t subject, Result<Part> part)>;

    /// Progress counts elements. Errors: Cancelled, OutOfMemory, what `take` gave.
    static Result<void> run(const Stretches &stretches, const std::function<Work()> &makeWork, const Take &take,
                            Progress &progress, unsigned threads)
    {
        Collector collector(stretches, take, progress);
        const auto makeTask = [&]() -> typename InOrder<Parts>::Work {
            return [&stretches, work = makeWork()](qint64 task, const std::atomic<bool> &stop) {
                return partsOf(stretches, task, work, stop);
            };
        };
        const auto takeTask = [&](qint64 task, Parts parts) { return collector.add(task, std::move(parts)); };
        return InOrder<Parts>::run(stretches.tasks(), threads, makeTask, takeTask, progress);
    }

private:
    using Parts = std::vector<Result<Part>>; ///< of the subjects of a task, or of one stretch

    static Parts partsOf(const Stretches &stretches, qint64 task, const Work &work, const std::atomic<bool> &stop)
    {
        const Stretches::Run &run = stretches.run(task);
        if (run.tasks > 1)
            return {work(run.first, stretches.stretch(run.first, task - run.firstTask), stop)};
        Parts parts;
        for (std::size_t subject = run.first; subject <= run.last; ++subject) {
            Result<Part> all = work(subject, stretches.stretch(subject, 0), stop);
            for (qint64 i = 1; all && i < stretches.extent(subject).stretches(); ++i)
                join(all, work(subject, stretches.stretch(subject, i), stop));
            parts.push_back(std::move(all));
        }
        return parts;
    }

    static void join(Result<Part> &all, const Result<Part> &part)
    {
        if (all && part)
            all->merge(*part);
        else if (all)
            all = part.error();
    }

    class Collector
    {
    public:
        Collector(const Stretches &stretches, const Take &take, Progress &progress)
            : m_stretches(stretches)
            , m_take(take)
            , m_progress(progress)
            , m_total(stretches.elements())
        {}

        Result<void> add(qint64 task, Parts parts)
        {
            const Stretches::Run &run = m_stretches.run(task);
            if (run.tasks == 1) {
                for (std::size_t subject = run.first; subject <= run.last; ++subject) {
                    m_done += m_stretches.extent(subject).elements;
                    if (const auto taken = m_take(subject, std::move(parts[subject - run.first])); !taken)
                        return taken;
                }
                m_progress.report(m_done, m_total);
                return {};
            }
            const qint64 number = task - run.firstTask;
            m_done += m_stretches.stretch(run.first, number).count;
            m_progress.report(m_done, m_total);
            if (number == 0)
                m_whole = std::move(parts.front());
            else
                join(m_whole, parts.front());
            return number + 1 < run.tasks ? Result<void>() : m_take(run.first, std::exchange(m_whole, Part()));
        }

    private:
        const Stretches &m_stretches;
        const Take &m_take;
        Progress &m_progress;
        const qint64 m_total;
        qint64 m_done = 0;
        Result<Part> m_whole = Part();
    };
};
