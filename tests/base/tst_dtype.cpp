// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/dtype.h"
#include "model/base/shape.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}
}

class TestDType : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void table_data();
    void table();
    void aliases_data();
    void aliases();
    void unknownWords();
    void namesLeadBack();
    void countsElements_data();
    void countsElements();
    void stridesAreDense_data();
    void stridesAreDense();
    void shapeTexts();
};

void TestDType::table_data()
{
    QTest::addColumn<QString>("row"); // bytes, safetensors code, storage class
    const auto row = [](const char *word, const QString &expected) { QTest::addRow("%s", word) << expected; };
    row("float64", u"8 F64 Double"_s);
    row("float32", u"4 F32 Float"_s);
    row("float16", u"2 F16 Half"_s);
    row("bfloat16", u"2 BF16 BFloat16"_s);
    row("float8_e4m3fn", u"1 F8_E4M3 "_s);
    row("float8_e5m2", u"1 F8_E5M2 "_s);
    row("float8_e8m0fnu", u"1 F8_E8M0 "_s);
    row("float4_e2m1fn_x2", u"1 F4 "_s);
    row("complex128", u"16  ComplexDouble"_s);
    row("complex64", u"8 C64 ComplexFloat"_s);
    row("complex32", u"4  "_s);
    row("int64", u"8 I64 Long"_s);
    row("int8", u"1 I8 Char"_s);
    row("uint64", u"8 U64 "_s);
    row("uint8", u"1 U8 Byte"_s);
    row("bool", u"1 BOOL Bool"_s);
    row("qint32", u"4  QInt32"_s);
    row("quint2x4", u"1  QUInt2x4"_s);
    row("bits16", u"2  "_s);
}

void TestDType::table()
{
    QFETCH(const QString, row);
    const DTypeInfo &found = info(dtypeFromWord(QTest::currentDataTag()));
    QCOMPARE(u"%1 %2 %3"_s.arg(found.bytes).arg(text(found.safetensors), text(found.storage)), row);
}

void TestDType::aliases_data()
{
    QTest::addColumn<QString>("word");
    QTest::addRow("half") << u"float16"_s;
    QTest::addRow("float") << u"float32"_s;
    QTest::addRow("double") << u"float64"_s;
    QTest::addRow("short") << u"int16"_s;
    QTest::addRow("int") << u"int32"_s;
    QTest::addRow("long") << u"int64"_s;
    QTest::addRow("cfloat") << u"complex64"_s;
    QTest::addRow("cdouble") << u"complex128"_s;
    QTest::addRow("chalf") << u"complex32"_s;
}

void TestDType::aliases()
{
    QFETCH(const QString, word);
    QCOMPARE(text(::word(dtypeFromWord(QTest::currentDataTag()))), word);
}

void TestDType::unknownWords()
{
    for (const char *word : {"", "unknown", "Float32", "float33", "torch.float32"})
        QCOMPARE(dtypeFromWord(word), DType::Unknown);
    QCOMPARE(dtypeFromSafetensors("f32"), DType::Unknown);
    QCOMPARE(dtypeFromSafetensors(""), DType::Unknown);
    QCOMPARE(dtypeFromStorage("Untyped"), DType::Unknown);
    QCOMPARE(dtypeFromStorage(""), DType::Unknown);
    QCOMPARE(byteSize(DType::Unknown), 0);
}

void TestDType::namesLeadBack()
{
    for (int i = 1; i <= int(DType::Bits4x2); ++i) {
        const DTypeInfo &row = info(DType(i));
        QCOMPARE(dtypeFromWord(row.word), row.dtype);
        QVERIFY(row.bytes > 0);
        if (!row.safetensors.empty())
            QCOMPARE(dtypeFromSafetensors(row.safetensors), row.dtype);
        if (!row.storage.empty())
            QCOMPARE(dtypeFromStorage(row.storage), row.dtype);
        QCOMPARE(isFloating(row.dtype), text(row.word).contains(u"float"_s));
    }
}

void TestDType::countsElements_data()
{
    QTest::addColumn<QList<qint64>>("shape");
    QTest::addColumn<QString>("count");
    using List = QList<qint64>;
    QTest::addRow("scalar") << List{} << u"1"_s;
    QTest::addRow("matrix") << List{3, 4} << u"12"_s;
    QTest::addRow("empty") << List{3, 0} << u"0"_s;
    QTest::addRow("largest") << List{9223372036854775807} << u"9223372036854775807"_s;
    QTest::addRow("overflow") << List{4294967296, 2147483648} << u"none"_s;
    QTest::addRow("overflow before zero") << List{4294967296, 4294967296, 0} << u"none"_s;
    QTest::addRow("zero before overflow") << List{0, 4294967296, 4294967296} << u"0"_s;
}

void TestDType::countsElements()
{
    QFETCH(const QList<qint64>, shape);
    QFETCH(const QString, count);
    const auto got = elementCount(Shape(shape.begin(), shape.end()));
    QCOMPARE(got ? QString::number(*got) : u"none"_s, count);
}

void TestDType::stridesAreDense_data()
{
    QTest::addColumn<QList<qint64>>("shape");
    QTest::addColumn<QString>("strides");
    using List = QList<qint64>;
    QTest::addRow("scalar") << List{} << u"[]"_s;
    QTest::addRow("vector") << List{5} << u"[1]"_s;
    QTest::addRow("rank 4") << List{2, 3, 4, 5} << u"[60, 20, 5, 1]"_s;
}

void TestDType::stridesAreDense()
{
    QFETCH(const QList<qint64>, shape);
    QFETCH(const QString, strides);
    QCOMPARE(QString::fromStdString(shapeList(contiguousStrides(Shape(shape.begin(), shape.end())))), strides);
}

void TestDType::shapeTexts()
{
    QCOMPARE(shapeText({96, 3, 4, 4}), u"96 × 3 × 4 × 4"_s);
    QCOMPARE(shapeText({0}), u"0"_s);
    QCOMPARE(shapeText({}), u"scalar"_s);
    QCOMPARE(shapeList({96, 3}), "[96, 3]");
    QCOMPARE(shapeList({}), "[]");
}

QTEST_GUILESS_MAIN(TestDType)
#include "tst_dtype.moc"
