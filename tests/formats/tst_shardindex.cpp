// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/tensorbytes.h"
#include "model/formats/formats.h"
#include "model/formats/weightmap.h"
#include "tests/support/picklebuilder.h"
#include "tests/support/testfile.h"
#include "tests/support/zipbuilder.h"

#include <QDir>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;

namespace {
/// A shard of one-byte tensors with the values 1, 2, …
QByteArray shard(const QByteArrayList &names, char first)
{
    QByteArrayList entries;
    QByteArray data;
    for (qsizetype i = 0; i < names.size(); ++i) {
        entries += QByteArray("\"") + names[i] + "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":["
            + QByteArray::number(i) + ',' + QByteArray::number(i + 1) + "]}";
        data += char(first + i);
    }
    return safetensorsBytes('{' + entries.join(',') + '}', data);
}
}

class TestShardIndex final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const QString &name) const { return m_folder->filePath(name); }

    QString write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("The test's file %s cannot be written.", qPrintable(name));
        return file.fileName();
    }

    QString writeIndex(const QByteArray &map, const QByteArray &before = R"("metadata": {},)",
                       const QByteArray &behind = {}) const
    {
        return write(u"m.safetensors.index.json"_s, '{' + before + R"("weight_map":)" + map + behind + '}');
    }

    /// A shard of torch: tensors of 16 bytes that share one storage of 40, and what else `add` puts into the dict.
    void writeTorchShard(
        const QString &name, std::initializer_list<const char *> keys,
        const std::function<void(PickleBuilder &)> &add = [](PickleBuilder &) {}) const
    {
        PickleBuilder object;
        object.proto().global("collections", "OrderedDict").raw(")R");
        for (const char *key : keys) {
            PickleBuilder sizes;
            PickleBuilder strides;
            object.text(key).tensor("FloatStorage", "0", 10, 0, sizes.tuple(4), strides.tuple(1)).raw("s");
        }
        add(object);
        ZipBuilder zip;
        zip.addLikeTorch("a/data.pkl", object.stop());
        zip.addLikeTorch("a/data/0", std::string(40, '\1'));
        zip.addLikeTorch("a/version", "3\n");
        write(name, QByteArray::fromStdString(zip.bytes()));
    }

    static QStringList findings(const Checkpoint &checkpoint)
    {
        QStringList lines;
        for (const Finding &finding : checkpoint.findings())
            lines += QString::fromStdString(finding.kind) + u": "_s + finding.message;
        return lines;
    }

    /// "name=value" as the bytes are read back.
    static QStringList values(const std::shared_ptr<const Checkpoint> &checkpoint)
    {
        QStringList lines;
        TensorBytes bytes(checkpoint);
        for (const Tensor &tensor : checkpoint->tensors()) {
            std::array<std::byte, 1> value{};
            const auto read = bytes.read(tensor, 0, value);
            lines += displayName(tensor.name) + u'=' + (read ? QString::number(int(value[0])) : read.error().message);
        }
        return lines;
    }

private Q_SLOTS:
    void init();
    void opens_data();
    void opens();
    void refuses_data();
    void refuses();
    void validatesAll_data();
    void validatesAll();
    void totalSize_data();
    void totalSize();
    void leavesOut();
    void boundsAllShards();
    void allShardsMissing();
    void folder();
    void linkIsTold();
};

void TestShardIndex::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    write(u"m-1.safetensors"_s, shard({"b", "a"}, 1));
    write(u"m-2.safetensors"_s, shard({"c", "a"}, 3));
}

void TestShardIndex::opens_data()
{
    QTest::addColumn<QByteArray>("map");
    QTest::addColumn<QStringList>("tensors");
    QTest::addColumn<QStringList>("findings");

    const QString twice = u"key-in-two-shards: 1 keys of the shard “m-2.safetensors” are left out, as "
                          "“m.safetensors.index.json” has them in another shard: “a” is one."_s;
    QTest::addRow("key by key") << QByteArray(R"({"c":"m-2.safetensors","a":"m-1.safetensors","b":"m-1.safetensors"})")
                                << QStringList{u"b=1"_s, u"a=2"_s, u"c=3"_s} << QStringList{twice};
    QTest::addRow("a key the map lacks is kept")
        << QByteArray(R"({"a":"m-1.safetensors"})") << QStringList{u"b=1"_s, u"a=2"_s} << QStringList{};
    QTest::addRow("an escaped name") << QByteArray(R"({"\u0061":"m\u002d1.safetensors"})")
                                     << QStringList{u"b=1"_s, u"a=2"_s} << QStringList{};
    QTest::addRow("a key no map gives, in two shards")
        << QByteArray(R"({"b":"m-1.safetensors","c":"m-2.safetensors"})") << QStringList{u"b=1"_s, u"a=2"_s, u"c=3"_s}
        << QStringList{twice};
    QTest::addRow("a key its shard lacks")
        << QByteArray(R"({"a":"m-1.safetensors","x":"m-1.safetensors"})") << QStringList{u"b=1"_s, u"a=2"_s}
        << QStringList{u"missing-key: “m.safetensors.index.json” has 1 keys in the shard “m-1.safetensors” that are "
                       "not there: “x” is one."_s};
    QTest::addRow("a key twice: the last file counts")
        << QByteArray(R"({"a":"none.safetensors","a":"m-1.safetensors"})") << QStringList{u"b=1"_s, u"a=2"_s}
        << QStringList{u"repeated-key: “m.safetensors.index.json” has keys more than once (1 times in all); the last "
                       "file of each counts."_s};
    QTest::addRow("a missing shard")
        << QByteArray(R"({"a":"m-1.safetensors","x":"none.safetensors"})") << QStringList{u"b=1"_s, u"a=2"_s}
        << QStringList{u"missing-shard: The shard “none.safetensors” that “m.safetensors.index.json” names cannot be "
                       "opened, so its 1 tensors are not listed: "_s};
}

void TestShardIndex::opens()
{
    QFETCH(QByteArray, map);
    QFETCH(QStringList, tensors);
    QFETCH(QStringList, findings);
    Progress progress;
    const auto opened = openCheckpoint(writeIndex(map), progress);
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
    QCOMPARE(values(*opened), tensors);
    QCOMPARE(qsizetype((*opened)->findings().size()), findings.size());
    for (qsizetype i = 0; i < findings.size(); ++i) {
        const Finding &finding = (*opened)->findings()[std::size_t(i)];
        const QString text = QString::fromStdString(finding.kind) + u": "_s + finding.message;
        QVERIFY2(text.startsWith(findings[i]), qPrintable(text));
    }
}

void TestShardIndex::refuses_data()
{
    QTest::addColumn<QByteArray>("map");
    QTest::addColumn<QString>("says");

    const QString notIndex = u"“m.safetensors.index.json” is not an index of shards; expected JSON with an object "
                             "“weight_map” that gives each key a file name: "_s;
    const auto name = [](const QString &shown) {
        return u"“m.safetensors.index.json” names the shard “%1”; expected the plain name of a file in the same "
               "folder."_s.arg(shown);
    };
    QTest::addRow("a list") << QByteArray("[]") << notIndex;
    QTest::addRow("a number as file") << QByteArray(R"({"a":1})") << notIndex;
    QTest::addRow("cut off") << QByteArray(R"({"a":"m-1)") << notIndex;
    QTest::addRow("no shard") << QByteArray("{}") << u"“m.safetensors.index.json” names no shard."_s;
    QTest::addRow("X-01 upwards") << QByteArray(R"({"a":"../x"})") << name(u"../x"_s);
    QTest::addRow("X-01 absolute") << QByteArray(R"({"a":"/etc/passwd"})") << name(u"/etc/passwd"_s);
    QTest::addRow("X-01 drive") << QByteArray(R"({"a":"C:\\x"})")
                                << u"“m.safetensors.index.json” names the shard “C:"_s;
    QTest::addRow("X-01 the folder") << QByteArray(R"({"a":".."})") << name(u".."_s);
    QTest::addRow("empty name") << QByteArray(R"({"a":""})") << u"“m.safetensors.index.json” names the shard "_s;
    QTest::addRow("X-02 index inside index")
        << QByteArray(R"({"a":"m.safetensors.index.json"})") << name(u"m.safetensors.index.json"_s);
    QByteArrayList many;
    for (int i = 0; i < 4097; ++i)
        many += '"' + QByteArray::number(i) + "\":\"" + QByteArray::number(i) + '"';
    QTest::addRow("X-02 too many shards")
        << QByteArray('{' + many.join(',') + '}') << u"“m.safetensors.index.json” names more than 4,096 shards"_s;
    QTest::addRow("a name longer than any file's")
        << QByteArray(R"({"a":")" + QByteArray(256, 'x') + R"("})") << name(QString(200, u'x'));
    QTest::addRow("a key of a megabyte and more") << QByteArray("{\"" + QByteArray((1 << 20) + 1, 'x') + R"(":"x"})")
                                                  << u"“m.safetensors.index.json” has a key of 1.0 MB."_s;
    QByteArrayList keys;
    for (int i = 0; i <= 1'000'000; ++i)
        keys += '"' + QByteArray::number(i) + "\":\"x\"";
    QTest::addRow("too many keys") << QByteArray('{' + keys.join(',') + '}')
                                   << u"“m.safetensors.index.json” names more than 1,000,000 keys."_s;
    QTest::addRow("too many pairs") << QByteArray("{" + QByteArray(R"("":"x",)").repeated(2'500'000) + R"("":"x"})")
                                    << u"“m.safetensors.index.json” has an entry of more than 8,000,000 values"_s;
}

void TestShardIndex::refuses()
{
    QFETCH(QByteArray, map);
    QFETCH(QString, says);
    Progress progress;
    const auto opened = openCheckpoint(writeIndex(map), progress);
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::Damaged);
    QVERIFY2(opened.error().message.startsWith(says), qPrintable(opened.error().message));
}

void TestShardIndex::validatesAll_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("behind");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char *tag, const QByteArray &before, const QByteArray &behind, bool isGood) {
        QTest::addRow("%s", tag) << before << behind << isGood;
    };
    row("entries before and behind", R"("x":[1,{"y":null}],)", R"(,"z":"s","metadata":{"total_size":2.0}})", false);
    row("entries before and behind, closed", R"("x":[1,{"y":null}],)", R"(,"z":"s","metadata":{"total_size":2.0})",
        true);
    row("metadata of no kind", R"("metadata":[true],)", "", true);
    row("a total that is a text", R"("metadata":{"total_size":"2","x":[]},)", "", true);
    row("no JSON before", R"("x":tru,)", "", false);
    row("no JSON behind", "", R"(,"x":[1,])", false);
    row("a number that is none", R"("metadata":{"total_size":1e},)", "", false);
    row("a comma behind", "", ",", false);
    row("more behind the object", "", "} {", false);
    row("text without an end", "", R"(,"x)", false);
    row("bytes that are not UTF-8", "", ",\"x\":\"\xFF\"", false);
    row("the map twice", "", R"(,"weight_map":{})", false);
    row("nested 200 deep", R"("x":)" + QByteArray(200, '[') + QByteArray(200, ']') + ',', "", false);
}

void TestShardIndex::validatesAll()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, behind);
    QFETCH(bool, isGood);
    const QString path = writeIndex(R"({"b":"m-1.safetensors","a":"m-1.safetensors"})", before, behind);
    Progress progress;
    const auto opened = openCheckpoint(path, progress);
    QCOMPARE(bool(opened), isGood);
    if (isGood)
        QCOMPARE(values(*opened), (QStringList{u"b=1"_s, u"a=2"_s}));
    else
        QCOMPARE(opened.error().kind, Error::Kind::Damaged);
    const auto file = InputFile::open(path);
    QVERIFY(file);
    for (const std::size_t pieceBytes : {1, 3, 20})
        QCOMPARE(bool(readWeightMap(**file, pieceBytes)), isGood);
}

void TestShardIndex::totalSize_data()
{
    QTest::addColumn<QByteArray>("total");
    QTest::addColumn<QString>("finding");
    const auto wrong = [](const QString &total) {
        return u"total-size: “m.safetensors.index.json” says that its tensors have %1 bytes in all (total_size), but "
               "they have 32."_s.arg(total);
    };
    QTest::addRow("each tensor counted") << QByteArray("32") << QString();
    QTest::addRow("as a fraction") << QByteArray("32.0") << QString();
    QTest::addRow("tied tensors counted once") << QByteArray("16") << QString();
    QTest::addRow("whole storages counted") << QByteArray("40") << QString();
    QTest::addRow("too small") << QByteArray("15") << wrong(u"15"_s);
    QTest::addRow("negative") << QByteArray("-1") << wrong(u"-1"_s);
    QTest::addRow("too large") << QByteArray("18446744073709551616") << wrong(u"18446744073709551616"_s);
}

void TestShardIndex::totalSize()
{
    QFETCH(QByteArray, total);
    QFETCH(QString, finding);
    writeTorchShard(u"t.bin"_s, {"w", "tied"});
    Progress progress;
    const auto opened = openCheckpoint(
        writeIndex(R"({"w":"t.bin","tied":"t.bin"})", R"("metadata":{"total_size":)" + total + "},"), progress);
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
    QCOMPARE(findings(**opened), finding.isEmpty() ? QStringList() : QStringList{finding});
    // Nothing can be said when a key is missing.
    const auto lacking = openCheckpoint(
        writeIndex(R"({"w":"t.bin","x":"t.bin"})", R"("metadata":{"total_size":)" + total + "},"), progress);
    QVERIFY(lacking);
    QCOMPARE((*lacking)->findings().size(), std::size_t(1));
    QCOMPARE((*lacking)->findings()[0].kind, std::string("missing-key"));
}

void TestShardIndex::leavesOut()
{
    writeTorchShard(u"1.bin"_s, {"w"}, [](PickleBuilder &object) {
        object.text("epoch").integer(3).raw("s").text("nested").raw("}").text("a").raw("Nss");
        object.raw("}").text("_metadata").raw("}sb");
    });
    writeTorchShard(u"2.bin"_s, {"v"}, [](PickleBuilder &object) { object.text("epoch").integer(3).raw("s"); });
    Progress progress;
    const auto opened = openCheckpoint(writeIndex(R"({"w":"1.bin","v":"2.bin"})"), progress);
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
    QCOMPARE(
        findings(**opened),
        QStringList{u"left-out: The shards of “m.safetensors.index.json” hold other values than tensors, which are "
                    "left out: “epoch” of “1.bin” is one (4 in all)."_s});
    QCOMPARE((*opened)->findings()[0].severity, Finding::Severity::Info);
}

/// Each shard is within the limits of its reader, all together are not.
void TestShardIndex::boundsAllShards()
{
    QByteArray map = "{";
    for (int number = 0; number < 3; ++number) {
        const QString name = u"%1.bin"_s.arg(number);
        writeTorchShard(name, {"w"}, [number](PickleBuilder &object) {
            for (int i = 0; i < 4000; ++i)
                object.global("m" + std::to_string(number * 4000 + i), "f").raw("0");
        });
        map += "\"w" + QByteArray::number(number) + "\":\"" + name.toUtf8() + "\",";
    }
    map.back() = '}';
    Progress progress;
    const auto opened = openCheckpoint(writeIndex(map), progress);
    QVERIFY(!opened);
    QCOMPARE(opened.error().message,
             u"The shards of “m.safetensors.index.json” name more than 10,000 types and functions."_s);
}

void TestShardIndex::allShardsMissing()
{
    Progress progress;
    const auto opened = openCheckpoint(writeIndex(R"({"a":"none.safetensors"})"), progress);
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::NotFound);
}

void TestShardIndex::folder()
{
    Progress progress;
    const auto none = openCheckpoint(m_folder->path(), progress);
    QVERIFY(!none);
    QCOMPARE(none.error().kind, Error::Kind::Unsupported);
    const QString index = writeIndex(R"({"a":"m-1.safetensors"})");
    const auto one = openCheckpoint(m_folder->path(), progress);
    QVERIFY(one);
    QCOMPARE((*one)->path(), index);
    QCOMPARE((*one)->files().size(), std::size_t(2)); // the index is a source too
    write(u"n.bin.index.json"_s, "{}");
    const auto two = openCheckpoint(m_folder->path(), progress);
    QVERIFY(!two);
    QCOMPARE(two.error().kind, Error::Kind::Unsupported);
}

void TestShardIndex::linkIsTold()
{
    const TestFile blob(shard({"a"}, 7), u"blob"_s);
    QVERIFY(QFile::link(blob.path(), path(u"link.safetensors"_s)));
    Progress progress;
    const auto opened = openCheckpoint(writeIndex(R"({"a":"link.safetensors"})"), progress);
    QVERIFY(opened);
    QCOMPARE(values(*opened), QStringList{u"a=7"_s});
    QCOMPARE((*opened)->findings().size(), std::size_t(1));
    QCOMPARE((*opened)->findings()[0].kind, std::string("linked-shard"));
}

QTEST_GUILESS_MAIN(TestShardIndex)
#include "tst_shardindex.moc"
