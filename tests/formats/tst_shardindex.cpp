// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/tensorbytes.h"
#include "model/formats/formats.h"
#include "tests/support/testfile.h"

#include <QDir>
#include <QTest>

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

    QString writeIndex(const QByteArray &map) const
    {
        return write(u"m.safetensors.index.json"_s,
                     QByteArray("{\"metadata\": {\"total_size\": 4}, \"weight_map\": ") + map + '}');
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
        << QByteArray('{' + many.join(',') + '}') << u"“m.safetensors.index.json” names "_s;
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
