// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/base/release.h"

#include <QObject>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

/// The part of a Job that needs no type: threads, progress, which piece of work counts. Lives on the thread of its
/// receiver.
///
/// A job runs at most one piece of work that counts. Starting again asks the older one to stop and drops its result.
/// Workers are plain threads; the event loop only wakes the receiver, which takes the newest result.
/// Destruction asks all workers to stop and waits for them.
class JobBase : public QObject
{
    Q_OBJECT

public:
    ~JobBase() override;

    bool isRunning() const { return m_running; }
    /// Ask the running work to stop and drop its result. `finished` follows at once.
    void cancel();
    /// Ask the running work to stop and still receive its result: for work whose outcome must be told truly, as a save
    /// that may have ended just before.
    void stop();

Q_SIGNALS:
    void started();
    /// Units as the work reports them; at most one signal per turn of the event loop.
    void progressed(qint64 done, qint64 total);
    /// The newest work ended, by result or by cancel.
    void finished();

protected:
    /// Shared by the worker and the receiver; outlives both.
    class Channel final : public Progress
    {
    public:
        explicit Channel(JobBase *owner);
        void report(qint64 done, qint64 total) override;
        bool stopRequested() const override { return m_stop; }
        void stop() { m_stop = true; }
        void wake();
        void detach();
        /// What was reported since the last call, if anything was.
        std::optional<std::pair<qint64, qint64>> takeProgress();
        bool isDone() const { return m_done; }
        void setDone();

    private:
        std::mutex m_mutex; ///< guards m_owner, m_progress and m_posted
        JobBase *m_owner;
        std::pair<qint64, qint64> m_progress;
        bool m_posted = false;
        std::atomic<bool> m_stop = false;
        std::atomic<bool> m_done = false;
    };

    explicit JobBase(QObject *parent);
    std::shared_ptr<Channel> begin();
    void run(std::function<void()> body, std::shared_ptr<Channel> channel);
    void stopAndWait();
    /// Hand the result to the receiver; called on the receiver's thread when the newest work is done.
    virtual void deliver() = 0;
    void customEvent(QEvent *event) final;

private:
    struct Worker
    {
        std::thread thread;
        std::shared_ptr<Channel> channel;
    };

    void reap();

    std::vector<Worker> m_workers;
    std::shared_ptr<Channel> m_current;
    bool m_running = false;
};

/// Run `work(Progress &) -> T` on a thread of its own and give its result to `receive(T)` on this thread.
template<typename T>
class Job final : public JobBase
{
public:
    using Work = std::function<T(Progress &)>;
    using Receive = std::function<void(T)>;

    explicit Job(QObject *parent = nullptr) : JobBase(parent) {}
    ~Job() override { stopAndWait(); }

    /// Start, replacing what runs. `work` must own or share all it touches; `receive` runs only if nothing newer began.
    void start(Work work, Receive receive)
    {
        auto channel = begin();
        auto box = std::make_shared<std::optional<T>>();
        releaseElsewhere(std::exchange(m_box, box)); // a result that came too late
        m_receive = std::move(receive);
        run([work = std::move(work), box, channel] { *box = work(*channel); }, channel);
    }

protected:
    void deliver() override
    {
        const auto box = std::exchange(m_box, nullptr);
        const Receive receive = std::exchange(m_receive, nullptr);
        if (box && *box && receive)
            receive(std::move(**box));
    }

private:
    std::shared_ptr<std::optional<T>> m_box; ///< written by the worker before setDone(), read here after isDone()
    Receive m_receive;
};
