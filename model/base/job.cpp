// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/job.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>

JobBase::Channel::Channel(JobBase *owner) : m_owner(owner) {}

void JobBase::Channel::report(qint64 done, qint64 total)
{
    {
        const std::lock_guard lock(m_mutex);
        m_progress = {done, total};
    }
    wake();
}

void JobBase::Channel::wake()
{
    const std::lock_guard lock(m_mutex);
    if (!m_owner || (m_posted && !m_done))
        return;
    m_posted = true;
    // Posting under the lock: detach() then waits until the event is queued, and the owner's death removes it.
    QCoreApplication::postEvent(m_owner, new QEvent(QEvent::User));
}

void JobBase::Channel::detach()
{
    const std::lock_guard lock(m_mutex);
    m_owner = nullptr;
}

std::optional<std::pair<qint64, qint64>> JobBase::Channel::takeProgress()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_posted, false) ? std::optional(m_progress) : std::nullopt;
}

void JobBase::Channel::setDone()
{
    m_done = true;
    wake();
}

JobBase::JobBase(QObject *parent) : QObject(parent) {}

JobBase::~JobBase()
{
    stopAndWait();
}

void JobBase::stopAndWait()
{
    for (Worker &worker : m_workers) {
        worker.channel->stop();
        worker.channel->detach();
    }
    for (Worker &worker : m_workers)
        worker.thread.join();
    m_workers.clear();
}

std::shared_ptr<JobBase::Channel> JobBase::begin()
{
    if (m_current) {
        m_current->stop();
        m_current->detach();
    }
    reap();
    m_current = std::make_shared<Channel>(this);
    return m_current;
}

void JobBase::run(std::function<void()> body, std::shared_ptr<Channel> channel)
{
    const bool wasRunning = std::exchange(m_running, true);
    // What the work held is let go of here, before anyone waits for this thread.
    m_workers.push_back({std::thread([body = std::move(body), channel]() mutable {
                             body();
                             body = nullptr;
                             channel->setDone();
                         }),
                         channel});
    if (!wasRunning)
        Q_EMIT started();
}

void JobBase::cancel()
{
    if (!m_running)
        return;
    m_current->stop();
    m_current->detach();
    m_running = false;
    Q_EMIT finished();
}

void JobBase::stop()
{
    if (m_running)
        m_current->stop();
}

void JobBase::customEvent(QEvent *)
{
    // The event says nothing, so one that an older piece of work has sent does no harm: what counts is what the
    // current channel holds.
    if (!m_running)
        return;
    const auto current = m_current;
    const auto progress = current->takeProgress();
    if (!current->isDone()) {
        if (progress)
            Q_EMIT progressed(progress->first, progress->second);
        return;
    }
    m_running = false;
    reap();
    deliver();
    if (!m_running) // the receiver may have started the next piece of work
        Q_EMIT finished();
}

void JobBase::reap()
{
    const auto over = std::partition(m_workers.begin(), m_workers.end(),
                                     [](const Worker &worker) { return !worker.channel->isDone(); });
    for (auto worker = over; worker != m_workers.end(); ++worker)
        worker->thread.join();
    m_workers.erase(over, m_workers.end());
}
