// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/job.h"

#include <QMetaObject>

#include <algorithm>

JobBase::Channel::Channel(JobBase *owner, quint64 generation) : m_owner(owner), m_generation(generation) {}

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
    JobBase *owner = m_owner;
    // Posting under the lock: detach() then waits until the event is queued, and the owner's death removes it.
    QMetaObject::invokeMethod(
        owner, [owner, generation = m_generation] { owner->takeNews(generation); }, Qt::QueuedConnection);
}

void JobBase::Channel::detach()
{
    const std::lock_guard lock(m_mutex);
    m_owner = nullptr;
}

std::pair<qint64, qint64> JobBase::Channel::progress()
{
    const std::lock_guard lock(m_mutex);
    m_posted = false;
    return m_progress;
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
    m_current = std::make_shared<Channel>(this, ++m_generation);
    return m_current;
}

void JobBase::run(std::function<void()> body, std::shared_ptr<Channel> channel)
{
    const bool wasRunning = std::exchange(m_running, true);
    m_workers.push_back({std::thread([body = std::move(body), channel] {
                             body();
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
    ++m_generation;
    m_running = false;
    Q_EMIT finished();
}

void JobBase::stop()
{
    if (m_running)
        m_current->stop();
}

void JobBase::takeNews(quint64 generation)
{
    if (!m_running || generation != m_generation)
        return;
    const auto current = m_current;
    const auto [done, total] = current->progress();
    if (!current->isDone()) {
        Q_EMIT progressed(done, total);
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
