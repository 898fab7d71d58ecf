// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/inorder.h"
#include "model/stats/look.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QFile>
#include <QTest>

#include <cmath>
#include <numeric>
#include <random>

using namespace Qt::StringLiterals;

namespace {
struct Looked
{
    std::vector<Result<Statistics>> statistics;
    Tally all;
    Result<void> done;
};

Looked look(const std::shared_ptr<const Checkpoint> &checkpoint, Progress &progress)
{
    Looked looked;
    std::vector<TensorIndex> tensors(checkpoint->tensors().size());
    std::iota(tensors.begin(), tensors.end(), TensorIndex(0));
    const auto take = [&](std::size_t subject, Result<Tally> tally) -> Result<void> {
        if (subject != looked.statistics.size())
            return Error{Error::Kind::Damaged, u"out of order"_s};
        looked.statistics.push_back(tally ? Result<Statistics>(tally->statistics()) : tally.error());
        if (tally)
            looked.all.merge(*tally);
        return {};
    };
    looked.done = tallyTensors(checkpoint, tensors, take, progress);
    return looked;
}

/// Numbers that round when they are summed.
std::vector<float> uneven(std::size_t count)
{
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0.1F, 0.3F);
    std::vector<float> numbers(count);
    for (float &number : numbers)
        number = normal(random);
    return numbers;
}

QStringList texts(const std::vector<Tally> &tallies)
{
    QStringList lines;
    for (const Tally &tally : tallies) {
        const Statistics found = tally.statistics();
        lines += u"%1 %2 %3 %4 %5"_s.arg(found.count)
                     .arg(found.mean, 0, 'g', 17)
                     .arg(found.std, 0, 'g', 17)
                     .arg(found.l2, 0, 'g', 17)
                     .arg(found.quantiles[3], 0, 'g', 17);
    }
    return lines;
}
}

/// Statistics of the tensors of files: however they lie there, on several threads, and when something is wrong.
class TestLook final : public QObject
{
    Q_OBJECT

private:
    TemporaryFolder m_folder;
    Progress m_silent;

private Q_SLOTS:
    void looksAtAll()
    {
        const auto looked = look(manySizes(m_folder), m_silent);
        QVERIFY(looked.done);
        QCOMPARE(looked.statistics.size(), 5);
        QCOMPARE(double(looked.statistics[0]->max), double((3 << 20) - 1));
        QCOMPARE(looked.statistics[0]->mean, double((3 << 20) - 1) / 2);
        QCOMPARE(looked.statistics[1]->l1, 6.0);
        QCOMPARE(looked.statistics[2]->count, 0);
        QVERIFY(std::isnan(looked.statistics[2]->min));
        QCOMPARE(looked.statistics[3]->mean, 7.0);
        QCOMPARE(looked.statistics[4]->count, 50'000);
        QCOMPARE(looked.all.finite(), (3 << 20) + 3 + 1 + 50'000);
        QCOMPARE(double(looked.all.greatest), double((3 << 20) - 1));
    }

    /// A transposed view, one with steps, a broadcast one and one with the sign bit flipped.
    void looksAtViews()
    {
        SourceBuilder source(m_folder.path(u"views"_s));
        const StorageId storage = source.storage(floatBytes(counted(12)));
        source.view("transposed", DType::Float32, {4, 3}, storage, 0, {1, 4});
        source.view("steps", DType::Float32, {2, 2}, storage, 4, {4, 2});
        source.view("expanded", DType::Float32, {5, 2}, storage, 8, {0, 1});
        source.tensor(source.view("negated", DType::Float32, {12}, storage)).negated = true;
        const auto looked = look(source.build(), m_silent);
        QVERIFY(looked.done);
        QCOMPARE(looked.statistics[0]->l1, 66.0);
        QCOMPARE(looked.statistics[1]->l1, 1.0 + 3 + 5 + 7);
        QCOMPARE(looked.statistics[2]->l1, 25.0);
        QCOMPARE(double(looked.statistics[3]->min), -11.0);
    }

    /// What cannot be read is said of that tensor alone; so are dtypes that are not numbers.
    void tellsEachProblem()
    {
        SourceBuilder source(m_folder.path(u"problems"_s));
        source.floats("good", {3}, {1, 2, 3});
        source.parts().problems.push_back(u"its bytes are not in the file"_s);
        source.tensor(source.floats("lost", {3}, {1, 2, 3})).problem = 1;
        source.view("beyond", DType::Float32, {9}, source.storage(floatBytes({1, 2})));
        source.view("bits", DType::Bits8, {8}, source.storage(floatBytes({1, 2})));
        source.floats("last", {1}, {5});
        const auto looked = look(source.build(), m_silent);
        QVERIFY(looked.done);
        QCOMPARE(looked.statistics[0]->l1, 6.0);
        QVERIFY(looked.statistics[1].error().message.contains(u"“lost”"_s));
        QCOMPARE(looked.statistics[2].error().kind, Error::Kind::Damaged);
        QVERIFY(looked.statistics[3].error().message.contains(u"bits8"_s));
        QCOMPARE(looked.statistics[4]->mean, 5.0);
        QCOMPARE(looked.all.finite(), 4);
    }

    void refusesAChangedFile()
    {
        SourceBuilder source(m_folder.path(u"changed"_s));
        source.floats("a", {3}, {1, 2, 3});
        const auto checkpoint = source.build();
        QFile file(m_folder.path(u"changed"_s));
        QVERIFY(file.open(QIODevice::Append));
        file.write("more");
        file.close();
        const auto looked = look(checkpoint, m_silent);
        QVERIFY(!looked.done);
        QCOMPARE(looked.done.error().kind, Error::Kind::Unreadable);
    }

    /// Sums round, so their order must not depend on how many threads there are.
    void threadsChangeNothing()
    {
        const std::vector<float> numbers = uneven(5'000'000);
        const std::vector<Subject> subjects{{DType::Float32, 5'000'000},
                                            {DType::Float32, 1000},
                                            {DType::Float32, 0},
                                            {DType::Float32, 3'000'001, true},
                                            {DType::Float32, 100'000}};
        const auto makeReader = [&]() -> ReadSubject {
            return [&](std::size_t, qint64 first, std::span<std::byte> out) -> Result<void> {
                const auto bytes = std::as_bytes(std::span(numbers));
                std::copy_n(bytes.begin() + qint64(first * 4), out.size(), out.begin());
                return {};
            };
        };
        QStringList first;
        for (const unsigned threads : {1u, 2u, 3u, 8u}) {
            std::vector<Tally> tallies;
            const auto take = [&](std::size_t, Result<Tally> tally) -> Result<void> {
                tallies.push_back(*std::move(tally));
                return {};
            };
            QVERIFY(tallyAll(subjects, makeReader, take, m_silent, threads));
            QCOMPARE(tallies.size(), subjects.size());
            if (first.isEmpty())
                first = texts(tallies);
            QCOMPARE(texts(tallies), first);
        }
    }

    void stops()
    {
        for (int after = 0; after < 8; ++after) {
            Watch watch;
            watch.stopAfter = after;
            const auto looked = look(manySizes(m_folder), watch);
            QVERIFY(looked.done || looked.done.error().kind == Error::Kind::Cancelled);
            QVERIFY(after > 0 || !looked.done);
        }
    }

    void reports()
    {
        Watch watch;
        QVERIFY(look(manySizes(m_folder), watch).done);
        QVERIFY(!watch.reports.empty());
        QCOMPARE(watch.reports.back().first, watch.reports.back().second);
        QVERIFY(std::is_sorted(watch.reports.begin(), watch.reports.end()));
    }

    void outOfMemory()
    {
        const auto makeWork = [] {
            return [](qint64 number, const std::atomic<bool> &) -> int {
                if (number == 5)
                    throw std::bad_alloc();
                return int(number);
            };
        };
        qint64 taken = 0;
        const auto take = [&](qint64 number, int result) -> Result<void> {
            taken += number == result ? 1 : 0;
            return {};
        };
        const auto done = InOrder<int>::run(100, 4, makeWork, take, m_silent);
        QVERIFY(!done && done.error().kind == Error::Kind::OutOfMemory);
        QCOMPARE(taken, 5);
    }

    void positions()
    {
        QCOMPARE(positionOf(0, {}), SizeList());
        QCOMPARE(positionOf(23, {2, 3, 4}), (SizeList{1, 2, 3}));
        QCOMPARE(positionOf(5, {2, 3}), (SizeList{1, 2}));
    }
};

QTEST_GUILESS_MAIN(TestLook)
#include "tst_look.moc"
