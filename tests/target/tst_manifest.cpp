// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/target.h"
#include "tests/support/targettext.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// Manifests: what is read from them, what is written, and each mistake with its sentence.
class TestManifest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void reads_data();
    void reads();
    void keepsOrderOfTheFile();
    void saysNameAndSource();
    void findsKeys();
    void countsParameters();
    void refuses_data();
    void refuses();
    void printsOneKeyALine();
    void printsWhatItReads_data();
    void printsWhatItReads();
};

void TestManifest::reads_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QStringList>("keys");
    QTest::addColumn<QStringList>("attributes");

    const QString stem = uR"({"weightsmith-manifest": 1, )"_s;
    QTest::addRow("all fields") << stem
            + uR"("tensors": {"w": {"dtype": "float16", "shape": [2, 3], "role": "parameter"},
        "n": {"dtype": "int64", "shape": [], "role": "buffer"}}})"_s
                                << QStringList{u"w float16 [2, 3] parameter"_s, u"n int64 [] buffer"_s}
                                << QStringList();
    QTest::addRow("dtype and role left out")
        << stem + uR"("tensors": {"w": {"shape": [2]}}})"_s << QStringList{u"w any [2]"_s} << QStringList();
    QTest::addRow("bare shapes in a manifest")
        << stem + uR"("tensors": {"w": [2, 0]}})"_s << QStringList{u"w any [2, 0]"_s} << QStringList();
    QTest::addRow("plain object of shapes")
        << uR"({"b": [64], "a": [64, 3, 7, 7], "s": []})"_s
        << QStringList{u"b any [64]"_s, u"a any [64, 3, 7, 7]"_s, u"s any []"_s} << QStringList();
    QTest::addRow("plain object with dtypes")
        << uR"({"b": {"shape": [64], "dtype": "half"}})"_s << QStringList{u"b float16 [64]"_s} << QStringList();
    QTest::addRow("words of a manifest as keys")
        << uR"({"tensors": {"shape": [1]}, "name": [2], "\"weight_map\"": [3]})"_s
        << QStringList{u"tensors any [1]"_s, u"name any [2]"_s, u"\"weight_map\" any [3]"_s} << QStringList();
    QTest::addRow("brackets in names") << stem + uR"("tensors": {"a]}": [1], "{[\\": {"shape": [2]}}})"_s
                                       << QStringList{u"a]} any [1]"_s, u"{[\\ any [2]"_s} << QStringList();
    QTest::addRow("escaped words") << uR"({"weightsmith-manifest": 1, "tens\u006frs": {"w": [1]}})"_s
                                   << QStringList{u"w any [1]"_s} << QStringList();
    QTest::addRow("version last") << uR"({"tensors": {"w": [1], "x": [2]}, "weightsmith-manifest": 1})"_s
                                  << QStringList{u"w any [1]"_s, u"x any [2]"_s} << QStringList();
    QTest::addRow("64 sizes") << uR"({"w": [%1]})"_s.arg(QStringList(64, u"1"_s).join(u", "_s))
                              << QStringList{u"w any [%1]"_s.arg(QStringList(64, u"1"_s).join(u", "_s))}
                              << QStringList();
    QTest::addRow("no keys") << stem + uR"("tensors": {}})"_s << QStringList() << QStringList();
    QTest::addRow("empty object") << u"{}"_s << QStringList() << QStringList();
    QTest::addRow("tied keys") << stem
            + uR"("tensors": {"a": {"shape": [2], "tie": 1}, "b": {"shape": [2], "tie": 1}}})"_s
                               << QStringList{u"a any [2] tie 1"_s, u"b any [2] tie 1"_s} << QStringList();
    QTest::addRow("keys with escapes") << uR"({"a\"b": [1], "a\nb": [2], "ü/日本": [3], "": [4]})"_s
                                       << QStringList{u"a\"b any [1]"_s, u"a\nb any [2]"_s, u"ü/日本 any [3]"_s,
                                                      u" any [4]"_s}
                                       << QStringList();
    QTest::addRow("attributes of every type")
        << stem + uR"("tensors": {}, "attributes": {"grid_size": [14, 14], "num_prefix_tokens": 1, "scale": 0.5,
            "whole": 2.0, "class_token": true, "first_conv": "conv1", "classifier": ["head", "head_dist"], "none": []}})"_s
        << QStringList()
        << QStringList{u"class_token = true"_s,
                       u"classifier = ['head', 'head_dist']"_s,
                       u"first_conv = 'conv1'"_s,
                       u"grid_size = [14, 14]"_s,
                       u"none = []"_s,
                       u"num_prefix_tokens = 1"_s,
                       u"scale = 0.5 float"_s,
                       u"whole = 2 float"_s};
}

void TestManifest::reads()
{
    QFETCH(const QString, json);
    QFETCH(const QStringList, keys);
    QFETCH(const QStringList, attributes);

    const auto target = parseManifest(json.toStdString(), u"m.json"_s);
    QVERIFY2(target, qPrintable(target ? QString() : target.error().message));
    QCOMPARE(keyLines(**target), keys);
    QCOMPARE(attributeLines(**target), attributes);
    const auto again = parseManifest(json.toStdString(), u"m.json"_s, 1);
    QVERIFY2(again, qPrintable(again ? QString() : again.error().message));
    QCOMPARE(keyLines(**again), keys);
    QCOMPARE(attributeLines(**again), attributes);
}

void TestManifest::keepsOrderOfTheFile()
{
    QStringList names;
    std::string json = "{";
    for (int i = 0; i < 2000; ++i) {
        const int shuffled = i * 7919 % 2000;
        names += u"layers.%1.weight any [%1]"_s.arg(shuffled);
        json += (i == 0 ? "" : ",") + ("\"layers." + std::to_string(shuffled)) + ".weight\": ["
            + std::to_string(shuffled) + "]";
    }
    for (const std::size_t pieceBytes : {std::size_t(1), std::size_t(100), usualManifestPiece}) {
        const auto target = parseManifest(json + "}", u"m.json"_s, pieceBytes);
        QVERIFY(target);
        QCOMPARE(keyLines(**target), names);
    }
}

void TestManifest::saysNameAndSource()
{
    const auto target = parseManifest(
        R"({"weightsmith-manifest": 1, "name": "resnet\u001b50", "source": "torchvision 0.26", "tensors": {}})",
        u"folder/m.json"_s);
    QVERIFY(target);
    QCOMPARE((*target)->name(), u"resnet\\x1b50"_s);
    QCOMPARE((*target)->source(), u"torchvision 0.26"_s);
}

void TestManifest::findsKeys()
{
    const auto target = parseManifest(R"({"a": [1], "b": [2]})", u"m.json"_s);
    QVERIFY(target);
    QCOMPARE((*target)->find("a"), 0u);
    QCOMPARE((*target)->find("b"), 1u);
    QCOMPARE((*target)->find("c"), NameIndex::none);
}

void TestManifest::countsParameters()
{
    const auto target = parseManifest(R"({"a": [4, 3], "scalar": [], "empty": [0, 7]})", u"m.json"_s);
    QVERIFY(target);
    QCOMPARE((*target)->parameters(), 13);
}

void TestManifest::refuses_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("message");

    const QString stem = uR"({"weightsmith-manifest": 1, )"_s;
    const auto key = [&](const QString &value) { return stem + u"\"tensors\": {\"w\": "_s + value + u"}}"_s; };
    const auto attribute = [&](const QString &value) {
        return stem + u"\"tensors\": {}, \"attributes\": {\"a\": "_s + value + u"}}"_s;
    };
    QTest::addRow("a list") << u"[1, 2]"_s
                            << u"“m.json” is not a manifest: it should be a JSON object of keys and shapes."_s;
    QTest::addRow("a recipe") << uR"({"weightsmith": 1, "steps": []})"_s
                              << u"“m.json” is a recipe, not a target; a target is a checkpoint or a manifest."_s;
    QTest::addRow("a certificate") << uR"({"weightsmith-certificate": 1, "tensors": {}})"_s
                                   << u"“m.json” is a certificate, not a target; the file it was written for is one."_s;
    QTest::addRow("an index") << uR"({"metadata": {}, "weight_map": {"w": "model-1.safetensors"}})"_s
                              << u"“m.json” is the index of a sharded checkpoint: it names keys without shapes."_s;
    QTest::addRow("a configuration")
        << uR"({"hidden_size": 768})"_s
        << u"The key “hidden_size” of “m.json” should have a shape like [64, 3, 7, 7] or an object with a shape."_s;
    QTest::addRow("newer version") << uR"({"weightsmith-manifest": 2, "tensors": {}})"_s
                                   << u"“m.json” is a manifest of another version; this program reads version 1."_s;
    QTest::addRow("version as text") << uR"({"weightsmith-manifest": "1", "tensors": {}})"_s
                                     << u"“m.json” is a manifest of another version; this program reads version 1."_s;
    QTest::addRow("no tensors") << uR"({"weightsmith-manifest": 1})"_s << u"“m.json” has no “tensors”."_s;
    QTest::addRow("tensors as a list") << stem + uR"("tensors": []})"_s
                                       << u"“tensors” of “m.json” should be an object of keys."_s;
    QTest::addRow("tensors twice") << stem + uR"("tensors": {}, "tensors": {}})"_s
                                   << u"“m.json” has the entry “tensors” twice."_s;
    QTest::addRow("name twice") << stem + uR"("name": "a", "name": "b", "tensors": {}})"_s
                                << u"“m.json” has the entry “name” twice."_s;
    QTest::addRow("name as a number") << stem + uR"("name": 3, "tensors": {}})"_s
                                      << u"“name” of “m.json” should be text."_s;
    QTest::addRow("unknown entry")
        << stem + uR"("tensor": {}})"_s
        << u"“m.json” has an unknown entry “tensor”; a manifest has name, source, attributes and tensors."_s;
    QTest::addRow("key twice") << stem + uR"("tensors": {"w": [1], "x": [1], "w": [1]}})"_s
                               << u"“m.json” names the key “w” twice."_s;
    QTest::addRow("key twice, one escaped")
        << uR"({"w": [1], "\u0077": [1]})"_s << u"“m.json” names the key “w” twice."_s;
    QTest::addRow("hostile key")
        << uR"({"a\n\u202eb": 1})"_s
        << u"The key “a\\n\\u202eb” of “m.json” should have a shape like [64, 3, 7, 7] or an object with a shape."_s;
    QTest::addRow("no shape") << key(uR"({"dtype": "float32"})"_s) << u"The key “w” of “m.json” has no shape."_s;
    QTest::addRow("shape twice") << key(uR"({"shape": [1], "shape": [1]})"_s)
                                 << u"The key “w” of “m.json” has the field “shape” twice."_s;
    QTest::addRow("unknown field")
        << key(uR"({"shape": [1], "strides": [1]})"_s)
        << u"The key “w” of “m.json” has an unknown field “strides”; it takes dtype, shape, role and tie."_s;
    const QString badShape = u"The shape of “w” in “m.json” should be a list of sizes, none negative."_s;
    QTest::addRow("shape as a number") << key(uR"({"shape": 3})"_s) << badShape;
    QTest::addRow("negative size") << key(u"[2, -1]"_s) << badShape;
    QTest::addRow("fractional size") << key(u"[2.5]"_s) << badShape;
    QTest::addRow("size as text") << key(uR"(["2"])"_s) << badShape;
    QTest::addRow("size beyond 63 bits") << key(u"[9223372036854775808]"_s) << badShape;
    QTest::addRow("size beyond 64 bits") << key(u"[18446744073709551616]"_s) << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("too many elements") << key(u"[4294967296, 4294967296]"_s)
                                       << u"The shape of “w” in “m.json” has more elements than 63 bits can count."_s;
    const QString badType = u"The dtype of “w” in “m.json” is not one of torch's, like float32."_s;
    QTest::addRow("unknown dtype") << key(uR"({"shape": [1], "dtype": "fp42"})"_s) << badType;
    QTest::addRow("dtype as a number") << key(uR"({"shape": [1], "dtype": 32})"_s) << badType;
    QTest::addRow("unknown role") << key(uR"({"shape": [1], "role": "weight"})"_s)
                                  << u"The role of “w” in “m.json” should be “parameter” or “buffer”."_s;
    const QString badTie = u"The tie of “w” in “m.json” should be a number from 1."_s;
    QTest::addRow("tie of zero") << key(uR"({"shape": [1], "tie": 0})"_s) << badTie;
    QTest::addRow("tie beyond 32 bits") << key(uR"({"shape": [1], "tie": 4294967296})"_s) << badTie;
    QTest::addRow("attributes as a list")
        << stem + uR"("tensors": {}, "attributes": []})"_s << u"“attributes” of “m.json” should be an object."_s;
    QTest::addRow("attribute twice") << stem + uR"("tensors": {}, "attributes": {"a": 1, "a": 2}})"_s
                                     << u"“m.json” states the attribute “a” twice."_s;
    const QString badAttribute =
        u"The attribute “a” of “m.json” should be true, false, a number, text, or a list of whole numbers or of texts."_s;
    QTest::addRow("attribute null") << attribute(u"null"_s) << badAttribute;
    QTest::addRow("attribute object") << attribute(u"{}"_s) << badAttribute;
    QTest::addRow("attribute mixed list") << attribute(uR"([1, "a"])"_s) << badAttribute;
    QTest::addRow("attribute beyond 63 bits") << attribute(u"9223372036854775808"_s) << badAttribute;
    QTest::addRow("65 sizes") << key(u"[%1]"_s.arg(QStringList(65, u"1"_s).join(u", "_s)))
                              << u"The shape of “w” in “m.json” has more than 64 sizes."_s;
    const QString tooLong =
        u"“m.json” has an entry of more than 1.0 MB at byte %1, more than any that is meant to be read."_s;
    QTest::addRow("a long key") << key(u"[1], \""_s + QString(1 << 20, u'x') + u"\": [1]"_s) << tooLong.arg(48);
    QTest::addRow("a long list") << key(u"["_s + u"1,"_s.repeated(600'000) + u"1]"_s) << tooLong.arg(39);
    QTest::addRow("long beside the keys")
        << attribute(u"["_s + u"1,"_s.repeated(600'000) + u"1]"_s)
        << u"“m.json” has 1.2 MB beside its keys, more than the 1.0 MB that are read."_s;
    QTest::addRow("a long list alone") << u"["_s + u"1,"_s.repeated(600'000)
            + u"1]"_s << u"“m.json” is not a manifest: it should be a JSON object of keys and shapes."_s;
    QTest::addRow("too many keys") << key(u"[1]"_s + u",\"w\":[1]"_s.repeated(1'000'000))
                                   << u"“m.json” names more than 1,000,000 keys."_s;
    for (const QString &mistake : {u"[1],"_s, u"[1],,\"x\": [1]"_s, u"[1], [2]"_s, u"[1]], \"x\": [[1]"_s, u"[1] 2"_s})
        QTest::addRow("%s", qPrintable(mistake)) << key(mistake) << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("wrong bracket") << stem + uR"("tensors": {"w": [1]]})"_s << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("more behind it") << uR"({"w": [1]} {"x": [1]})"_s << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("cut off") << key(u"[2"_s).chopped(2) << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("text") << u"conv1.weight 64 3 7 7"_s << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("empty") << QString() << u"“m.json” is not valid JSON: "_s;
    QTest::addRow("nested deep") << key(QString(100'000, u'[')) << u"“m.json” is not valid JSON: "_s;
}

void TestManifest::refuses()
{
    QFETCH(const QString, json);
    QFETCH(const QString, message);

    const auto target = parseManifest(json.toStdString(), u"m.json"_s);
    QVERIFY(!target);
    QCOMPARE(target.error().kind, Error::Kind::BadTarget);
    // What the JSON library says stands behind our own words.
    if (message.endsWith(u": "_s))
        QCOMPARE(target.error().message.left(message.size()), message);
    else
        QCOMPARE(target.error().message, message);
    QVERIFY(!parseManifest(json.toStdString(), u"m.json"_s, 1));
}

void TestManifest::printsOneKeyALine()
{
    const auto target = parseManifest(
        R"({"weightsmith-manifest": 1, "name": "net", "source": "by hand", "attributes": {"grid_size": [2, 3]},
            "tensors": {"b\"": {"shape": [2], "dtype": "half", "role": "buffer"}, "a": [],
                        "t": {"shape": [1], "tie": 7, "role": "parameter"}}})",
        u"m.json"_s);
    QVERIFY(target);
    QCOMPARE(
        QString::fromStdString(printManifest(**target)),
        uR"({"weightsmith-manifest": 1, "name": "net", "source": "by hand", "attributes": {"grid_size": [2, 3]}, "tensors": {
  "b\"": {"dtype": "float16", "shape": [2], "role": "buffer"},
  "a": {"shape": []},
  "t": {"shape": [1], "role": "parameter", "tie": 7}
}}
)"_s);
}

void TestManifest::printsWhatItReads_data()
{
    reads_data();
}

void TestManifest::printsWhatItReads()
{
    QFETCH(const QString, json);
    QFETCH(const QStringList, keys);
    QFETCH(const QStringList, attributes);

    const auto first = parseManifest(json.toStdString(), u"m.json"_s);
    QVERIFY(first);
    const std::string text = printManifest(**first);
    const auto second = parseManifest(text, u"m.json"_s);
    QVERIFY2(second, qPrintable(second ? QString() : second.error().message));
    QCOMPARE(keyLines(**second), keys);
    QCOMPARE(attributeLines(**second), attributes);
    QCOMPARE(QString::fromStdString(printManifest(**second)), QString::fromStdString(text));
}

QTEST_GUILESS_MAIN(TestManifest)
#include "tst_manifest.moc"
