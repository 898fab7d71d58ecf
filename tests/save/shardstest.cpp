// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/shards.h"
#include "model/save/save.h"
#include "tests/save/temporaryfolder.h"

#include <QRegularExpression>
#include <QTest>

namespace {
using namespace Qt::StringLiterals;

constexpr char indexText[] = "{\n"
                             "  \"metadata\": {\n"
                             "    \"total_size\": 30,\n"
                             "    \"note\": \"a \\\"b\\\"\\n\"\n"
                             "  },\n"
                             "  \"weight_map\": {\n"
                             "    \"w\\u00e9ight\": \"m-00001-of-00002.bin\",\n"
                             "    \"\\ud835\\udd38\\u007f\\\\/\": \"m-00002-of-00002.bin\"\n"
                             "  }\n"
                             "}";

/// "a:10 b:20 c=a" is a layout of two storages of 10 and 20 bytes and three outputs, c in the storage of a.
Layout layoutOf(const QString &text)
{
    Layout layout;
    QStringList names;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const QStringList tied = word.split(u'=');
        const QStringList sized = word.split(u':');
        Placement placement{quint32(layout.pieces.size())};
        if (tied.size() == 2)
            placement = layout.outputs[std::size_t(names.indexOf(tied[1]))];
        else
            layout.pieces.push_back({0, sized[1].toLongLong(), {}});
        layout.outputs.push_back(placement);
        names += tied.size() == 2 ? tied[0] : sized[0];
    }
    return layout;
}

/// The shards as "0 1 | 2", the outputs by number.
QString text(const ShardCut &cut)
{
    QStringList shards;
    for (const auto &shard : cut.shards) {
        QStringList outputs;
        for (const quint32 output : shard)
            outputs += QString::number(output);
        shards += outputs.join(u' ');
    }
    return shards.join(u" | "_s);
}
}

class TestShards : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void cuts_data()
    {
        QTest::addColumn<QString>("tensors");
        QTest::addColumn<qint64>("mostBytes");
        QTest::addColumn<QString>("shards");
        QTest::addColumn<qint64>("bytes");

        QTest::addRow("all fits") << u"a:3 b:4 c:3"_s << 10LL << u"0 1 2"_s << 10LL;
        QTest::addRow("one byte too much") << u"a:3 b:4 c:4"_s << 10LL << u"0 1 | 2"_s << 11LL;
        QTest::addRow("in order, not packed") << u"a:6 b:6 c:2 d:6 e:2 f:2"_s << 10LL << u"0 | 1 2 | 3 4 5"_s << 24LL;
        QTest::addRow("exactly full") << u"a:5 b:5 c:5 d:5"_s << 10LL << u"0 1 | 2 3"_s << 20LL;
        QTest::addRow("too large alone") << u"a:11"_s << 10LL << u"0"_s << 11LL;
        QTest::addRow("too large between: small ones go on together")
            << u"a:2 b:11 c:2 d:12 e:6 f:1"_s << 10LL << u"1 | 3 | 0 2 4 | 5"_s << 34LL;
        QTest::addRow("all too large") << u"a:11 b:12"_s << 10LL << u"0 | 1"_s << 23LL;
        QTest::addRow("one byte each") << u"a:4 b:4 c:1"_s << 1LL << u"0 | 1 | 2"_s << 9LL;
        QTest::addRow("tied to an earlier shard") << u"a:6 b:6 c=a d:3"_s << 10LL << u"0 2 | 1 3"_s << 15LL;
        QTest::addRow("ties weigh nothing") << u"a:6 b=a c=a d:4"_s << 10LL << u"0 3 1 2"_s << 10LL;
        QTest::addRow("tied to a large one") << u"a:2 b:11 c:3 d=b"_s << 10LL << u"1 3 | 0 2"_s << 16LL;
        QTest::addRow("groups of ties in their order") << u"a:1 b:2 c=b d=a e=b"_s << 10LL << u"0 1 3 2 4"_s << 3LL;
        QTest::addRow("without values") << u"a:0 b:10 c:1 d:0"_s << 10LL << u"0 1 3 | 2"_s << 11LL;
        QTest::addRow("nothing") << QString() << 10LL << QString() << 0LL;
    }

    void cuts()
    {
        QFETCH(const QString, tensors);
        QFETCH(const qint64, mostBytes);
        QFETCH(const QString, shards);
        QFETCH(const qint64, bytes);
        const ShardCut cut = cutShards(layoutOf(tensors), mostBytes);
        QCOMPARE(text(cut), shards);
        QCOMPARE(cut.bytes, bytes);
    }

    void names_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("shard");
        QTest::addColumn<QString>("index");

        QTest::addRow("safetensors") << u"/x/model.safetensors"_s << u"/x/model-00002-of-00012.safetensors"_s
                                     << u"/x/model.safetensors.index.json"_s;
        QTest::addRow("last ending") << u"a.b.bin"_s << u"a.b-00002-of-00012.bin"_s << u"a.b.bin.index.json"_s;
        QTest::addRow("no ending") << u"/x.y/model"_s << u"/x.y/model-00002-of-00012"_s << u"/x.y/model.index.json"_s;
    }

    void names()
    {
        QFETCH(const QString, path);
        QFETCH(const QString, shard);
        QFETCH(const QString, index);
        QCOMPARE(shardPath(path, 2, 12), shard);
        QCOMPARE(shardIndexPath(path), index);
    }

    void indexTextIsPythons()
    {
        ShardIndex index{30, {{"note", "a \"b\"\n"}}, {{"w\xC3\xA9ight", "m-00001-of-00002.bin"}}};
        index.files.emplace_back("\xF0\x9D\x94\xB8\x7F\\/", "m-00002-of-00002.bin");
        QCOMPARE(QByteArray::fromStdString(shardIndexText(index)), QByteArray(indexText));
    }

    void sizes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");

        const QString unknown =
            u"“%1” is not a size of shards: write bytes as 2000000, or a number with KB, MB, GB, TB, "
            "KiB, MiB, GiB or TiB, as 5GB."_s;
        const QString outside = u"“%1” is not a size of shards: it must be from 1 byte up to 8 EiB."_s;
        QTest::addRow("bytes") << u"2000000"_s << u"2000000"_s;
        QTest::addRow("decimal units") << u"5GB"_s << u"5000000000"_s;
        QTest::addRow("binary units") << u"5GiB"_s << u"5368709120"_s;
        QTest::addRow("KB") << u"1KB"_s << u"1000"_s;
        QTest::addRow("KiB") << u"1KiB"_s << u"1024"_s;
        QTest::addRow("MB") << u"2MB"_s << u"2000000"_s;
        QTest::addRow("MiB") << u"2MiB"_s << u"2097152"_s;
        QTest::addRow("TB") << u"1TB"_s << u"1000000000000"_s;
        QTest::addRow("TiB") << u"1TiB"_s << u"1099511627776"_s;
        QTest::addRow("B") << u"17B"_s << u"17"_s;
        QTest::addRow("fraction") << u"1.5 gb"_s << u"1500000000"_s;
        QTest::addRow("cut to whole bytes") << u"0.0019KB"_s << u"1"_s;
        QTest::addRow("spaces") << u" 3 MB "_s << u"3000000"_s;
        QTest::addRow("unknown unit") << u"5GX"_s << unknown.arg(u"5GX"_s);
        QTest::addRow("no number") << u"GB"_s << unknown.arg(u"GB"_s);
        QTest::addRow("negative") << u"-1GB"_s << unknown.arg(u"-1GB"_s);
        QTest::addRow("exponent") << u"1e9"_s << unknown.arg(u"1e9"_s);
        QTest::addRow("empty") << QString() << unknown.arg(QString());
        QTest::addRow("no room") << u"0"_s << outside.arg(u"0"_s);
        QTest::addRow("less than a byte") << u"0.5B"_s << outside.arg(u"0.5B"_s);
        QTest::addRow("too large") << u"9223372036854775808"_s << outside.arg(u"9223372036854775808"_s);
        QTest::addRow("far too large") << u"99999999999TB"_s << outside.arg(u"99999999999TB"_s);
    }

    void sizes()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, expected);
        const auto bytes = shardBytes(text);
        QCOMPARE(bytes ? QString::number(*bytes) : bytes.error().message, expected);
        QVERIFY(bytes || bytes.error().kind == Error::Kind::Usage);
    }

    void findsEarlierFiles()
    {
        const TemporaryFolder folder;
        for (const QString &name :
             {u"m+.bin"_s, u"m+.bin.index.json"_s, u"m+-00001-of-00002.bin"_s, u"m+-00002-of-00002.bin"_s,
              u"m+-1-of-2.bin"_s, u"m+-00001-of-00002.bin.bak"_s, u"xm+.bin"_s, u"m+.safetensors"_s, u"mm.bin"_s,
              u"m+-00003-of-00003.bin.index.json"_s})
            folder.write(name, "x");
        QCOMPARE(earlierFiles(folder.path(u"m+.bin"_s)),
                 (QStringList{folder.path(u"m+.bin.index.json"_s), folder.path(u"m+-00001-of-00002.bin"_s),
                              folder.path(u"m+-00002-of-00002.bin"_s), folder.path(u"m+.bin"_s)}));
    }

    void removesUnfinishedOnes()
    {
        const TemporaryFolder folder;
        const QStringList kept{u".n.bin.1-0.weightsmith-part"_s, u".m.bin.1-0.other"_s, u"m.bin"_s};
        for (const QString &name : kept
                 + QStringList{u".m.bin.1-0.weightsmith-part"_s, u".m-00003-of-00007.bin.12-3.weightsmith-part"_s,
                               u".m.bin.index.json.1-0.weightsmith-part"_s})
            folder.write(name, "x");
        removeUnfinished(folder.path(u"m.bin"_s));
        QStringList expected = kept;
        expected.sort();
        QCOMPARE(folder.entries(), expected);
    }
};

QTEST_GUILESS_MAIN(TestShards)
#include "shardstest.moc"
