// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/formats/formats.h"
#include "model/formats/safetensorsheader.h"
#include "tests/support/testfile.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
/// "name dtype [shape] bytes@offset", offset from the data's start, and the problem if there is one.
QStringList described(const Checkpoint &checkpoint, qint64 dataStart)
{
    QStringList lines;
    for (const Tensor &tensor : checkpoint.tensors()) {
        QString line = displayName(tensor.name) + u' ' + checkpoint.dtypeText(tensor) + u' '
            + QString::fromStdString(shapeList(tensor.shape));
        const Storage &storage = checkpoint.storage(tensor);
        line += tensor.problem ? u": "_s + checkpoint.problem(tensor)
                               : u" %1@%2"_s.arg(storage.bytes).arg(storage.offset - dataStart);
        lines += line;
    }
    return lines;
}

QStringList kinds(const Findings &findings)
{
    QStringList words;
    for (const Finding &finding : findings)
        words += QString::fromStdString(finding.kind);
    return words;
}

QByteArray entry(const char *name, const char *dtype, const char *shape, const char *offsets)
{
    return QByteArray("\"") + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape
        + ",\"data_offsets\":" + offsets + "}";
}

/// What a header gives when it is read in pieces of about `usual` bytes: its tensors and metadata, or "refused".
QStringList inPieces(const QString &path, qint64 headerBytes, std::size_t usual)
{
    const auto file = InputFile::open(path);
    if (!file)
        return {file.error().message};
    Checkpoint::Parts parts;
    FlawTally flaws;
    Progress progress;
    JsonPieces pieces(**file, 8, std::size_t(headerBytes), usual);
    const auto read = readSafetensorsHeader(pieces, path, (*file)->size() - 8 - headerBytes, parts, flaws, progress);
    if (!read)
        return {u"refused"_s};
    QStringList lines = kinds(flaws.findings(u"file"_s));
    for (const Tensor &tensor : parts.tensors) {
        lines += u"%1 %2 %3 %4"_s.arg(displayName(tensor.name), QString::fromStdString(shapeList(tensor.shape)))
                     .arg(tensor.problem)
                     .arg(parts.storages[quint32(tensor.storage)].offset);
    }
    for (const auto &[key, text] : parts.metadata)
        lines += QString::fromStdString(key + "=" + text);
    return lines;
}

/// The same for every size of piece.
void compareInPieces(const QString &path, qint64 headerBytes)
{
    const QStringList whole = inPieces(path, headerBytes, std::size_t(headerBytes));
    for (const std::size_t usual : {1, 2, 7, 60, 500})
        QCOMPARE(inPieces(path, headerBytes, usual), whole);
}

/// Stops at once.
class Stopper final : public Progress
{
public:
    bool stopRequested() const override { return true; }
};
}

class TestSafetensors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void opens_data();
    void opens();
    void refuses_data();
    void refuses();
    void keepsMetadata();
    void hasOneRoot();
    void sharesIdenticalRanges();
    void saysItShort();
    void tellsWordsOfManyDTypes();
    void doesNotReadValues();
    void opensManyTensors();
    void opensInPieces();
    void isCancelled();
    void refusesTruncated_data();
    void refusesTruncated();
};

void TestSafetensors::opens_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("dataBytes");
    QTest::addColumn<QStringList>("tensors");
    QTest::addColumn<QStringList>("findings");

    const QByteArray a = entry("a", "F32", "[2]", "[0,8]");
    const QStringList onlyA{u"a float32 [2] 8@0"_s};
    const QString refuses = u"reference-refuses"_s;
    const auto row = [&](const char *tag, const QByteArray &header, int bytes, const QStringList &tensors,
                         const QStringList &findings = {}) {
        QTest::addRow("%s", tag) << header << bytes << tensors << findings;
    };

    row("empty", "{}", 0, {});
    row("one", "{" + a + "}", 8, onlyA);
    row("header order is kept", "{" + entry("b", "U8", "[1]", "[8,9]") + "," + a + "}", 9,
        {u"b uint8 [1] 1@8"_s, u"a float32 [2] 8@0"_s});
    row("fields in another order", R"({"a":{"data_offsets":[0,8],"shape":[2],"dtype":"F32"}})", 8, onlyA);
    row("trailing blanks", "{" + a + "} \t\r\n", 8, onlyA);
    row("scalar", "{" + entry("a", "I64", "[]", "[0,8]") + "}", 8, {u"a int64 [] 8@0"_s});
    row("empty tensors",
        "{" + entry("a", "F32", "[0]", "[0,0]") + "," + entry("b", "F32", "[0,4294967296]", "[0,0]") + "}", 0,
        {u"a float32 [0] 0@0"_s, u"b float32 [0, 4294967296] 0@0"_s});
    row("misaligned F64", "{" + entry("a", "U8", "[1]", "[0,1]") + "," + entry("b", "F64", "[1]", "[1,9]") + "}", 9,
        {u"a uint8 [1] 1@0"_s, u"b float64 [1] 8@1"_s});
    row("list instead of an object", R"({"a":["F32",[2],[0,8]]})", 8, onlyA);
    row("float4 counts pairs", "{" + entry("a", "F4", "[2,8]", "[0,8]") + "}", 8, {u"a float4_e2m1fn_x2 [2, 4] 8@0"_s});
    row("metadata null", R"({"__metadata__":null,)" + a + "}", 8, onlyA);

    row("S-05 leading blanks", " \n{" + a + "}", 8, onlyA, {u"leading-space"_s});
    row("NUL padding", "{" + a + "}" + QByteArray(3, '\0'), 8, onlyA, {u"nul-padding"_s, refuses});
    row("S-06 duplicate, same range", "{" + a + "," + a + "}", 8, onlyA, {u"duplicate-name"_s});
    row("S-06 duplicate, other range: the last counts", "{" + a + "," + entry("a", "F32", "[1]", "[8,12]") + "}", 12,
        {u"a float32 [1] 4@8"_s}, {u"duplicate-name"_s, u"hole"_s, refuses});
    row("S-06 duplicate after unescaping", "{" + a + "," + entry("\\u0061", "F32", "[2]", "[0,8]") + "}", 8, onlyA,
        {u"duplicate-name"_s});
    row("S-06 metadata twice", R"({"__metadata__":{"k":"v"},"__metadata__":{},)" + a + "}", 8, onlyA,
        {u"duplicate-metadata"_s, refuses});
    row("S-06 field twice", R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8,
        {u"a float32 [2]: the header does not describe it properly"_s}, {u"bad-entry"_s, refuses});
    row("S-07 metadata number", R"({"__metadata__":{"n":1.50,"o":{"p":[null]}},)" + a + "}", 8, onlyA,
        {u"bad-metadata-value"_s, refuses});
    row("S-07 metadata list", R"({"__metadata__":[1],)" + a + "}", 8, onlyA, {u"bad-metadata"_s, refuses});
    row("S-08 unknown dtype", "{" + entry("a", "F99", "[2]", "[0,8]") + "}", 8, {u"a F99 [2]: its dtype is unknown"_s},
        {u"unknown-dtype"_s, refuses});
    row("S-08 lower case", "{" + entry("a", "f32", "[2]", "[0,8]") + "}", 8, {u"a f32 [2]: its dtype is unknown"_s},
        {u"unknown-dtype"_s, refuses});
    row("S-08 F6", "{" + entry("a", "F6_E2M3", "[4]", "[0,3]") + "}", 3,
        {u"a F6_E2M3 [4]: PyTorch has no dtype for its elements"_s}, {u"unsized-dtype"_s});
    row("S-08 dtype is a number", R"({"a":{"dtype":5,"shape":[2],"data_offsets":[0,8]}})", 8,
        {u"a  [2]: the header does not describe it properly"_s}, {u"bad-entry"_s, refuses});
    const QString noNumbers = u": its shape is not a list of whole numbers"_s;
    row("S-09 negative", "{" + entry("a", "F32", "[-4]", "[0,8]") + "}", 8, {u"a float32 [0]"_s + noNumbers},
        {u"bad-shape"_s, refuses});
    row("S-09 minus zero", "{" + entry("a", "F32", "[-0]", "[0,0]") + "}", 0, {u"a float32 [0]"_s + noNumbers},
        {u"bad-shape"_s, refuses});
    row("S-09 4.0", "{" + entry("a", "F32", "[4.0]", "[0,16]") + "}", 16, {u"a float32 [0]"_s + noNumbers},
        {u"bad-shape"_s, refuses});
    row("S-09 1e1", "{" + entry("a", "F32", "[1e1]", "[0,40]") + "}", 40, {u"a float32 [0]"_s + noNumbers},
        {u"bad-shape"_s, refuses});
    row("S-09 2^64", "{" + entry("a", "F32", "[18446744073709551616]", "[0,8]") + "}", 8,
        {u"a float32 [0]"_s + noNumbers}, {u"bad-shape"_s, refuses});
    const QString uncountable = u": its shape has more bytes than can be counted"_s;
    row("S-09 2^63", "{" + entry("a", "F32", "[9223372036854775808]", "[0,8]") + "}", 8,
        {u"a float32 [0]"_s + uncountable}, {u"shape-overflow"_s, refuses});
    row("S-09 overflow before zero", "{" + entry("a", "U8", "[4294967296,4294967296,0]", "[0,0]") + "}", 0,
        {u"a uint8 [4294967296, 4294967296, 0]"_s + uncountable}, {u"shape-overflow"_s, refuses});
    row("S-09 overflow by the element's size", "{" + entry("a", "F64", "[2305843009213693952]", "[0,8]") + "}", 8,
        {u"a float64 [2305843009213693952]"_s + uncountable}, {u"shape-overflow"_s, refuses});
    row("S-09 shape is a text", R"({"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}})", 8,
        {u"a float32 []"_s + noNumbers}, {u"bad-shape"_s, refuses});
    const QString noRange = u": its data_offsets are not a range"_s;
    row("S-10 reversed", "{" + entry("a", "F32", "[2]", "[8,0]") + "}", 8, {u"a float32 [2]"_s + noRange},
        {u"bad-offsets"_s, u"trailing-bytes"_s, refuses});
    row("S-10 three numbers", "{" + entry("a", "F32", "[2]", "[0,8,8]") + "}", 8, {u"a float32 [2]"_s + noRange},
        {u"bad-offsets"_s, u"trailing-bytes"_s, refuses});
    row("S-10 negative", "{" + entry("a", "F32", "[2]", "[-8,0]") + "}", 8, {u"a float32 [2]"_s + noRange},
        {u"bad-offsets"_s, u"trailing-bytes"_s, refuses});
    row("S-10 hole at the start", "{" + entry("a", "F32", "[2]", "[4,12]") + "}", 12, {u"a float32 [2] 8@4"_s},
        {u"hole"_s, refuses});
    row("S-10 hole in the middle", "{" + a + "," + entry("b", "U8", "[1]", "[9,10]") + "}", 10,
        {u"a float32 [2] 8@0"_s, u"b uint8 [1] 1@9"_s}, {u"hole"_s, refuses});
    row("S-10 overlap", "{" + a + "," + entry("b", "F32", "[2]", "[4,12]") + "}", 12,
        {u"a float32 [2] 8@0"_s, u"b float32 [2] 8@4"_s}, {u"overlap"_s, refuses});
    row("S-10 identical", "{" + a + "," + entry("b", "F32", "[2]", "[0,8]") + "}", 8,
        {u"a float32 [2] 8@0"_s, u"b float32 [2] 8@0"_s}, {u"overlap"_s, refuses});
    row("S-10 empty inside another", "{" + a + "," + entry("b", "F32", "[0]", "[4,4]") + "}", 8,
        {u"a float32 [2] 8@0"_s, u"b float32 [0] 0@4"_s}, {u"misplaced-empty"_s, refuses});
    row("S-10 size differs from the shape", "{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8,
        {u"a float32 [3]: its data_offsets do not match its dtype and shape"_s}, {u"size-mismatch"_s, refuses});
    row("S-11 trailing bytes", "{" + a + "}", 12, onlyA, {u"trailing-bytes"_s, refuses});
    row("S-15 empty name", "{" + entry("", "F32", "[2]", "[0,8]") + "}", 8, {u" float32 [2] 8@0"_s});
    row("S-15 NUL in a name", "{" + entry("a\\u0000b", "F32", "[2]", "[0,8]") + "}", 8, {u"a\\x00b float32 [2] 8@0"_s});
    row("S-15 control characters", "{" + entry("a\\n\\u001b[31m\\u202e", "F32", "[2]", "[0,8]") + "}", 8,
        {u"a\\n\\x1b[31m\\u202e float32 [2] 8@0"_s});
    row("S-15 surrogate pair", "{" + entry("\\ud83d\\ude00", "F32", "[2]", "[0,8]") + "}", 8,
        {u"\U0001F600 float32 [2] 8@0"_s});
    row("S-15 __proto__", "{" + entry("__proto__", "F32", "[2]", "[0,8]") + "}", 8, {u"__proto__ float32 [2] 8@0"_s});
    row("S-15 a megabyte", "{" + entry(QByteArray(1 << 20, 'n'), "F32", "[2]", "[0,8]") + "}", 8,
        {QString(1 << 20, u'n') + u" float32 [2] 8@0"_s});
    row("S-17 odd F4", "{" + entry("a", "F4", "[3]", "[0,1]") + "}", 1,
        {u"a float4_e2m1fn_x2 [3]: its data_offsets do not match its dtype and shape"_s},
        {u"size-mismatch"_s, refuses});
    row("S-17 F4 with an odd last dimension", "{" + entry("a", "F4", "[2,3]", "[0,3]") + "}", 3,
        {u"a F4 [2, 3]: PyTorch has no dtype for its elements"_s}, {u"unsized-dtype"_s});
    row("extra field", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":{"y":[1e3,true,null,"s"]}}})", 8,
        onlyA, {u"extra-field"_s});
    QByteArray ones = "1,";
    row("64 dimensions", "{" + entry("a", "U8", "[" + ones.repeated(63) + "1]", "[0,1]") + "}", 1,
        {u"a uint8 ["_s + u"1, "_s.repeated(63) + u"1] 1@0"_s});
    row("65 dimensions", "{" + entry("a", "U8", "[" + ones.repeated(64) + "1]", "[0,1]") + "}", 1,
        {u"a uint8 ["_s + u"1, "_s.repeated(63) + u"1]: it has more than 64 dimensions"_s}, {u"rank"_s});
    row("a long dtype", "{" + entry("a", QByteArray(65, 'F'), "[2]", "[0,8]") + "}", 8,
        {u"a "_s + QString(64, u'F') + u" [2]: the header does not describe it properly"_s}, {u"bad-entry"_s, refuses});
    row("field missing", R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8, {},
        {u"bad-entry"_s, u"trailing-bytes"_s, refuses});
    row("entry is a number", R"({"a":1})", 0, {}, {u"bad-entry"_s, refuses});
    row("entry is null", R"({"a":null})", 0, {}, {u"bad-entry"_s, refuses});
}

void TestSafetensors::opens()
{
    QFETCH(const QByteArray, header);
    QFETCH(const int, dataBytes);
    QFETCH(const QStringList, tensors);
    QFETCH(const QStringList, findings);

    const TestFile file(safetensorsBytes(header, QByteArray(dataBytes, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY2(checkpoint, checkpoint ? "" : qPrintable(checkpoint.error().message));
    QCOMPARE(described(**checkpoint, 8 + header.size()), tensors);
    QCOMPARE(kinds((*checkpoint)->findings()), findings);
    compareInPieces(file.path(), header.size() - header.count('\0'));
    for (const Finding &finding : (*checkpoint)->findings()) {
        QVERIFY2(finding.message.contains(u"model.safetensors"_s), qPrintable(finding.message));
        QVERIFY2(!finding.message.contains(u'%'), qPrintable(finding.message));
    }
}

void TestSafetensors::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");

    const QByteArray a = entry("a", "F32", "[2]", "[0,8]");
    const QByteArray good = safetensorsBytes("{" + a + "}", QByteArray(8, '\1'));
    const auto withLength = [&](quint64 length) {
        QByteArray bytes = good;
        qToLittleEndian(length, bytes.data());
        return bytes;
    };
    const auto row = [](const char *tag, const QByteArray &bytes, const QString &message) {
        QTest::addRow("%s", tag) << bytes << message;
    };
    const QString noJson = u"not valid JSON"_s;
    const auto header = [](const QByteArray &text) { return safetensorsBytes(text, QByteArray(8, '\1')); };

    row("S-01 only a length", good.left(8), u"ends inside its header"_s);
    row("S-02 10^8 + 1", withLength(100'000'001), u"at most 100000000 are allowed"_s);
    row("S-02 2^63", withLength(quint64(1) << 63), u"9223372036854775808 bytes"_s);
    row("S-02 2^64 - 1", withLength(~quint64(0)), u"18446744073709551615 bytes"_s);
    row("S-02 2^64 - 8 wraps around", withLength(~quint64(0) - 7), u"18446744073709551608 bytes"_s);
    row("S-03 beyond the file", withLength(1000), u"should have 1000 bytes; 62 are there"_s);
    row("S-04 empty header", withLength(0), u"header is empty"_s);
    row("S-04 byte order mark", header("\xEF\xBB\xBF{}"), noJson);
    row("S-04 two objects", header("{}{}"), noJson);
    row("S-04 comment", header("{/**/}"), noJson);
    row("S-04 NaN", header("{" + entry("a", "F32", "[NaN]", "[0,8]") + "}"), noJson);
    row("S-04 trailing comma", header("{" + a + ",}"), noJson);
    row("S-04 trailing comma in a list", header("{" + entry("a", "F32", "[2,]", "[0,8]") + "}"), noJson);
    row("S-04 text without an end", header("{\"a"), noJson);
    row("S-04 object without an end", header("{" + a), noJson);
    row("S-04 no colon", header("{\"a\" {}}"), noJson);
    row("S-04 key is a number", header("{1:{}}"), noJson);
    row("S-10 past the end", header("{" + a + "," + entry("b", "F32", "[2]", "[8,16]") + "}"),
        u"ends before the values of “b” do, which should end at byte 132; the file has 124 bytes"_s);
    row("S-10 far away", header("{" + entry("a", "U8", "[8]", "[18446744073709551600,18446744073709551608]") + "}"),
        u"ends before the values of “a” do"_s);
    row("S-10 far away, size differs", header("{" + entry("a", "U8", "[1]", "[0,18446744073709551615]") + "}"),
        u"ends before the values of “a” do"_s);
    row("S-12 data hidden behind the object", header("{" + a + "}  x"), noJson);
    row("S-13 nested 100,000 deep", header("{\"a\":" + QByteArray(100'000, '[') + QByteArray(100'000, ']') + "}"),
        u"more than 127 deep"_s);
    row("S-13 objects nested 100,000 deep",
        header("{\"a\":{\"x\":" + QByteArray("{\"y\":").repeated(100'000) + "1" + QByteArray(100'002, '}')),
        u"more than 127 deep"_s);
    row("S-15 lone surrogate", header("{" + entry("\\ud800", "F32", "[2]", "[0,8]") + "}"), noJson);
    row("S-15 bytes that are not UTF-8", header("{" + entry("\xFF", "F32", "[2]", "[0,8]") + "}"), noJson);
    row("S-15 raw control character", header("{" + entry("a\n", "F32", "[2]", "[0,8]") + "}"), noJson);
    row("ignored field is not JSON", header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":tru}})"),
        noJson);
    const QByteArray bad = "\"\":[\"\",[],[]],";
    row("too many bad tensors", header("{" + bad.repeated(100'000) + bad.chopped(1) + "}"),
        u"more than 100,000 tensors in it cannot be read, lie outside the file or overlap"_s);
    QByteArray overlapping = "{";
    for (int i = 0; i < 100'020; ++i)
        overlapping += '"' + QByteArray::number(i) + "\":[\"U8\",[1],[0,1]],";
    overlapping.back() = '}';
    row("too many overlapping tensors", header(overlapping), u"more than 100,000 tensors in it"_s);
    row("too long a name", header("{\"" + QByteArray((1 << 20) + 1, 'n') + "\":1}"), u"a name in it has 1.0 MB"_s);
    row("too much metadata", header("{\"__metadata__\":{" + QByteArray("\"\":\"\",").repeated(100'000) + "\"\":\"\"}}"),
        u"its __metadata__ has more than 100,000 texts"_s);
    row("too long a metadata key", header("{\"__metadata__\":{\"" + QByteArray((1 << 20) + 1, 'n') + "\":1}}"),
        u"its __metadata__ has names or values that are no texts with 1.0 MB"_s);
    row("too many values in an entry", header("{\"a\":[0" + QByteArray(",0").repeated(9'000'000) + "]}"),
        u"has an entry of more than 8,000,000 values and signs at byte 8, more than"_s);
    row("nested 17 million deep", header("{\"a\":" + QByteArray(17'000'000, '[')), u"8,000,000 values and signs"_s);
    row("words without end", header("{\"a\":1" + QByteArray(" 1").repeated(9'000'000) + "}"),
        u"8,000,000 values and signs"_s);
    row("ignored number is infinite", header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1e999}})"),
        noJson);
}

void TestSafetensors::refuses()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, message);

    const TestFile file(bytes);
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::Damaged);
    QVERIFY2(checkpoint.error().message.contains(message), qPrintable(checkpoint.error().message));
    QVERIFY(checkpoint.error().message.contains(u"model.safetensors"_s));
    QCOMPARE(checkpoint.error().path, file.path());
    const auto headerBytes = bytes.size() < 8 ? 0 : qFromLittleEndian<quint64>(bytes.data());
    if (headerBytes > 0 && headerBytes <= quint64(std::min<qsizetype>(bytes.size() - 8, 4096)))
        compareInPieces(file.path(), qint64(headerBytes));
}

void TestSafetensors::keepsMetadata()
{
    const TestFile file(safetensorsBytes(R"({"__metadata__":{"z":"1","format":"pt","n":1.50 ,"o":{"p":[null]}}})"));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QStringList lines;
    for (const auto &[key, text] : (*checkpoint)->metadata())
        lines += QString::fromStdString(key + "=" + text);
    QCOMPARE(lines, (QStringList{u"z=1"_s, u"format=pt"_s, u"n=1.50"_s, u"o={\"p\":[null]}"_s}));
}

void TestSafetensors::hasOneRoot()
{
    const TestFile file(safetensorsBytes(
        "{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "I8", "[3]", "[8,11]") + "}", QByteArray(11, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->roots().size(), 1u);
    const Root &root = (*checkpoint)->root(RootId(0));
    QVERIFY(root.path.empty());
    QCOMPARE(root.count, 2u);
    QCOMPARE(root.parameters, 5);
    QCOMPARE(root.bytes, 11);
    QCOMPARE(root.floating, 1);
    QVERIFY((*checkpoint)->objects().isEmpty());
}

void TestSafetensors::sharesIdenticalRanges()
{
    const TestFile file(safetensorsBytes(
        "{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2]", "[0,8]") + "}", QByteArray(8, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->tensors()[0].storage, (*checkpoint)->tensors()[1].storage);
    QCOMPARE((*checkpoint)->findings()[0].message,
             u"The values of “b” in “model.safetensors” overlap those of another tensor: "
             "both are exactly those of “a”."_s);
}

void TestSafetensors::saysItShort()
{
    QByteArray header = "{";
    for (int i = 0; i < 1000; ++i)
        header += entry(QByteArray::number(i), "F99", "[2]", "[0,8]") + ",";
    header.back() = '}';
    const TestFile file(safetensorsBytes(header, QByteArray(8, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->findings()[0].message,
             u"“0” in “model.safetensors” has the unknown dtype “F99”; its values cannot be read. "
             "There are 999 more like it."_s);
    QCOMPARE((*checkpoint)->findings()[0].where.key, "0");
}

void TestSafetensors::tellsWordsOfManyDTypes()
{
    QByteArray header = "{";
    for (int i = 0; i < 600; ++i)
        header += entry(QByteArray::number(i), "W" + QByteArray::number(i % 300), "[2]", "[0,8]") + ",";
    header.back() = '}';
    const TestFile file(safetensorsBytes(header, QByteArray(8, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    const auto word = [&](std::size_t tensor) { return (*checkpoint)->dtypeText((*checkpoint)->tensors()[tensor]); };
    QCOMPARE(word(0), u"W0"_s);
    QCOMPARE(word(253), u"W253"_s);
    QCOMPARE(word(254), u"other"_s);
    QCOMPARE(word(299), u"other"_s);
    QCOMPARE(word(300 + 253), u"W253"_s);
}

void TestSafetensors::doesNotReadValues()
{
    constexpr qint64 each = 1'000'000'000;
    QByteArray header = "{";
    for (qint64 i = 0; i < 400; ++i)
        header += entry(QByteArray::number(i), "U8", "[1000000000]",
                        "[" + QByteArray::number(i * each) + "," + QByteArray::number((i + 1) * each) + "]")
            + ",";
    header.back() = '}';
    const TestFile file(safetensorsBytes(header));
    if (!QFile::resize(file.path(), 8 + header.size() + 400 * each))
        QSKIP("The file system has no sparse files of 400 GB.");
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->root(RootId(0)).bytes, 400 * each);
    QVERIFY((*checkpoint)->findings().empty());
}

void TestSafetensors::opensManyTensors()
{
    QByteArray header = "{";
    for (int i = 0; i < 100'000; ++i)
        header += entry("layers." + QByteArray::number(i) + ".weight", "U8", "[1]",
                        "[" + QByteArray::number(i) + "," + QByteArray::number(i + 1) + "]")
            + ",";
    header.back() = '}';
    const TestFile file(safetensorsBytes(header, QByteArray(100'000, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->tensors().size(), 100'000u);
    QCOMPARE((*checkpoint)->tensors().back().name, "layers.99999.weight");
    QVERIFY((*checkpoint)->findings().empty());
}

/// An entry that is longer than what is read at once, and others behind it.
void TestSafetensors::opensInPieces()
{
    const QByteArray text = QByteArray("x\\\"},{\\\\").repeated(2 << 20);
    QByteArray header = "{" + entry("a", "F32", "[2]", "[0,8]") + R"(,"__metadata__":{"k":")" + text + "\"}";
    for (int i = 0; i < 10; ++i)
        header += "," + entry(QByteArray::number(i), "U8", "[0]", "[8,8]");
    const TestFile file(safetensorsBytes(header + "}", QByteArray(8, '\1')));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY2(checkpoint, checkpoint ? "" : qPrintable(checkpoint.error().message));
    QCOMPARE((*checkpoint)->tensors().size(), 11u);
    QCOMPARE((*checkpoint)->tensors().back().name, "9");
    QCOMPARE((*checkpoint)->metadata().size(), 1u);
    QCOMPARE((*checkpoint)->metadata()[0].second.size(), std::size_t(6 * (2 << 20)));
    QVERIFY((*checkpoint)->findings().empty());
}

void TestSafetensors::isCancelled()
{
    const TestFile file(safetensorsBytes(R"({"__metadata__":{}})"));
    Stopper progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::Cancelled);
}

void TestSafetensors::refusesTruncated_data()
{
    QTest::addColumn<int>("eighths");
    for (int eighths = 1; eighths < 8; ++eighths)
        QTest::addRow("%d of 8", eighths) << eighths;
}

void TestSafetensors::refusesTruncated()
{
    QFETCH(const int, eighths);

    QByteArray header = "{";
    for (int i = 0; i < 8; ++i)
        header += entry(QByteArray::number(i), "U8", "[100]",
                        "[" + QByteArray::number(i * 100) + "," + QByteArray::number(i * 100 + 100) + "]")
            + ",";
    header.back() = '}';
    const QByteArray whole = safetensorsBytes(header, QByteArray(800, '\1'));
    const TestFile file(whole.left(whole.size() * eighths / 8));
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::Damaged);
    QVERIFY2(checkpoint.error().message.contains(u"truncated"_s), qPrintable(checkpoint.error().message));
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
