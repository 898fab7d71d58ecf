// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Values that come from no source, against LibTorch's own.
#include <ATen/ATen.h> // before ours: names of its own namespaces would meet ours
#include <ATen/CPUGeneratorImpl.h>

#include "model/numeric/evaluator.h"
#include "tests/support/checkpointbuilder.h"
#include "tests/support/plantext.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
at::Tensor randn(const SizeList &sizes, qint64 seed)
{
    at::Generator generator = at::detail::createCPUGenerator();
    generator.set_current_seed(quint64(seed));
    return at::randn(at::DimVector(sizes.begin(), sizes.end()), generator, at::kFloat);
}

QByteArray bytesOf(const at::Tensor &tensor)
{
    return {static_cast<const char *>(tensor.const_data_ptr()), qsizetype(tensor.nbytes())};
}
}

class TestFills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto evaluator = loadEvaluator({DeviceChoice::Kind::Cpu, 0});
        QVERIFY2(bool(evaluator), evaluator ? "" : qPrintable(evaluator.error().message));
        m_evaluator = *evaluator;
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void normals_data()
    {
        QTest::addColumn<SizeList>("sizes");
        QTest::addColumn<qint64>("seed");
        for (const qint64 count : {0, 1, 2, 15, 16, 17, 31, 32, 100, 1000})
            QTest::addRow("%lld", count) << SizeList{count} << count * 7;
        QTest::addRow("scalar") << SizeList() << qint64(1);
        QTest::addRow("matrix") << SizeList{33, 7} << std::numeric_limits<qint64>::max();
        QTest::addRow("large seed") << SizeList{40} << (qint64(1) << 33) + 5;
    }

    /// What torch.manual_seed and torch.randn give, in blocks of any length.
    void normals()
    {
        QFETCH(const SizeList, sizes);
        QFETCH(const qint64, seed);
        const Shape shape(sizes);
        Arrangement numbers;
        numbers.number = 0.02;
        numbers.seed = quint64(seed);
        const Expression normal{Expression::Kind::Normal, DType::Float32, {}, 0, 0, &shape, nullptr, &numbers};
        const QByteArray expected = bytesOf(randn(sizes, seed) * 0.02);
        const qint64 count = expected.size() / 4;
        for (const qint64 block : {qint64(1), qint64(7), qint64(16), qint64(50), std::max<qint64>(count, 1)}) {
            QByteArray out;
            for (qint64 first = 0; first < count; first += block)
                out += evaluated(normal, first, std::min(block, count - first));
            QVERIFY2(out == expected, qPrintable(QString::number(block)));
        }
    }

    /// Blocks far apart, out of their order, behind more numbers than are drawn at once.
    void longNormals()
    {
        const SizeList sizes{9'000'009};
        const Shape shape(sizes);
        const at::Tensor expected = randn(sizes, 11);
        Arrangement numbers;
        numbers.number = 1;
        numbers.seed = 11;
        const Expression normal{Expression::Kind::Normal, DType::Float32, {}, 0, 0, &shape, nullptr, &numbers};
        const QByteArray all = bytesOf(expected);
        for (const qint64 first : {8'999'900, 0, 4'194'300, 8'388'600, 123, 8'999'993, 9'000'008}) {
            const qint64 count = std::min<qint64>(1000, sizes[0] - first);
            const QByteArray out = evaluated(normal, first, count);
            QVERIFY2(out == all.mid(first * 4, count * 4), qPrintable(QString::number(first)));
        }
    }

    void created_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<QString>("value");

        const auto add = [](const char *step, const at::Tensor &tensor, const char *value) {
            QTest::addRow("%s", step) << QString::fromLatin1(step) << bytesOf(tensor) << QString::fromLatin1(value);
        };
        add("create: {name: b, shape: [3], fill: ones, dtype: bool}", at::ones({3}, at::kBool), "1");
        add("create: {name: b, shape: [3], fill: ones, dtype: complex64}", at::ones({3}, at::kComplexFloat), "1");
        add("create: {name: b, shape: [2, 2], fill: 0.1}", at::full({4}, 0.1, at::kFloat), "0.1");
        add("create: {name: b, shape: [3], fill: 0.1, dtype: float16}", at::full({3}, 0.1, at::kHalf), "0.1");
        add("create: {name: b, shape: [3], fill: -1.7, dtype: float8_e4m3fn}",
            at::full({3}, -1.7, at::kDouble).to(at::kFloat8_e4m3fn), "-1.7");
        add("create: {name: b, shape: [2], fill: 9007199254740992, dtype: int64}",
            at::full({2}, int64_t(9007199254740992), at::kLong), "9.0072e+15");
        add("create: {name: b, shape: [2], fill: -128, dtype: int8}", at::full({2}, -128, at::kChar), "-128");
        add("create: {name: b, shape: [2], fill: 0, dtype: int8}", at::zeros({2}, at::kChar), "0");
        add("create: {name: b, shape: [20], fill: {normal: 0.5, seed: 3}, dtype: bfloat16}",
            (randn({20}, 3) * 0.5).to(at::kBFloat16), "cast(normal)");
    }

    void created()
    {
        QFETCH(const QString, step);
        QFETCH(const QByteArray, expected);
        QFETCH(const QString, value);
        const Result<Recipe> recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - " + step.toStdString(), {});
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        Progress progress;
        const auto plan = ::plan({checkpointFrom({u"a float32 1"_s}), {}, *recipe, {}}, progress);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const Expression &made = *plan->table->rows[1].value;
        QCOMPARE(valueText(*plan, made), value);
        QCOMPARE(evaluated(made, 0, elements(made)), expected);
    }

private:
    /// Some elements; an error gives nothing.
    QByteArray evaluated(const Expression &value, qint64 first, qint64 count) const
    {
        QByteArray out(count * byteSize(value.dtype), 'x');
        const auto bytes = std::as_writable_bytes(std::span(out.data(), std::size_t(out.size())));
        const auto done = m_evaluator->evaluate(value, {}, first, bytes, nullptr);
        if (!done)
            qWarning("%s", qPrintable(done.error().message));
        return done ? out : QByteArray();
    }

    std::shared_ptr<Evaluator> m_evaluator;
};

QTEST_GUILESS_MAIN(TestFills)
#include "tst_fills.moc"
