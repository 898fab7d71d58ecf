// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/numbers.h"
#include "model/stats/tallier.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

using namespace Qt::StringLiterals;

namespace {
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Bytes = std::vector<std::byte>;

template<typename Number>
Bytes bytesOf(const std::vector<Number> &numbers)
{
    Bytes bytes(numbers.size() * sizeof(Number));
    if (!bytes.empty())
        std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

Result<Tally> tallyOf(Tallier &tallier, DType dtype, const Bytes &bytes, const Stretch &stretch)
{
    const std::atomic<bool> stop = false;
    const auto read = [&](qint64 first, std::span<std::byte> out) -> Result<void> {
        if (!out.empty())
            std::memcpy(out.data(), bytes.data() + first * byteSize(dtype), out.size());
        return {};
    };
    return tallier.tally(dtype, stretch, read, stop);
}

/// The whole, cut as larger tensors are.
Tally tallyOf(DType dtype, const Bytes &bytes)
{
    Tallier tallier;
    const qint64 count = qint64(bytes.size()) / byteSize(dtype), most = Tallier::stretchElements(dtype);
    Tally all;
    qint64 first = 0;
    do {
        const qint64 some = std::min(most, count - first);
        all.merge(*tallyOf(tallier, dtype, bytes, {first, some, some == count}));
        first += some;
    } while (first < count);
    return all;
}

template<typename Number>
Statistics statisticsOf(DType dtype, const std::vector<Number> &numbers)
{
    return tallyOf(dtype, bytesOf(numbers)).statistics();
}

/// The numbers that elements stand for.
std::vector<long double> numbersOf(DType dtype, const Bytes &bytes)
{
    const std::size_t count = bytes.size() / std::size_t(byteSize(dtype));
    if (numberKind(dtype) == NumberKind::Long) {
        std::vector<long double> numbers(count);
        for (std::size_t i = 0; i < count; ++i) {
            quint64 bits;
            std::memcpy(&bits, bytes.data() + i * sizeof bits, sizeof bits);
            numbers[i] =
                dtype == DType::UInt64 ? static_cast<long double>(bits) : static_cast<long double>(qint64(bits));
        }
        return numbers;
    }
    std::vector<double> parts(count * std::size_t(partsPerElement(dtype)));
    toDoubles(dtype, bytes, parts.data());
    if (numberKind(dtype) == NumberKind::Complex) {
        magnitudes(parts.data(), count, parts.data());
        parts.resize(count);
    }
    return {parts.begin(), parts.end()};
}

/// A sum of many, each rounding error carried along.
class CarefulSum
{
public:
    void add(long double number)
    {
        const long double sum = m_sum + number;
        m_lost += std::fabs(m_sum) >= std::fabs(number) ? (m_sum - sum) + number : (number - sum) + m_sum;
        m_sum = sum;
    }
    long double value() const { return m_sum + m_lost; }

private:
    long double m_sum = 0;
    long double m_lost = 0;
};

/// The same by the plainest means: everything sorted, and summed in long double with the errors carried along.
struct Reference
{
    std::vector<long double> ordered;
    std::vector<long double> finite;
    qint64 zeros = 0;
    qint64 nan = 0;
    qint64 inf = 0;
    long double mean = notANumber;
    long double std = notANumber;
    long double l1 = 0;
    long double l2 = 0;

    explicit Reference(const std::vector<long double> &numbers)
    {
        CarefulSum sum, absolute, squares;
        for (const long double number : numbers) {
            if (std::isnan(number)) {
                ++nan;
                continue;
            }
            ordered.push_back(number);
            zeros += number == 0 ? 1 : 0;
            inf += std::isinf(number) ? 1 : 0;
            if (std::isinf(number))
                continue;
            finite.push_back(number);
            sum.add(number);
            absolute.add(std::fabs(number));
            squares.add(number * number);
        }
        std::sort(ordered.begin(), ordered.end());
        std::sort(finite.begin(), finite.end());
        l1 = absolute.value();
        l2 = std::sqrt(squares.value());
        const auto count = static_cast<long double>(finite.size());
        if (finite.empty())
            return;
        mean = sum.value() / count;
        CarefulSum aside, left;
        for (const long double number : finite) {
            aside.add((number - mean) * (number - mean));
            left.add(number - mean);
        }
        if (finite.size() > 1)
            std = std::sqrt((aside.value() - left.value() * left.value() / count) / (count - 1));
    }

    double quantile(double share) const
    {
        if (ordered.empty())
            return notANumber;
        const double position = share * double(ordered.size() - 1);
        const auto first = std::size_t(position);
        const double low = double(ordered[first]), high = double(ordered[std::min(first + 1, ordered.size() - 1)]);
        const double part = position - double(first);
        if (std::isinf(low) || std::isinf(high))
            return part < 0.5 ? low : high;
        return part < 0.5 ? low + part * (high - low) : high - (high - low) * (1 - part);
    }
};

bool isNear(long double found, long double wanted, long double bound)
{
    if (std::isnan(found) || std::isnan(wanted))
        return std::isnan(found) && std::isnan(wanted);
    return found == wanted || std::fabs(found - wanted) <= bound;
}

QString text(long double number)
{
    return QString::number(double(number), 'g', 17);
}

#define NEAR(found, wanted, bound)                                                                                     \
    QVERIFY2(isNear(found, wanted, bound), qPrintable(u"%1 instead of %2"_s.arg(text(found), text(wanted))))

/// Bytes of `count` elements, of several sorts.
Bytes filled(DType dtype, qint64 count, const QString &sort)
{
    std::mt19937_64 random(quint64(count) * 31 + quint64(dtype));
    Bytes bytes(std::size_t(count * byteSize(dtype)));
    if (sort == u"bits"_s) {
        for (std::byte &byte : bytes)
            byte = std::byte(random() & 0xFF);
        return bytes;
    }
    std::normal_distribution<double> normal(0, 0.02);
    std::vector<double> numbers(static_cast<std::size_t>(count));
    for (double &number : numbers) {
        number = sort == u"weights"_s ? normal(random)
            : sort == u"far"_s        ? 1000 + normal(random)
            : sort == u"tiny"_s       ? std::ldexp(double(random() % 4096), -149)
            : sort == u"large"_s      ? normal(random) * 1e20
            : sort == u"constant"_s   ? 0.1
                                      : 0;
    }
    if (dtype == DType::Float64)
        return bytesOf(numbers);
    return bytesOf(std::vector<float>(numbers.begin(), numbers.end()));
}
}

class TestStatistics final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void codes_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<int>("code");
        QTest::addColumn<double>("number");
        const auto row = [](DType dtype, int code, double number) {
            QTest::addRow("%s %x", std::string(word(dtype)).c_str(), code) << int(dtype) << code << number;
        };
        row(DType::Float16, 0x3C00, 1);
        row(DType::Float16, 0x0001, std::ldexp(1, -24));
        row(DType::Float16, 0xFBFF, -65504);
        row(DType::Float16, 0x7C00, infinity);
        row(DType::Float16, 0x7C01, notANumber);
        row(DType::BFloat16, 0x3F80, 1);
        row(DType::BFloat16, 0xFF80, -infinity);
        row(DType::BFloat16, 0x0001, std::ldexp(1, -133));
        row(DType::Float8E4M3FN, 0x7E, 448);
        row(DType::Float8E4M3FN, 0xFF, notANumber);
        row(DType::Float8E4M3FN, 0x01, std::ldexp(1, -9));
        row(DType::Float8E5M2, 0x7B, 57344);
        row(DType::Float8E5M2, 0x7C, infinity);
        row(DType::Float8E5M2, 0x7D, notANumber);
        row(DType::Float8E4M3FNUZ, 0x7F, 240);
        row(DType::Float8E4M3FNUZ, 0x80, notANumber);
        row(DType::Float8E5M2FNUZ, 0xFF, -57344);
        row(DType::Float8E8M0FNU, 0x00, std::ldexp(1, -127));
        row(DType::Float8E8M0FNU, 0x7F, 1);
        row(DType::Float8E8M0FNU, 0xFF, notANumber);
        row(DType::Float4E2M1FNx2, 0x7, 6);
        row(DType::Float4E2M1FNx2, 0x9, -0.5);
        row(DType::Int8, 0x80, -128);
        row(DType::UInt16, 0xFFFF, 65535);
        row(DType::Bool, 0x02, 1);
    }

    void codes()
    {
        QFETCH(const int, dtype);
        QFETCH(const int, code);
        QFETCH(const double, number);
        NEAR(codeValues(DType(dtype))[std::size_t(code)], number, 0);
    }

    void agreesWithReference_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<qint64>("count");
        QTest::addColumn<QString>("sort");
        const auto row = [](DType dtype, qint64 count, const char *sort) {
            QTest::addRow("%s %lld %s", std::string(word(dtype)).c_str(), static_cast<long long>(count), sort)
                << int(dtype) << count << QString::fromLatin1(sort);
        };
        for (int dtype = 1; dtype <= int(DType::Bits4x2); ++dtype) {
            if (numberKind(DType(dtype)) == NumberKind::None)
                continue;
            for (const qint64 count : {0, 1, 2, 7, 2048, 2049, 70'001})
                row(DType(dtype), count, "bits");
        }
        for (const DType dtype : {DType::Float32, DType::Float64}) {
            for (const char *sort : {"weights", "far", "tiny", "large", "constant", "zeros"}) {
                for (const qint64 count : {5, 4096, 100'003})
                    row(dtype, count, sort);
            }
        }
        row(DType::Float32, Tallier::exactElements, "weights");
        row(DType::Float64, Tallier::exactElements + 4097, "weights");
        row(DType::Float16, 4 * Tallier::exactElements + 3, "bits");
    }

    void agreesWithReference()
    {
        QFETCH(const int, dtype);
        QFETCH(const qint64, count);
        QFETCH(const QString, sort);
        const Bytes bytes = filled(DType(dtype), count, sort);
        const std::vector<long double> numbers = numbersOf(DType(dtype), bytes);
        const Reference wanted(numbers);
        const Statistics found = tallyOf(DType(dtype), bytes).statistics();

        QCOMPARE(found.count, qint64(numbers.size()));
        QCOMPARE(found.zeros, wanted.zeros);
        QCOMPARE(found.nan, wanted.nan);
        QCOMPARE(found.inf, wanted.inf);
        NEAR(found.min, wanted.ordered.empty() ? notANumber : wanted.ordered.front(), 0);
        NEAR(found.max, wanted.ordered.empty() ? notANumber : wanted.ordered.back(), 0);
        // The bounds that the header states; 1e-16 for the last rounding.
        NEAR(found.l1, double(wanted.l1), 1e-13L * wanted.l1);
        NEAR(found.l2, double(wanted.l2), 1e-13L * wanted.l2);
        NEAR(found.mean, wanted.mean,
             1e-13L * wanted.l1 / static_cast<long double>(std::max(wanted.finite.size(), std::size_t(1))));
        NEAR(found.std, wanted.std, 1e-12L * wanted.std);

        const bool isExact = count <= Tallier::exactElements || byteSize(DType(dtype)) <= 2;
        QCOMPARE(found.areQuantilesExact, isExact);
        for (std::size_t i = 0; i < quantileShares.size(); ++i) {
            const double quantile = wanted.quantile(quantileShares[i]);
            NEAR(found.quantiles[i], quantile, isExact ? 0 : std::fabs(quantile) / 64);
        }
        checkHistogram(found.histogram, wanted.finite);
    }

    void checkHistogram(const Histogram &histogram, const std::vector<long double> &sorted)
    {
        QCOMPARE(histogram.counts.empty(), sorted.empty());
        if (sorted.empty())
            return;
        QCOMPARE(histogram.edges.size(), histogram.counts.size() + 1);
        QVERIFY(histogram.counts.size() <= 64);
        QVERIFY(histogram.counts.front() > 0 && histogram.counts.back() > 0);
        for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
            const auto begin = std::lower_bound(sorted.begin(), sorted.end(), histogram.edges[i]);
            const auto end = std::lower_bound(sorted.begin(), sorted.end(), histogram.edges[i + 1]);
            QCOMPARE(histogram.counts[i], qint64(end - begin));
        }
    }

    void quantilesOfLargeTensorsAreNear()
    {
        for (const char *sort : {"weights", "large"}) {
            const Bytes bytes = filled(DType::Float32, Tallier::exactElements + 1, QString::fromLatin1(sort));
            const Reference wanted(numbersOf(DType::Float32, bytes));
            const Statistics found = tallyOf(DType::Float32, bytes).statistics();
            QVERIFY(!found.areQuantilesExact);
            for (std::size_t i = 0; i < quantileShares.size(); ++i) {
                const double quantile = wanted.quantile(quantileShares[i]);
                NEAR(found.quantiles[i], quantile, std::fabs(quantile) / 128);
            }
        }
    }

    void equalNumbersAreThemselves()
    {
        const Statistics found = statisticsOf(DType::Float64, std::vector<double>(10'000, 0.1));
        QCOMPARE(found.mean, 0.1);
        QCOMPARE(found.std, 0.0);
        QCOMPARE(found.histogram.counts, std::vector<qint64>{10'000});
        const Statistics one = statisticsOf(DType::Float32, std::vector<float>{3});
        QCOMPARE(one.mean, 3.0);
        QVERIFY(std::isnan(one.std)); // as torch
        QCOMPARE(one.quantiles.front(), 3.0);
    }

    void zerosHaveOneBin()
    {
        const Statistics found = statisticsOf(DType::Float32, std::vector<float>{0, -0.0F, 0});
        QCOMPARE(found.zeros, 3);
        QCOMPARE(found.histogram.edges, (std::vector<double>{0, 1}));
        QCOMPARE(found.histogram.counts, std::vector<qint64>{3});
    }

    /// Infinities count for the order alone, NaN for nothing.
    void oddNumbers()
    {
        const auto inf = float(infinity);
        const Statistics found = statisticsOf(
            DType::Float32, std::vector<float>{1, float(notANumber), 3, -inf, float(notANumber), inf, inf, 0});
        QCOMPARE(found.nan, 2);
        QCOMPARE(found.inf, 3);
        QCOMPARE(found.firstNan, std::optional<qint64>(1));
        QCOMPARE(found.firstInf, std::optional<qint64>(3));
        QCOMPARE(double(found.min), -infinity);
        QCOMPARE(double(found.max), infinity);
        QCOMPARE(found.mean, 4.0 / 3);
        QCOMPARE(found.l1, 4.0);
        QCOMPARE(found.quantiles[4], 2.0); // of −∞ 0 1 3 ∞ ∞
        QCOMPARE(found.quantiles[0], -infinity);

        const Statistics none = statisticsOf(DType::Float32, std::vector<float>(3000, float(notANumber)));
        QCOMPARE(none.nan, 3000);
        QVERIFY(std::isnan(none.min) && std::isnan(none.max) && std::isnan(none.mean) && std::isnan(none.quantiles[4]));
        QCOMPARE(none.l2, 0.0);
        QVERIFY(none.histogram.edges.empty());
    }

    void firstPositions_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<quint32>("nanBits");
        QTest::addColumn<quint32>("infBits");
        QTest::addRow("float32") << int(DType::Float32) << 0x7FC00000U << 0xFF800000U;
        QTest::addRow("float16") << int(DType::Float16) << 0x7E00U << 0x7C00U;
        QTest::addRow("float8_e5m2") << int(DType::Float8E5M2) << 0x7FU << 0x7CU;
    }

    void firstPositions()
    {
        QFETCH(const int, dtype);
        QFETCH(const quint32, nanBits);
        QFETCH(const quint32, infBits);
        const auto size = std::size_t(byteSize(DType(dtype)));
        Bytes bytes(size * 5'000'000);
        const auto put = [&](std::size_t element, quint32 bits) { std::memcpy(&bytes[element * size], &bits, size); };
        put(4'500'000, infBits);
        put(4'700'000, nanBits);
        put(4'600'000, nanBits);
        const Statistics found = tallyOf(DType(dtype), bytes).statistics();
        QCOMPARE(found.firstInf, std::optional<qint64>(4'500'000));
        QCOMPARE(found.firstNan, std::optional<qint64>(4'600'000));
        QCOMPARE(found.nan, 2);
    }

    /// min and max of integers that no double holds.
    void longIntegers()
    {
        const qint64 low = std::numeric_limits<qint64>::min(), high = std::numeric_limits<qint64>::max();
        const Statistics found = statisticsOf(DType::Int64, std::vector<qint64>{high, low + 1, 0, 5});
        QVERIFY(found.min == static_cast<long double>(low + 1));
        QVERIFY(found.max == static_cast<long double>(high));
        QCOMPARE(found.zeros, 1);
        const Statistics positive = statisticsOf(DType::UInt64, std::vector<quint64>{~quint64(0), ~quint64(1)});
        QVERIFY(positive.max == static_cast<long double>(~quint64(0)));
    }

    /// Squares that fit no double.
    void largeDoubles()
    {
        const Statistics found = statisticsOf(DType::Float64, std::vector<double>{3e200, -4e200});
        NEAR(found.l2, 5e200L, 1e186L);
        const Statistics small = statisticsOf(DType::Float64, std::vector<double>{3e-200, -4e-200});
        NEAR(small.l2, 5e-200L, 1e-213L);
    }

    void complexNumbersByMagnitude()
    {
        const Statistics found = statisticsOf(
            DType::Complex64, std::vector<float>{3, 4, 0, 0, float(infinity), float(notANumber), 0, float(-infinity)});
        QCOMPARE(found.count, 4);
        QCOMPARE(double(found.min), 0.0);
        QCOMPARE(double(found.max), infinity);
        QCOMPARE(found.nan, 1);
        QCOMPARE(found.inf, 1);
        QCOMPARE(found.zeros, 1);
        QCOMPARE(found.l2, 5.0);
        QCOMPARE(found.firstNan, std::optional<qint64>(2));
    }

    /// Tallies of parts, in any order, give the histogram and the distribution of the whole exactly.
    void mergesAnyParts()
    {
        std::mt19937 random(5);
        for (int round = 0; round < 50; ++round) {
            std::vector<float> numbers(random() % 9000);
            std::normal_distribution<float> normal(0, std::pow(10.0F, float(int(random() % 9)) - 4));
            for (float &number : numbers)
                number = random() % 20 == 0 ? 0 : normal(random);
            if (round % 5 == 0)
                std::fill(numbers.begin(), numbers.begin() + std::ptrdiff_t(numbers.size() / 2), 0.0F);
            const Tally whole = tallyOf(DType::Float32, bytesOf(numbers));
            std::vector<Tally> parts;
            for (std::size_t first = 0; first < numbers.size();) {
                const std::size_t some = std::min(numbers.size() - first, std::size_t(1 + random() % 4000));
                parts.push_back(tallyOf(DType::Float32,
                                        bytesOf(std::vector<float>(numbers.begin() + std::ptrdiff_t(first),
                                                                   numbers.begin() + std::ptrdiff_t(first + some)))));
                first += some;
            }
            std::shuffle(parts.begin(), parts.end(), random);
            Tally merged;
            for (const Tally &part : parts)
                merged.merge(part);
            QCOMPARE(merged.finite(), whole.finite());
            QCOMPARE(merged.zeros, whole.zeros);
            QCOMPARE(merged.histogram.histogram().edges, whole.histogram.histogram().edges);
            QCOMPARE(merged.histogram.histogram().counts, whole.histogram.histogram().counts);
            NEAR(merged.moments.sumSquares, whole.moments.sumSquares, whole.moments.sumSquares * 1e-13L);
            NEAR(merged.moments.aside, whole.moments.aside, whole.moments.aside * 1e-12L);
        }
    }

    /// Small tallies keep every number when they are merged.
    void smallGroupsAreExact()
    {
        Tally group;
        std::vector<double> all;
        for (int i = 0; i < 40; ++i) {
            const std::vector<double> numbers{i * 0.1, -i * 0.3, 7.0 / (i + 1)};
            all.insert(all.end(), numbers.begin(), numbers.end());
            group.merge(tallyOf(DType::Float64, bytesOf(numbers)));
        }
        const Statistics found = group.statistics();
        QVERIFY(found.areQuantilesExact);
        const Reference wanted({all.begin(), all.end()});
        for (std::size_t i = 0; i < quantileShares.size(); ++i)
            QCOMPARE(found.quantiles[i], wanted.quantile(quantileShares[i]));
    }

    void stops()
    {
        Tallier tallier;
        const std::atomic<bool> stop = true;
        const auto read = [](qint64, std::span<std::byte>) { return Result<void>(); };
        const auto stopped = tallier.tally(DType::Float32, {0, 5000, true}, read, stop);
        QVERIFY(!stopped && stopped.error().kind == Error::Kind::Cancelled);
        // What was counted before does not show in the next.
        QCOMPARE(tallyOf(tallier, DType::Float32, bytesOf(std::vector<float>(5000, 1)), {0, 5000, true})->finite(),
                 5000);
    }
};

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
