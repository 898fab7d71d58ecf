// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Casts against what torch itself gives, for every pair of its dtypes (tests/data/numeric/make_cast.py).
#include "model/numeric/evaluator.h"

#include <QFile>
#include <QTest>

#include <cstring>

using namespace Qt::StringLiterals;

namespace {

/// One line of cast.txt.
struct Case
{
    DType from = DType::Unknown;
    DType to = DType::Unknown;
    qint64 overflowed = 0;
    QByteArray values;
    QByteArray converted;
    QByteArray clamped;
};

Case parseCase(const QByteArray &line)
{
    const QList<QByteArray> words = line.split(' ');
    return {
        dtypeFromWord(words[0].toStdString()), dtypeFromWord(words[1].toStdString()), words[2].toLongLong(),
        QByteArray::fromHex(words[3]),         QByteArray::fromHex(words[4]),         QByteArray::fromHex(words[5])};
}

/// Hexadecimal, with every NaN of bfloat16 written alike: which of them torch makes depends on whether the value lies
/// in its vector loop or behind it.
QByteArray text(QByteArray bytes, DType dtype)
{
    for (qsizetype i = 0; dtype == DType::BFloat16 && i < bytes.size(); i += 2) {
        quint16 value = 0;
        std::memcpy(&value, bytes.constData() + i, 2);
        if ((value & 0x7fff) > 0x7f80)
            bytes.replace(i, 2, "\xc0\x7f", 2);
    }
    return bytes.toHex();
}

/// What evaluate() gave.
struct Outcome
{
    QString error;
    QByteArray bytes;
    qint64 overflowed = 0;
};

ReadSource reader(const QByteArray &values, DType dtype)
{
    return [&values, dtype](TensorIndex, qint64 first, std::span<std::byte> out) -> Result<void> {
        std::memcpy(out.data(), values.constData() + first * byteSize(dtype), out.size());
        return {};
    };
}
}

class TestCast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto evaluator = loadEvaluator({DeviceChoice::Kind::Cpu, 0});
        QVERIFY2(bool(evaluator), evaluator ? "" : qPrintable(evaluator.error().message));
        m_evaluator = *evaluator;
        QCOMPARE(m_evaluator->device(), u"cpu"_s);
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void equalsTorch_data()
    {
        QTest::addColumn<QByteArray>("line");
        QFile file(QStringLiteral(TEST_DATA) + u"/numeric/cast.txt"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        while (!file.atEnd()) {
            const QByteArray line = file.readLine().trimmed();
            if (line.startsWith('#'))
                continue;
            const QList<QByteArray> words = line.split(' ');
            QTest::addRow("%s to %s", words[0].constData(), words[1].constData()) << line;
        }
    }

    void equalsTorch()
    {
        QFETCH(const QByteArray, line);
        const Case expected = parseCase(line);

        const Outcome plain = cast(expected, Expression::Overflow::Infinity);
        QCOMPARE(plain.error, QString());
        QCOMPARE(text(plain.bytes, expected.to), text(expected.converted, expected.to));
        QCOMPARE(plain.overflowed, expected.overflowed);

        const Outcome clamped = cast(expected, Expression::Overflow::Clamp);
        QCOMPARE(clamped.error, QString());
        QCOMPARE(text(clamped.bytes, expected.to), text(expected.clamped, expected.to));
        QCOMPARE(clamped.overflowed, expected.overflowed);

        const QString refusal = expected.overflowed == 0
            ? QString()
            : u"%1 of its values from element 0 on do not fit %2, and the cast says “overflow: error”."_s
                  .arg(expected.overflowed)
                  .arg(QLatin1StringView(word(expected.to)));
        QCOMPARE(cast(expected, Expression::Overflow::Error).error, refusal);
    }

    void blocksJoinToTheWhole()
    {
        const Case expected = anyCase("float64 bfloat16 ");
        const Shape shape{expected.values.size() / 8};
        const Expression source{Expression::Kind::Source, DType::Float64, {}, 0, 0, &shape, nullptr};
        const Expression cast{Expression::Kind::Cast, DType::BFloat16, {}, 0, 0, &shape, &source};
        // Odd addresses: blocks of small tensors are gathered one behind the other.
        QByteArray memory(expected.converted.size() + 1, '\0');
        const auto out = std::as_writable_bytes(std::span(memory.data(), std::size_t(memory.size()))).subspan(1);
        qint64 overflowed = 0;
        for (qint64 first = 0; first < shape[0]; first += 7) {
            const qint64 elements = std::min<qint64>(7, shape[0] - first);
            const auto done =
                m_evaluator->evaluate(cast, reader(expected.values, DType::Float64), first,
                                      out.subspan(std::size_t(first) * 2, std::size_t(elements) * 2), &overflowed);
            QVERIFY2(bool(done), qPrintable(done.error().message));
        }
        QCOMPARE(text(memory.mid(1), expected.to), text(expected.converted, expected.to));
        QCOMPARE(overflowed, expected.overflowed);
    }

    void castsOfCasts()
    {
        const float values[] = {1.00390625F, 3.14159274F, -70000.0F};
        const QByteArray bytes(reinterpret_cast<const char *>(values), sizeof values);
        const Shape shape{3};
        const Expression source{Expression::Kind::Source, DType::Float32, {}, 0, 0, &shape, nullptr};
        const Expression narrow{Expression::Kind::Cast, DType::BFloat16, {}, 0, 0, &shape, &source};
        const Expression wide{Expression::Kind::Cast, DType::Float32, {}, 0, 0, &shape, &narrow};
        float out[3] = {};
        const auto done = m_evaluator->evaluate(wide, reader(bytes, DType::Float32), 0,
                                                std::as_writable_bytes(std::span(out)), nullptr);
        QVERIFY(bool(done));
        QCOMPARE(out[0], 1.0F);
        QCOMPARE(out[1], 3.140625F);
        QCOMPARE(out[2], -70144.0F);
    }

    void zeros()
    {
        const Shape shape{2};
        const Expression zeros{Expression::Kind::Zeros, DType::Float16, {}, 0, 0, &shape, nullptr};
        QByteArray out(4, 'x');
        const auto done =
            m_evaluator->evaluate(zeros, {}, 0, std::as_writable_bytes(std::span(out.data(), 4)), nullptr);
        QVERIFY(bool(done));
        QCOMPARE(out, QByteArray(4, '\0'));
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");

        QTest::addRow("packed floats") << u"float32"_s << u"float4_e2m1fn_x2"_s;
        QTest::addRow("from packed floats") << u"float4_e2m1fn_x2"_s << u"float32"_s;
        QTest::addRow("quantized") << u"qint8"_s << u"float32"_s;
        QTest::addRow("bits") << u"float32"_s << u"bits8"_s;
    }

    void refusals()
    {
        QFETCH(const QString, from);
        QFETCH(const QString, to);
        Case wrong;
        wrong.from = dtypeFromWord(from.toStdString());
        wrong.to = dtypeFromWord(to.toStdString());
        wrong.values = QByteArray(8, '\0');
        wrong.converted = QByteArray(8 / byteSize(wrong.from) * byteSize(wrong.to), '\0');
        const Outcome outcome = cast(wrong, Expression::Overflow::Infinity);
        const QString beginning = u"LibTorch %1 cannot convert %2 to %3: "_s.arg(m_evaluator->version(), from, to);
        QVERIFY2(outcome.error.startsWith(beginning), qPrintable(outcome.error));
    }

    void errorsOfTheSourcePassThrough()
    {
        const Shape shape{1};
        const Expression source{Expression::Kind::Source, DType::Float32, {}, 0, 0, &shape, nullptr};
        const Expression cast{Expression::Kind::Cast, DType::Float16, {}, 0, 0, &shape, &source};
        const ReadSource broken = [](TensorIndex, qint64, std::span<std::byte>) -> Result<void> {
            return Error{Error::Kind::Unreadable, u"The file ends here."_s};
        };
        std::byte out[2] = {};
        const auto done = m_evaluator->evaluate(cast, broken, 0, out, nullptr);
        QVERIFY(!done);
        QCOMPARE(done.error().kind, Error::Kind::Unreadable);
        QCOMPARE(done.error().message, u"The file ends here."_s);
    }

private:
    Outcome cast(const Case &the, Expression::Overflow overflow) const
    {
        const Shape shape{the.values.size() / byteSize(the.from)};
        const Expression source{Expression::Kind::Source, the.from, {}, 0, 0, &shape, nullptr};
        const Expression cast{Expression::Kind::Cast, the.to, overflow, 0, 0, &shape, &source};
        Outcome outcome;
        outcome.bytes.resize(the.converted.size());
        const auto out = std::as_writable_bytes(std::span(outcome.bytes.data(), std::size_t(outcome.bytes.size())));
        const auto done = m_evaluator->evaluate(cast, reader(the.values, the.from), 0, out, &outcome.overflowed);
        if (!done)
            outcome.error = done.error().message;
        return outcome;
    }

    Case anyCase(const QByteArray &beginning) const
    {
        QFile file(QStringLiteral(TEST_DATA) + u"/numeric/cast.txt"_s);
        if (!file.open(QIODevice::ReadOnly))
            return {};
        while (!file.atEnd()) {
            const QByteArray line = file.readLine().trimmed();
            if (line.startsWith(beginning))
                return parseCase(line);
        }
        return {};
    }

    std::shared_ptr<Evaluator> m_evaluator;
};

QTEST_GUILESS_MAIN(TestCast)
#include "tst_cast.moc"
