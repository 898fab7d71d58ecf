// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/program.h"
#include "tests/support/testfile.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QTest>

#include <limits>

using namespace Qt::StringLiterals;

namespace {
QByteArray floats(const QList<float> &numbers)
{
    return QByteArray(reinterpret_cast<const char *>(numbers.data()), numbers.size() * qsizetype(sizeof(float)));
}
}

/// The verbs that look at values, from outside: JSON fields, words, exit codes.
class TestLooks final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_dir.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    Run run(const QString &line) const { return runProgram(m_dir.path(), line); }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
        write(u"a.safetensors"_s,
              safetensorsBytes(R"({"a.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},)"
                               R"("a.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]},)"
                               R"("steps": {"dtype": "I64", "shape": [], "data_offsets": [32, 40]},)"
                               R"("none": {"dtype": "F32", "shape": [0, 4], "data_offsets": [40, 40]}})",
                               floats({1, nan, -inf, 2, 3, 0}) + floats({1, 2})
                                   + QByteArray::fromHex("ffffffffffffff7f")));
        write(u"b.safetensors"_s,
              safetensorsBytes(R"({"a.bias": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},)"
                               R"("a.weight": {"dtype": "F32", "shape": [3, 2], "data_offsets": [8, 32]},)"
                               R"("step": {"dtype": "I64", "shape": [], "data_offsets": [32, 40]}})",
                               floats({1, 2.5}) + QByteArray(24, 0) + QByteArray::fromHex("ffffffffffffff7f")));
    }

    void statsAsJson()
    {
        const Run looked = run(u"stats @a.safetensors --json"_s);
        QVERIFY2(looked.code == 0, qPrintable(looked.err));
        const QJsonArray tensors = looked.json()[u"tensors"_s].toArray();
        QCOMPARE(tensors.size(), 4);
        const QJsonObject weight = tensors[0].toObject();
        for (const QString &field : {u"name"_s, u"min"_s, u"max"_s, u"mean"_s, u"std"_s, u"l1"_s, u"l2"_s, u"zeros"_s,
                                     u"nan"_s, u"inf"_s, u"quantiles"_s, u"histogram"_s})
            QVERIFY2(weight.contains(field), qPrintable(field));
        QCOMPARE(weight[u"name"_s].toString(), u"a.weight"_s);
        QCOMPARE(weight[u"min"_s].toString(), u"-Infinity"_s);
        QCOMPARE(weight[u"max"_s].toDouble(), 3.0);
        QCOMPARE(weight[u"mean"_s].toDouble(), 1.5);
        QCOMPARE(weight[u"l1"_s].toDouble(), 6.0);
        QCOMPARE(weight[u"zeros"_s].toInt(), 1);
        QCOMPARE(weight[u"nan"_s].toInt(), 1);
        QCOMPARE(weight[u"inf"_s].toInt(), 1);
        QCOMPARE(weight[u"first_nan"_s].toArray(), (QJsonArray{0, 1}));
        QCOMPARE(weight[u"first_inf"_s].toArray(), (QJsonArray{0, 2}));
        QCOMPARE(weight[u"quantiles"_s][u"0.5"_s].toDouble(), 1.0);
        QCOMPARE(weight[u"histogram"_s][u"edges"_s].toArray(), (QJsonArray{0, 2, 4}));
        QCOMPARE(weight[u"histogram"_s][u"counts"_s].toArray(), (QJsonArray{2, 2}));
        QVERIFY(looked.out.contains(u"\"max\": 9223372036854775807,"_s)); // exact
        QCOMPARE(tensors[3][u"min"_s].toString(), u"NaN"_s);
        QCOMPARE(tensors[3][u"l2"_s].toDouble(-1), 0.0);
        QCOMPARE(looked.json()[u"total"_s][u"count"_s].toInt(), 9);
        QCOMPARE(looked.json()[u"device"_s].toString(), u"cpu"_s);
    }

    void statsInWords()
    {
        const Run looked = run(u"stats @a.safetensors --filter a.* --device cuda"_s);
        QCOMPARE(looked.code, 0);
        QVERIFY(looked.out.contains(u"1 NaN, the first at [0, 1]; 1 infinite, the first at [0, 2]"_s));
        QVERIFY(looked.out.contains(u"all 2 together"_s));
        QVERIFY(!looked.out.contains(u"steps"_s));
        QVERIFY(looked.err.contains(u"Statistics are computed on the processor, whatever --device says."_s));
        QCOMPARE(run(u"stats @a.safetensors --device cpu"_s).err, QString());
        QCOMPARE(run(u"stats @a.safetensors --filter x* --json"_s).json()[u"tensors"_s].toArray(), QJsonArray());
    }

    void compareAsJson()
    {
        const Run same = run(u"compare @a.safetensors @a.safetensors --values --json"_s);
        QCOMPARE(same.code, 0);
        QCOMPARE(same.json()[u"identical"_s].toBool(), true);
        QCOMPARE(same.json()[u"equal"_s].toInt(), 4);
        const Run other = run(u"compare @a.safetensors @b.safetensors --values --json"_s);
        QCOMPARE(other.code, 1);
        const QJsonObject found = other.json();
        QCOMPARE(found[u"identical"_s].toBool(true), false);
        QCOMPARE(found[u"only_a"_s].toArray(), (QJsonArray{u"steps"_s, u"none"_s}));
        QCOMPARE(found[u"only_b"_s].toArray(), (QJsonArray{u"step"_s}));
        QCOMPARE(found[u"moved"_s].toArray(), (QJsonArray{QJsonObject{{u"a"_s, u"steps"_s}, {u"b"_s, u"step"_s}}}));
        QCOMPARE(found[u"shape_differs"_s][0][u"name"_s].toString(), u"a.weight"_s);
        QCOMPARE(found[u"dtype_differs"_s].toArray(), QJsonArray());
        QCOMPARE(found[u"equal"_s].toInt(-1), 0);
        const QJsonObject bias = found[u"value_differs"_s][0].toObject();
        QCOMPARE(bias[u"name"_s].toString(), u"a.bias"_s);
        QCOMPARE(bias[u"max_abs"_s].toDouble(), 0.5);
        QCOMPARE(bias[u"mean_abs"_s].toDouble(), 0.25);
        QCOMPARE(bias[u"equal_fraction"_s].toDouble(), 0.5);
        QVERIFY(bias[u"cosine"_s].toDouble() > 0.9);
        QVERIFY(run(u"compare @a.safetensors @b.safetensors --json"_s)
                    .json()[u"value_differs"_s][0][u"max_abs"_s]
                    .isNull());
    }

    /// Under a recipe, and across formats.
    void comparesWhatARecipeMakes()
    {
        const QString step = u" --step \"rename: {exact: a.bias, to: b}\""_s;
        QCOMPARE(run(u"convert @a.safetensors -o @c.pt"_s + step).code, 0);
        QCOMPARE(run(u"compare @a.safetensors @c.pt"_s).code, 1);
        const Run same = run(u"compare @a.safetensors @c.pt"_s + step);
        QCOMPARE(same.code, 0);
        QVERIFY(same.out.contains(u"identical: 4 tensors, bit for bit"_s));
        const Run moved = run(u"compare @a.safetensors @c.pt"_s);
        QVERIFY2(moved.out.contains(u"a.bias → b"_s), qPrintable(moved.out));
    }

    void exitCodes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::addRow("no file") << u"stats @nothing.pt"_s << 3 << u"nothing.pt"_s;
        QTest::addRow("no root") << u"stats @a.safetensors::model"_s << 3 << u"model"_s;
        QTest::addRow("no device") << u"stats @a.safetensors --device gpu"_s << 2 << u"gpu"_s;
        QTest::addRow("no B") << u"compare @a.safetensors"_s << 2 << u"B"_s;
        QTest::addRow("B is missing") << u"compare @a.safetensors @nothing.pt"_s << 3 << u"nothing.pt"_s;
        QTest::addRow("wrong step") << u"compare @a.safetensors @b.safetensors --step \"add-prefx: a.\""_s << 5
                                    << u"add-prefix"_s;
    }

    void exitCodes()
    {
        QFETCH(const QString, line);
        QFETCH(const int, code);
        QFETCH(const QString, says);
        const Run result = run(line);
        QVERIFY2(result.code == code, qPrintable(u"%1: %2%3"_s.arg(result.code).arg(result.out, result.err)));
        QVERIFY2(result.err.contains(says), qPrintable(result.err));
    }

    /// A tensor that lies in a damaged part of the file is told by name, the others are looked at.
    void damaged()
    {
        QFile file(QStringLiteral(TEST_DATA "/torch/2.11.0-state.pt"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray bytes = file.readAll();
        QCOMPARE(bytes.count("state/data/0"), 2);
        bytes.replace("state/data/0", "state/data/x"); // the first storage is not there
        write(u"damaged.pt"_s, bytes);
        const Run looked = run(u"stats @damaged.pt --json"_s);
        QCOMPARE(looked.code, 4);
        const QJsonArray tensors = looked.json()[u"tensors"_s].toArray();
        QVERIFY(tensors.size() > 1);
        QVERIFY(tensors[0][u"min"_s].isNull());
        QVERIFY(tensors[0][u"problem"_s].toString().contains(tensors[0][u"name"_s].toString()));
        for (qsizetype i = 1; i < tensors.size(); ++i)
            QVERIFY(!tensors[i].toObject().contains(u"problem"_s));
        QVERIFY2(looked.err.contains(u"tensors could not be looked at. The first: "_s), qPrintable(looked.err));
        QCOMPARE(run(u"stats @damaged.pt --filter *.bias"_s).code, 0);
        QCOMPARE(run(u"compare @damaged.pt @damaged.pt"_s).code, 4);
        const QString whole = QFileInfo(file).absoluteFilePath();
        const Run compared = run(u"compare @damaged.pt %1 --json"_s.arg(whole));
        QCOMPARE(compared.code, 4);
        QCOMPARE(compared.json()[u"identical"_s].toBool(true), false);
        QCOMPARE(compared.json()[u"unreadable"_s].toArray().size(), 1);
        QCOMPARE(compared.json()[u"equal"_s].toInt(), tensors.size() - 1);

        write(u"cut.safetensors"_s, QByteArray());
        QCOMPARE(run(u"stats @cut.safetensors"_s).code, 4);
    }
};

QTEST_GUILESS_MAIN(TestLooks)
#include "tst_looks.moc"
