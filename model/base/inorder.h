// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/base/result.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <vector>

/// How many threads do work that keeps the processor busy: its number of them, up to a bound that bounds memory too.
unsigned workerThreads();

/// Numbered pieces of work on several threads, whose results are taken in the order of their numbers, on the thread
/// that asks: so what is summed up does not depend on the number of threads. Few results wait at a time.
template<typename T>
class InOrder
{
public:
    /// Does one piece; belongs to one thread. It looks at `stop` often and then gives anything.
    using Work = std::function<T(qint64 number, const std::atomic<bool> &stop)>;
    /// Takes a result. An Error ends everything.
    using Take = std::function<Result<void>(qint64 number, T result)>;

    /// Do the pieces 0 to `count` - 1. `makeWork` is called for each thread, on the calling one.
    /// Errors: what `take` gave, Cancelled, OutOfMemory.
    static Result<void> run(qint64 count, unsigned threads, const std::function<Work()> &makeWork, const Take &take,
                            const Progress &progress)
    {
        InOrder order(count, threads);
        std::vector<std::thread> workers;
        Result<void> done;
        try {
            for (unsigned i = 0; i < threads && qint64(i) < count; ++i)
                workers.emplace_back([&order, work = makeWork()] { order.work(work); });
            for (qint64 number = 0; number < count && done; ++number)
                done = order.takeOne(number, take, progress);
        } catch (const std::bad_alloc &) {
            done = outOfMemory();
        }
        order.m_stop = true;
        order.wakeAll();
        for (std::thread &worker : workers)
            worker.join();
        return done;
    }

private:
    InOrder(qint64 count, unsigned threads) : m_count(count), m_ahead(2 * qint64(threads)) {}

    static Error outOfMemory() { return {Error::Kind::OutOfMemory, QStringLiteral("There is not enough memory.")}; }

    void wakeAll()
    {
        const std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    }

    std::optional<qint64> nextNumber()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_stop || m_next == m_count || m_next < m_taken + m_ahead; });
        if (m_stop || m_next == m_count)
            return std::nullopt;
        return m_next++;
    }

    void work(const Work &work)
    {
        while (const auto number = nextNumber()) {
            std::optional<T> result;
            try {
                result = work(*number, m_stop);
            } catch (const std::bad_alloc &) { // told by the empty result
            }
            const std::lock_guard lock(m_mutex);
            m_results.emplace(*number, std::move(result));
            m_changed.notify_all();
        }
    }

    Result<void> takeOne(qint64 number, const Take &take, const Progress &progress)
    {
        std::unique_lock lock(m_mutex);
        while (m_results.find(number) == m_results.end()) {
            m_changed.wait_for(lock, std::chrono::milliseconds(100));
            if (progress.stopRequested())
                return Error{Error::Kind::Cancelled, {}};
        }
        auto node = m_results.extract(number);
        m_taken = number + 1;
        m_changed.notify_all();
        lock.unlock();
        if (progress.stopRequested())
            return Error{Error::Kind::Cancelled, {}};
        if (!node.mapped())
            return outOfMemory();
        return take(number, std::move(*node.mapped()));
    }

    const qint64 m_count;
    const qint64 m_ahead;
    std::atomic<bool> m_stop = false;
    std::mutex m_mutex; ///< guards all below
    std::condition_variable m_changed;
    qint64 m_next = 0;
    qint64 m_taken = 0;
    std::map<qint64, std::optional<T>> m_results;
};
