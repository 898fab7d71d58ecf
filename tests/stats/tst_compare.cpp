// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/compare.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QTest>

#include <cmath>
#include <cstring>

using namespace Qt::StringLiterals;

namespace {
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template<typename Number>
std::span<const std::byte> bytesOf(const std::vector<Number> &numbers)
{
    return std::as_bytes(std::span(numbers));
}

template<typename Left, typename Right>
Difference differenceOf(DType left, const std::vector<Left> &leftNumbers, DType right,
                        const std::vector<Right> &rightNumbers)
{
    DifferenceTally tally;
    tally.add(left, bytesOf(leftNumbers), right, bytesOf(rightNumbers));
    return tally.difference();
}

bool isSame(double found, double wanted)
{
    return std::isnan(wanted) ? std::isnan(found) : found == wanted || std::fabs(found - wanted) < 1e-15;
}

Result<std::shared_ptr<Evaluator>> evaluator()
{
    return cuttingEvaluator();
}

QStringList namesOf(const Plan &plan, const std::vector<std::size_t> &outputs)
{
    QStringList names;
    for (const std::size_t output : outputs)
        names += QString::fromUtf8(plan.outputs[output].name);
    return names;
}
}

class TestCompare final : public QObject
{
    Q_OBJECT

private:
    TemporaryFolder m_folder;
    Progress m_silent;
    int m_files = 0;

    QString newPath() { return m_folder.path(u"file%1"_s.arg(++m_files)); }
    Result<Comparison> compared(const Plan &left, const Plan &right, ComparedValues values = ComparedValues::Bits)
    {
        return compare(left, right, values, evaluator, m_silent);
    }

private Q_SLOTS:
    void differences_data()
    {
        QTest::addColumn<QList<float>>("left");
        QTest::addColumn<QList<float>>("right");
        QTest::addColumn<QList<double>>("wanted"); // max, mean, cosine, equal, relative, relative norm
        const auto inf = float(infinity), nan = float(notANumber);
        using L = QList<float>;
        QTest::addRow("equal") << L{3, 4} << L{3, 4} << QList<double>{0, 0, 1, 1, 0, 0};
        QTest::addRow("one") << L{3, 4} << L{3, 5} << QList<double>{1, 0.5, 29 / (5 * std::sqrt(34)), 0.5, 0.2, 0.2};
        QTest::addRow("opposite") << L{1, 0} << L{-1, 0} << QList<double>{2, 1, -1, 0.5, 2, 2};
        QTest::addRow("zeros") << L{0, 0} << L{1, 0} << QList<double>{1, 0.5, notANumber, 0.5, 1, infinity};
        QTest::addRow("signs of zero") << L{0, 1} << L{-0.0F, 1} << QList<double>{0, 0, 1, 1, 0, 0};
        QTest::addRow("both NaN") << L{nan, 1} << L{nan, 1} << QList<double>{0, 0, 1, 1, 0, 0};
        QTest::addRow("one NaN") << L{nan, 1} << L{2, 1}
                                 << QList<double>{notANumber, notANumber, 1, 0.5, notANumber, 0};
        QTest::addRow("both infinite") << L{inf, 1} << L{inf, 1} << QList<double>{0, 0, 1, 1, 0, 0};
        QTest::addRow("one infinite") << L{-inf, 1} << L{2, 1}
                                      << QList<double>{infinity, infinity, 1, 0.5, infinity, 0};
        QTest::addRow("none") << L{} << L{} << QList<double>{0, notANumber, notANumber, 1, 0, 0};
    }

    void differences()
    {
        QFETCH(const QList<float>, left);
        QFETCH(const QList<float>, right);
        QFETCH(const QList<double>, wanted);
        const std::vector<float> a(left.begin(), left.end()), b(right.begin(), right.end());
        const auto check = [&](const Difference &found) {
            const QList<double> all{found.maxAbs,        found.meanAbs,     found.cosine,
                                    found.equalFraction, found.maxRelative, found.relative};
            for (qsizetype i = 0; i < all.size(); ++i)
                QVERIFY2(isSame(all[i], wanted[i]), qPrintable(u"%1: %2"_s.arg(i).arg(all[i])));
        };
        check(differenceOf(DType::Float32, a, DType::Float32, b));
        check(differenceOf(DType::Float32, a, DType::Float64, std::vector<double>(b.begin(), b.end())));
        DifferenceTally merged; // in two parts
        const std::size_t half = a.size() / 2;
        for (const auto &[first, count] : {std::pair(std::size_t(0), half), std::pair(half, a.size() - half)}) {
            DifferenceTally part;
            part.add(DType::Float32, bytesOf(a).subspan(first * 4, count * 4), DType::Float32,
                     bytesOf(b).subspan(first * 4, count * 4));
            merged.merge(part);
        }
        check(merged.difference());
    }

    void steps()
    {
        const float next = std::nextafter(1.0F, 2.0F);
        QCOMPARE(
            differenceOf(DType::Float32, std::vector<float>{1, 2}, DType::Float32, std::vector<float>{next, 2}).maxUlp,
            std::optional<quint64>(1));
        const float tiny = std::nextafter(0.0F, 1.0F);
        QCOMPARE(
            differenceOf(DType::Float32, std::vector<float>{tiny}, DType::Float32, std::vector<float>{-tiny}).maxUlp,
            std::optional<quint64>(2));
        QCOMPARE(
            differenceOf(DType::BFloat16, std::vector<quint16>{0x3F80}, DType::BFloat16, std::vector<quint16>{0x3F85})
                .maxUlp,
            std::optional<quint64>(5));
        QVERIFY(!differenceOf(DType::Int32, std::vector<qint32>{1}, DType::Int32, std::vector<qint32>{2}).maxUlp);
        QVERIFY(!differenceOf(DType::Float32, std::vector<float>{1}, DType::Float64, std::vector<double>{2}).maxUlp);
    }

    void otherDTypes()
    {
        const qint64 large = (qint64(1) << 60) + 1;
        const Difference longs =
            differenceOf(DType::Int64, std::vector<qint64>{large}, DType::Int64, std::vector<qint64>{large - 1});
        QCOMPARE(longs.maxAbs, 1.0);
        const Difference complexes = differenceOf(DType::Complex64, std::vector<float>{1, 1, 0, 2}, DType::Complex64,
                                                  std::vector<float>{4, 5, 0, 2});
        QCOMPARE(complexes.count, 2);
        QCOMPARE(complexes.maxAbs, 5.0);
        QCOMPARE(complexes.equalFraction, 0.5);
        const Difference wide = differenceOf(DType::Float64, std::vector<double>{1e200, 0}, DType::Float64,
                                             std::vector<double>{1e200, 3e200});
        QVERIFY(isSame(wide.cosine, 1 / std::sqrt(10)));
        QVERIFY(!areComparable(DType::Complex64, DType::Float32));
        QVERIFY(!areComparable(DType::Bits8, DType::Bits8));
    }

    void structure()
    {
        SourceBuilder a(newPath()), b(newPath());
        a.floats("same", {2}, {1, 2});
        a.floats("shape", {2}, {1, 2});
        a.floats("mine", {2}, {1, 2});
        a.floats("values", {2}, {1, 2});
        a.floats("old name", {3}, {5, 6, 7});
        a.view("dtype", DType::Int32, {2}, a.storage(floatBytes({1, 2})));
        b.floats("values", {2}, {1, 3});
        b.floats("shape", {2, 1}, {1, 2});
        b.floats("theirs", {2}, {9, 9});
        b.floats("same", {2}, {1, 2});
        b.floats("new name", {3}, {5, 6, 7});
        b.floats("dtype", {2}, {1, 2});
        const Plan left = PlanBuilder(a.build()).copyAll().plan(), right = PlanBuilder(b.build()).copyAll().plan();
        const auto found = compared(left, right);
        QVERIFY(found);
        QVERIFY(!found->isIdentical());
        QCOMPARE(found->equal, 1);
        QCOMPARE(namesOf(left, found->onlyLeft), (QStringList{u"mine"_s, u"old name"_s}));
        QCOMPARE(namesOf(right, found->onlyRight), (QStringList{u"theirs"_s, u"new name"_s}));
        QCOMPARE(found->shapeDiffers.size(), 1);
        QCOMPARE(found->dtypeDiffers.size(), 1);
        QCOMPARE(found->valueDiffers.size(), 1);
        QVERIFY(!found->valueDiffers[0].difference);
        QCOMPARE(found->moved.size(), 1);
        QCOMPARE(right.outputs[found->moved[0].right].name, Name("new name"));

        const auto numbers = compared(left, right, ComparedValues::Numbers);
        QVERIFY(numbers);
        QCOMPARE(numbers->valueDiffers.size(), 2); // the integers are other numbers
        QCOMPARE(numbers->valueDiffers[0].difference->maxAbs, 1.0);
    }

    /// Bits count: zeros of another sign are no difference of numbers.
    void identical()
    {
        const auto checkpoint = manySizes(m_folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        for (const ComparedValues values : {ComparedValues::Bits, ComparedValues::Numbers}) {
            const auto found = compared(plan, plan, values);
            QVERIFY(found && found->isIdentical());
            QCOMPARE(found->equal, 5);
        }
        SourceBuilder a(newPath()), b(newPath());
        a.floats("zero", {1}, {0});
        b.floats("zero", {1}, {-0.0F});
        const auto found = compared(PlanBuilder(a.build()).copyAll().plan(), PlanBuilder(b.build()).copyAll().plan(),
                                    ComparedValues::Numbers);
        QVERIFY(found && !found->isIdentical());
        QCOMPARE(found->valueDiffers[0].difference->equalFraction, 1.0);
    }

    /// One changed number anywhere in a tensor of many stretches.
    void findsOneNumber_data()
    {
        QTest::addColumn<qint64>("place");
        for (const qint64 place : {qint64(0), qint64(1 << 20), qint64(1 << 20) - 1, qint64(3'000'000)})
            QTest::addRow("%lld", static_cast<long long>(place)) << place;
    }

    void findsOneNumber()
    {
        QFETCH(const qint64, place);
        std::vector<float> numbers = counted(3'000'001);
        SourceBuilder a(newPath()), b(newPath());
        a.floats("w", {3'000'001}, numbers);
        numbers[std::size_t(place)] += 2;
        b.floats("w", {3'000'001}, numbers);
        const Plan left = PlanBuilder(a.build()).copyAll().plan(), right = PlanBuilder(b.build()).copyAll().plan();
        QCOMPARE(compared(left, right)->valueDiffers.size(), 1);
        const auto found = compared(left, right, ComparedValues::Numbers);
        QCOMPARE(found->valueDiffers[0].difference->maxAbs, 2.0);
        QCOMPARE(found->valueDiffers[0].difference->equalFraction, 1 - 1 / 3'000'001.0);
    }

    /// What a recipe computes is compared with what a file holds.
    void computed()
    {
        SourceBuilder a(newPath()), b(newPath());
        const TensorIndex tensor = a.floats("w", {4}, {1, 2, 3, 4});
        b.view("cut", DType::BFloat16, {4}, b.storage(QByteArray::fromHex("803f004040408040")));
        const Plan left = PlanBuilder(a.build()).cast(tensor, DType::BFloat16, "cut").plan();
        const Plan right = PlanBuilder(b.build()).copyAll().plan();
        const auto found = compared(left, right);
        QVERIFY2(found, qPrintable(found ? QString() : found.error().message));
        QVERIFY(found->isIdentical());
        QCOMPARE(found->equal, 1);
        const auto refused = compare(
            left, right, ComparedValues::Bits,
            []() -> Result<std::shared_ptr<Evaluator>> {
                return Error{Error::Kind::Device, u"none"_s};
            },
            m_silent);
        QVERIFY(!refused && refused.error().kind == Error::Kind::Device);
    }

    void tellsWhatCannotBeRead()
    {
        SourceBuilder a(newPath()), b(newPath());
        a.floats("good", {1}, {1});
        b.floats("good", {1}, {1});
        a.view("beyond", DType::Float32, {9}, a.storage(floatBytes({1, 2})));
        b.floats("beyond", {9}, counted(9));
        const auto found = compared(PlanBuilder(a.build()).copyAll().plan(), PlanBuilder(b.build()).copyAll().plan());
        QVERIFY(found && !found->isIdentical());
        QCOMPARE(found->equal, 1);
        QCOMPARE(found->unreadable.size(), 1);
        QCOMPARE(found->unreadable[0].error.kind, Error::Kind::Damaged);
    }

    void stops()
    {
        const Plan plan = PlanBuilder(manySizes(m_folder)).copyAll().plan();
        Watch watch;
        watch.stopAfter = 0;
        const auto stopped = compare(plan, plan, ComparedValues::Numbers, evaluator, watch);
        QVERIFY(!stopped && stopped.error().kind == Error::Kind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
