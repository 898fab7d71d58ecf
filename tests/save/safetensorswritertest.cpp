// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/safetensorswriter.h"
#include "tests/save/layouttext.h"
#include "tests/save/sourcebuilder.h"
#include "tests/save/temporaryfolder.h"

#include <QRegularExpression>
#include <QTest>
#include <QtEndian>

namespace {
using namespace Qt::StringLiterals;

/// JSON written with single quotes, which need no escape here.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

/// The header's JSON, without its padding.
QByteArray headerOf(const QByteArray &file)
{
    const auto bytes = qsizetype(qFromLittleEndian<quint64>(file.constData()));
    return file.mid(8, bytes).trimmed();
}
}

class TestSafetensorsWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void writesEveryByte()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.floats("b", {2}, {1, -2});
        source.view("a", DType::UInt8, {3}, source.storage("\x01\x02\x03"));
        const auto checkpoint = source.build();
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint).copyAll().plan(), {});
        QVERIFY(layout);
        const QByteArray header = json("{'__metadata__':{'format':'pt'},"
                                       "'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                                       "'a':{'dtype':'U8','shape':[3],'data_offsets':[8,11]}}      ");
        QCOMPARE(header.size(), 144);
        QCOMPARE(fileOf(*layout, checkpoint).toHex(' '),
                 QByteArray::fromHex("9000000000000000").append(header).toHex(' ') + " "
                     + "00 00 80 3f 00 00 00 c0 01 02 03");
    }

    void ordersAsTheReference()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const std::array dtypes{DType::Bool,         DType::UInt8,         DType::Int8,    DType::Float8E5M2,
                                DType::Float8E4M3FN, DType::Float8E8M0FNU, DType::Int16,   DType::UInt16,
                                DType::Float16,      DType::BFloat16,      DType::Int32,   DType::UInt32,
                                DType::Float32,      DType::Complex64,     DType::Float64, DType::Int64,
                                DType::UInt64};
        for (const DType dtype : dtypes)
            source.view(word(dtype), dtype, {1}, source.storage(QByteArray(byteSize(dtype), '\0')));
        source.view("layer.10", DType::Float32, {1}, source.storage(QByteArray(4, '\0')));
        source.view("layer.2", DType::Float32, {1}, source.storage(QByteArray(4, '\0')));
        source.view("\xC3\xA4", DType::Float32, {1}, source.storage(QByteArray(4, '\0')));
        const auto checkpoint = source.build();
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint).copyAll().plan(), {});
        QVERIFY(layout);
        const QString header = QString::fromUtf8(headerOf(fileOf(*layout, checkpoint)));
        QStringList names;
        static const QRegularExpression key(u"\"([^\"]+)\":\\{\"dtype\""_s);
        for (auto found = key.globalMatch(header); found.hasNext();)
            names += found.next().captured(1);
        QCOMPARE(
            names.join(u' '),
            u"uint64 int64 float64 complex64 float32 layer.10 layer.2 ä uint32 int32 bfloat16 float16 uint16 int16 "
            "float8_e8m0fnu float8_e4m3fn float8_e5m2 int8 uint8 bool"_s);
    }

    void headers_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<DType>("dtype");
        QTest::addColumn<QByteArray>("entry");

        QTest::addRow("plain") << QByteArray("a.weight") << DType::Int64
                               << json("'a.weight':{'dtype':'I64','shape':[2],'data_offsets':[0,16]}");
        QTest::addRow("escapes")
            << QByteArray("q\"b\\n\nt\tr\rf\fb\be\x1f\x7f") << DType::Int8
            << json("'q\\'b\\\\n\\nt\\tr\\rf\\fb\\be\\u001f\x7f':{'dtype':'I8','shape':[2],'data_offsets':[0,2]}");
        QTest::addRow("umlaut") << QByteArray("\xC3\xA4") << DType::Int8
                                << QByteArray("\"\xC3\xA4\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}");
        QTest::addRow("empty name") << QByteArray("") << DType::Int8
                                    << json("'':{'dtype':'I8','shape':[2],'data_offsets':[0,2]}");
        QTest::addRow("two values in a byte")
            << QByteArray("a") << DType::Float4E2M1FNx2 << json("'a':{'dtype':'F4','shape':[4],'data_offsets':[0,2]}");
    }

    void headers()
    {
        QFETCH(const QByteArray, name);
        QFETCH(const DType, dtype);
        QFETCH(const QByteArray, entry);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.view(name.toStdString(), dtype, {2}, source.storage(QByteArray(2 * byteSize(dtype), '\0')));
        const auto checkpoint = source.build();
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint).copyAll().plan(), {});
        QVERIFY(layout);
        QCOMPARE(headerOf(fileOf(*layout, checkpoint)), json("{'__metadata__':{'format':'pt'},") + entry + '}');
        QCOMPARE(layout->pieces[0].offset % 8, 0);
    }

    void emptyFile()
    {
        const TemporaryFolder folder;
        const auto checkpoint = SourceBuilder(folder.path(u"source"_s)).build();
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint).plan(), {});
        QVERIFY(layout);
        QCOMPARE(headerOf(fileOf(*layout, checkpoint)), json("{'__metadata__':{'format':'pt'}}"));
    }

    void moduleVersionsHaveNoPlace()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const TensorIndex weight = source.floats("bn.weight", {1}, {1});
        const TensorIndex other = source.floats("other", {1}, {1});
        source.parts().roots[0].moduleVersions = source.moduleVersions({{"bn", 2}});
        const auto checkpoint = source.build();
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint).copy(weight).plan(), {});
        QVERIFY(layout);
        QCOMPARE(
            findingTexts(layout->findings),
            QStringList{u"metadata-dropped: The version numbers of modules, which the source keeps in “_metadata”, "
                        "are left out: only a torch file holds them."_s});
        const auto without = safetensorsLayout(PlanBuilder(checkpoint).copy(other).plan(), {});
        QVERIFY(without);
        QCOMPARE(findingTexts(without->findings), QStringList());
    }

    void metadata()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.parts().metadata = {{"format", "np"}, {"license", "mit"}, {"author", "me"}};
        source.floats("a", {1}, {1});
        const auto checkpoint = source.build();
        SaveOptions options;
        options.metadata = {{"license", "gpl"}, {"note", "x\ny"}};
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint).copyAll().plan(), options);
        QVERIFY(layout);
        const QByteArray expected = json("{'__metadata__':{'format':'pt','license':'gpl','note':'x\\ny'},");
        QVERIFY2(headerOf(fileOf(*layout, checkpoint)).startsWith(expected),
                 headerOf(fileOf(*layout, checkpoint)).constData());
        QCOMPARE(findingTexts(layout->findings),
                 QStringList{u"metadata-dropped: The source's metadata is not copied into the file: “author”."_s});
        options.metadata = {{"format", "tf"}};
        const auto other = safetensorsLayout(PlanBuilder(checkpoint).copyAll().plan(), options);
        QVERIFY(other);
        QVERIFY(headerOf(fileOf(*other, checkpoint)).startsWith(json("{'__metadata__':{'format':'tf'},")));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<DType>("dtype");
        QTest::addColumn<QString>("message");

        for (const DType dtype : {DType::Complex128, DType::Complex32, DType::QInt8, DType::Bits8}) {
            const QString text = QString::fromLatin1(word(dtype));
            QTest::addRow("%s", qPrintable(text))
                << QByteArray("a") << dtype
                << u"“a” cannot be saved in a safetensors file: the format has no dtype %1."_s.arg(text);
        }
        QTest::addRow("the metadata's name")
            << QByteArray("__metadata__") << DType::Float32
            << u"“__metadata__” cannot be saved in a safetensors file: the format uses that name itself."_s;
        QTest::addRow("not UTF-8") << QByteArray("a\xff") << DType::Float32
                                   << u"“a\\xff” cannot be saved in a safetensors file: its name is not valid UTF-8."_s;
        QTest::addRow("surrogate")
            << QByteArray("a\xed\xa0\x80") << DType::Float32
            << u"“a\\xed\\xa0\\x80” cannot be saved in a safetensors file: its name is not valid "
               "UTF-8."_s;
        QTest::addRow("float4 scalar") << QByteArray("a") << DType::Float4E2M1FNx2
                                       << u"“a” cannot be saved in a safetensors file: the format counts float4 values "
                                          "one by one, and a scalar holds two."_s;
    }

    void refuses()
    {
        QFETCH(const QByteArray, name);
        QFETCH(const DType, dtype);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.view(name.toStdString(), dtype, {}, source.storage(QByteArray(byteSize(dtype), '\0')));
        const auto layout = safetensorsLayout(PlanBuilder(source.build()).copyAll().plan(), {});
        QVERIFY(!layout);
        QCOMPARE(layout.error().kind, Error::Kind::Unsupported);
        QCOMPARE(layout.error().message, message);
    }

    void tellsWhatIsLost()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const StorageId shared = source.storage(QByteArray(40, '\0'));
        source.root({"model"});
        const TensorIndex all = source.view("all", DType::Float32, {10}, shared);
        source.view("first", DType::Float32, {5}, shared);
        source.view("second", DType::Float32, {5}, shared, 20);
        const StorageId halves = source.storage(QByteArray(40, '\0'));
        source.view("left", DType::Float32, {5}, halves);
        source.view("right", DType::Float32, {5}, halves, 20);
        const ObjectId model = source.dict({{"all", source.object(all)}, {"step", source.integer(3)}});
        source.parts().roots.back().object = model;
        source.parts().objects.setRoot(source.dict({{"model", model}, {"epoch", source.integer(1)}}));
        const auto checkpoint = source.build();
        const auto layout = safetensorsLayout(PlanBuilder(checkpoint, {"model"}).copyAll().plan(), {});
        QVERIFY(layout);
        QCOMPARE(
            findingTexts(layout->findings).join(u'\n'),
            u"ties-copied: “all”, “first” and “second” share their values in the source; the safetensors file holds "
            "a copy for each.\n"
            "left-out: Only the state dict is saved; what the source holds beside it is left out: “epoch”.\n"
            "left-out: Only tensors are saved; these values among them are left out: “step”."_s);
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsWriter)
#include "safetensorswritertest.moc"
