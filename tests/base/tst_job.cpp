// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/job.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <condition_variable>

using namespace Qt::StringLiterals;

namespace {
/// Holds workers until the test lets them go on.
class Gate
{
public:
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_open; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_open = false;
};

void waitUntilStopped(const Progress &progress)
{
    while (!progress.stopRequested())
        std::this_thread::yield();
}

/// Turn the event loop until `holds`.
template<typename Predicate>
bool turnUntil(Predicate holds)
{
    return QTest::qWaitFor(holds, 20'000);
}
}

class TestJob : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void givesItsResult();
    void movesItsResult();
    void reportsProgress();
    void dropsReportsOfOneTurn();
    void cancelDropsTheResult();
    void cancelOfNothing();
    void newWorkReplacesTheOld();
    void lateResultIsDropped();
    void receiverMayStartAgain();
    void receiverMayCancel();
    void destructionStopsTheWork();
    void destructionWithAResultOnItsWay();
    void manyRestarts();
};

void TestJob::givesItsResult()
{
    Job<int> job;
    QSignalSpy started(&job, &JobBase::started);
    QSignalSpy finished(&job, &JobBase::finished);
    int result = 0;
    const auto here = std::this_thread::get_id();
    std::thread::id worker;
    std::thread::id receiver;
    job.start(
        [&worker](Progress &) {
            worker = std::this_thread::get_id();
            return 42;
        },
        [&](int value) {
            receiver = std::this_thread::get_id();
            result = value;
        });
    QVERIFY(job.isRunning());
    QVERIFY(turnUntil([&] { return finished.count() == 1; }));
    QCOMPARE(result, 42);
    QVERIFY(!job.isRunning());
    QCOMPARE(started.count(), 1);
    QVERIFY(worker != here);
    QVERIFY(receiver == here);
}

void TestJob::movesItsResult()
{
    Job<std::unique_ptr<int>> job;
    std::unique_ptr<int> result;
    job.start([](Progress &) { return std::make_unique<int>(7); },
              [&](std::unique_ptr<int> value) { result = std::move(value); });
    QVERIFY(turnUntil([&] { return result != nullptr; }));
    QCOMPARE(*result, 7);
}

void TestJob::reportsProgress()
{
    Gate gate;
    Job<int> job;
    QSignalSpy progressed(&job, &JobBase::progressed);
    QSignalSpy finished(&job, &JobBase::finished);
    job.start(
        [&gate](Progress &progress) {
            progress.report(3, 10);
            gate.pass();
            return 0;
        },
        {});
    QVERIFY(turnUntil([&] { return progressed.count() == 1; }));
    QCOMPARE(progressed.first(), (QVariantList{qint64(3), qint64(10)}));
    gate.open();
    QVERIFY(turnUntil([&] { return finished.count() == 1; }));
}

void TestJob::dropsReportsOfOneTurn()
{
    Gate reported;
    Gate gate;
    Job<int> job;
    QSignalSpy progressed(&job, &JobBase::progressed);
    QSignalSpy finished(&job, &JobBase::finished);
    job.start(
        [&](Progress &progress) {
            for (int i = 1; i <= 1000; ++i)
                progress.report(i, 1000);
            reported.open();
            gate.pass();
            return 0;
        },
        {});
    reported.pass();
    QVERIFY(turnUntil([&] { return progressed.count() > 0; }));
    QCOMPARE(progressed.count(), 1);
    QCOMPARE(progressed.first().first().toLongLong(), 1000);
    gate.open();
    QVERIFY(turnUntil([&] { return finished.count() == 1; }));
}

void TestJob::cancelDropsTheResult()
{
    Job<int> job;
    QSignalSpy finished(&job, &JobBase::finished);
    bool received = false;
    job.start(
        [](Progress &progress) {
            waitUntilStopped(progress);
            return 1;
        },
        [&](int) { received = true; });
    job.cancel();
    QCOMPARE(finished.count(), 1);
    QVERIFY(!job.isRunning());
    int second = 0;
    job.start([](Progress &) { return 2; }, [&](int value) { second = value; });
    QVERIFY(turnUntil([&] { return second == 2; }));
    QVERIFY(!received);
}

void TestJob::cancelOfNothing()
{
    Job<int> job;
    QSignalSpy finished(&job, &JobBase::finished);
    job.cancel();
    QCOMPARE(finished.count(), 0);
}

void TestJob::newWorkReplacesTheOld()
{
    Job<int> job;
    QSignalSpy started(&job, &JobBase::started);
    QSignalSpy finished(&job, &JobBase::finished);
    std::atomic<bool> stopped = false;
    QList<int> results;
    job.start(
        [&stopped](Progress &progress) {
            waitUntilStopped(progress);
            stopped = true;
            return 1;
        },
        [&](int value) { results += value; });
    job.start([](Progress &) { return 2; }, [&](int value) { results += value; });
    QVERIFY(turnUntil([&] { return finished.count() == 1 && stopped; }));
    QCOMPARE(results, QList<int>{2});
    QCOMPARE(started.count(), 1);
}

/// The old work ends, and its wake-up may be queued, before the new one begins.
void TestJob::lateResultIsDropped()
{
    for (int turn = 0; turn < 200; ++turn) {
        Gate done;
        Job<int> job;
        QList<int> results;
        job.start(
            [&done](Progress &) {
                done.open();
                return 1;
            },
            [&](int value) { results += value; });
        done.pass();
        job.start([](Progress &) { return 2; }, [&](int value) { results += value; });
        QVERIFY(turnUntil([&] { return !results.isEmpty(); }));
        QCOMPARE(results, QList<int>{2});
    }
}

void TestJob::receiverMayStartAgain()
{
    Job<int> job;
    QSignalSpy finished(&job, &JobBase::finished);
    QList<int> results;
    std::function<void(int)> receive = [&](int value) {
        results += value;
        if (value < 5)
            job.start([value](Progress &) { return value + 1; }, receive);
    };
    job.start([](Progress &) { return 1; }, receive);
    QVERIFY(turnUntil([&] { return finished.count() == 1; }));
    QCOMPARE(results, (QList<int>{1, 2, 3, 4, 5}));
}

void TestJob::receiverMayCancel()
{
    Job<int> job;
    QSignalSpy finished(&job, &JobBase::finished);
    job.start([](Progress &) { return 1; }, [&](int) { job.cancel(); });
    QVERIFY(turnUntil([&] { return finished.count() > 0; }));
    QCOMPARE(finished.count(), 1);
}

void TestJob::destructionStopsTheWork()
{
    std::atomic<bool> ended = false;
    bool received = false;
    {
        Job<int> job;
        job.start(
            [&ended](Progress &progress) {
                waitUntilStopped(progress);
                progress.report(1, 1);
                ended = true;
                return 1;
            },
            [&](int) { received = true; });
    }
    QVERIFY(ended);
    QCoreApplication::sendPostedEvents();
    QVERIFY(!received);
}

void TestJob::destructionWithAResultOnItsWay()
{
    bool received = false;
    for (int turn = 0; turn < 200; ++turn) {
        Gate done;
        Job<int> job;
        job.start(
            [&done](Progress &progress) {
                progress.report(1, 2);
                done.open();
                return 1;
            },
            [&](int) { received = true; });
        done.pass();
    }
    QCoreApplication::sendPostedEvents();
    QVERIFY(!received);
}

void TestJob::manyRestarts()
{
    Job<int> job;
    QList<int> results;
    for (int turn = 0; turn < 300; ++turn) {
        job.start(
            [turn](Progress &progress) {
                for (int i = 0; i < 20 && !progress.stopRequested(); ++i)
                    progress.report(i, 20);
                return turn;
            },
            [&](int value) { results += value; });
        if (turn % 3 == 0)
            QCoreApplication::sendPostedEvents();
    }
    QVERIFY(turnUntil([&] { return !results.isEmpty() && results.last() == 299; }));
    QVERIFY(std::is_sorted(results.begin(), results.end()));
}

QTEST_GUILESS_MAIN(TestJob)
#include "tst_job.moc"
