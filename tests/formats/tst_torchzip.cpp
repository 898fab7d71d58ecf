// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchzipreader.h"
#include "tests/support/memoryfile.h"
#include "tests/support/picklebuilder.h"
#include "tests/support/torchlisting.h"
#include "tests/support/zipbuilder.h"

#include <QRegularExpression>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;

namespace {
const std::string sixteen("\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf", 16);

QString withoutPath(QString text)
{
    static const QRegularExpression path(u"“/proc/self/fd/\\d+”"_s);
    return text.replace(path, u"FILE"_s);
}

Result<std::shared_ptr<const Checkpoint>> open(const std::string &bytes)
{
    Progress progress;
    return torchZipFormat.open(memoryFile(bytes), progress);
}

/// A line a tensor with its bytes in hexadecimal or its problem, then a line a finding; or the error.
QString outcome(const std::string &bytes)
{
    const auto checkpoint = open(bytes);
    if (!checkpoint)
        return withoutPath(checkpoint.error().message);
    QStringList lines;
    for (const Tensor &tensor : (*checkpoint)->tensors()) {
        const QString problem = (*checkpoint)->problem(tensor);
        const QByteArray dense =
            problem.isEmpty() ? QByteArray::fromStdString(denseBytes(**checkpoint, tensor)) : QByteArray();
        lines << QString::fromStdString(tensorLine(**checkpoint, tensor)) + u'|'
                + (problem.isEmpty() ? QString::fromLatin1(dense.toHex()) : problem);
    }
    // A tensor's problem is among the findings as well, word for word.
    for (const Finding &finding : (*checkpoint)->findings()) {
        if (finding.kind != "tensor-problem")
            lines << withoutPath(u"! "_s + QString::fromStdString(finding.kind) + u": "_s + finding.message);
    }
    return lines.join(u'\n');
}

ZipBuilder archive(PickleBuilder &object)
{
    ZipBuilder zip;
    zip.addLikeTorch("a/data.pkl", object.stop());
    zip.addLikeTorch("a/byteorder", "little");
    zip.addLikeTorch("a/data/0", sixteen);
    zip.addLikeTorch("a/version", "3\n");
    return zip;
}

PickleBuilder sizes(std::initializer_list<qint64> values)
{
    PickleBuilder tuple;
    tuple.raw("(");
    for (const qint64 value : values)
        tuple.integer(value);
    tuple.raw("t");
    return tuple;
}

/// {'w': tensor} over one storage of 16 bytes.
std::string tensorFile(std::initializer_list<qint64> shape, std::initializer_list<qint64> strides, qint64 offset = 0,
                       qint64 elements = 4, std::string_view kind = "FloatStorage")
{
    PickleBuilder object;
    object.proto().raw("}").text("w").tensor(kind, "0", elements, offset, sizes(shape), sizes(strides)).raw("s");
    return archive(object).bytes();
}

std::string changed(const std::function<void(ZipBuilder &)> &change)
{
    PickleBuilder object;
    object.proto().raw("}").text("w").tensor("FloatStorage", "0", 4, 0, sizes({4}), sizes({1})).raw("s");
    ZipBuilder zip = archive(object);
    change(zip);
    return zip.bytes();
}
}

class TestTorchZip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void binding_data();
    void binding();
    void container_data();
    void container();
    void pickles_data();
    void pickles();
    void greedy_data();
    void greedy();
    void others_data();
    void others();
    void eighths();
    void roots();
    void dangerousNames();
};

void TestTorchZip::binding_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *tag, const std::string &file, const QString &expected) {
        QTest::addRow("%s", tag) << QByteArray::fromStdString(file) << expected;
    };
    const QString all = u"000102030405060708090a0b0c0d0e0f"_s;
    row("all", tensorFile({4}, {1}), u"|w|float32|[4]|"_s + all);
    row("transposed", tensorFile({2, 2}, {1, 2}),
        u"|w|float32|[2, 2]|00010203"
        "08090a0b"
        "04050607"
        "0c0d0e0f"_s);
    row("scalar at an offset", tensorFile({}, {}, 3), u"|w|float32|[]|0c0d0e0f"_s);
    row("strides of axes of one element do not count", tensorFile({1, 4, 1}, {77, 1, 99}),
        u"|w|float32|[1, 4, 1]|"_s + all);
    row("overflow (T-01)", tensorFile({qint64(1) << 32, qint64(1) << 32}, {qint64(1) << 32, 1}),
        u"|w|float32|[4294967296, 4294967296]|“w” has the shape [4294967296, 4294967296], more elements than 64 bits can count."_s);
    row("negative size (T-02)", tensorFile({-4}, {1}),
        u"|w|float32|[]|“w” has the shape [-4], but no size may be negative."_s);
    row("negative stride (T-02)", tensorFile({4}, {-1}, 3),
        u"|w|float32|[4]|“w” has the strides [-1], but no stride may be negative."_s);
    row("negative offset (T-02)", tensorFile({4}, {1}, -1),
        u"|w|float32|[4]|“w” starts at an impossible place in its storage."_s);
    row("wild stride (T-03)", tensorFile({4}, {qint64(1) << 40}),
        u"|w|float32|[4]|“w”, float32 of shape [4] from element 0 on, reaches beyond its storage of 4 elements."_s);
    row("wildest stride (T-03)", tensorFile({qint64(1) << 40, 2}, {std::numeric_limits<qint64>::max(), 1}),
        u"|w|float32|[1099511627776, 2]|“w”, float32 of shape [1099511627776, 2] from element 0 on, reaches beyond its storage of 4 elements."_s);
    row("offset of 2^62 (T-03)", tensorFile({1}, {1}, qint64(1) << 62),
        u"|w|float32|[1]|“w”, float32 of shape [1] from element 4611686018427387904 on, reaches beyond its storage of 4 elements."_s);
    row("one past the end (T-03)", tensorFile({4}, {1}, 1),
        u"|w|float32|[4]|“w”, float32 of shape [4] from element 1 on, reaches beyond its storage of 4 elements."_s);
    row("ranks differ (T-04)", tensorFile({2, 2}, {1}),
        u"|w|float32|[2, 2]|“w” has 2 sizes but not as many strides."_s);
    row("stride zero (T-05)", tensorFile({1'000'000, 0}, {0, 0}), u"|w|float32|[1000000, 0]|"_s);
    row("empty behind other axes", tensorFile({2, 0, 3}, {3, 3, 1}, 5), u"|w|float32|[2, 0, 3]|"_s);
    row("empty with wild stride and offset (T-06)", tensorFile({0, 3}, {qint64(1) << 50, 7}, 1000),
        u"|w|float32|[0, 3]|"_s);
    row("storage of 2^62 doubles (T-08)", tensorFile({1}, {1}, 0, qint64(1) << 62, "DoubleStorage"),
        u"|w|float64|[1]|The values of “w” cannot be found: its storage cannot have 4611686018427387904 elements."_s);
    row("storage of -4 elements (T-08)", tensorFile({1}, {1}, 0, -4),
        u"|w|float32|[1]|The values of “w” cannot be found: its storage cannot have -4 elements."_s);
    row("record too short (Z-33)", tensorFile({4}, {1}, 0, 6),
        u"|w|float32|[4]|“w” needs 24 bytes of “a/data/0”, which holds 16."_s);
    row("record too long (Z-33)", tensorFile({2}, {1}, 0, 2),
        u"|w|float32|[2]|0001020304050607\n! record-size: The file holds storages that are longer than their descriptions say (1 in all)."_s);
    row("unknown kind of storage (P-28)", tensorFile({4}, {1}, 0, 4, "FooStorage"),
        u"|w|uint8|[4]|The values of “w” cannot be found: its kind of storage is not a known one, but torch.FooStorage."_s);
    PickleBuilder twice;
    twice.proto()
        .raw("}(")
        .text("f")
        .tensor("FloatStorage", "0", 4, 0, sizes({4}), sizes({1}))
        .text("d")
        .tensor("DoubleStorage", "0", 2, 0, sizes({2}), sizes({1}))
        .raw("u");
    row("one storage under two types (T-07)", archive(twice).bytes(),
        u"|f|float32|[4]|"_s + all + u"\n|d|float64|[2]|"_s + all
            + u"\n! storage-type: Tensors name their storage by another type than those before them (1 in all)."_s);
    PickleBuilder placeholder;
    placeholder.proto().raw("}").text("%3").tensor("FloatStorage", "0", 6, 0, sizes({4}), sizes({1})).raw("s");
    row("a name that looks like a place in our sentences", archive(placeholder).bytes(),
        u"|%3|float32|[4]|“%3” needs 24 bytes of “a/data/0”, which holds 16."_s);
    PickleBuilder few;
    few.proto().raw("}").text("w").global("torch._utils", "_rebuild_tensor_v2").raw("(NNNtRs");
    row("three arguments (T-13)", archive(few).bytes(),
        u"! tensor-call: The file describes tensors in a way that no version of PyTorch does; they are shown as objects (1 in all)."_s
        u"\n! unused-storage: The file holds storages that none of its tensors uses: 16 B in all."_s);
    PickleBuilder same;
    same.proto()
        .raw("}(")
        .text("w")
        .tensor("FloatStorage", "0", 4, 0, sizes({2}), sizes({1}))
        .text("w")
        .tensor("FloatStorage", "0", 4, 2, sizes({2}), sizes({1}))
        .raw("u");
    row("one name twice (P-24)", archive(same).bytes(),
        u"|w|float32|[2]|08090a0b0c0d0e0f\n(not in the state dict)|w #1|float32|[2]|0001020304050607\n"
        "! duplicate-name: Tensors have the name of another tensor beside them, such as “w” (1 in all). The last of each name counts, as in Python."_s);
}

void TestTorchZip::binding()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, expected);
    QCOMPARE(outcome(file.toStdString()), expected);
}

void TestTorchZip::container_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *tag, const std::function<void(ZipBuilder &)> &change, const QString &expected) {
        QTest::addRow("%s", tag) << QByteArray::fromStdString(changed(change)) << expected;
    };
    const QString sound = u"|w|float32|[4]|000102030405060708090a0b0c0d0e0f"_s;
    row(
        "sound", [](ZipBuilder &) {}, sound);
    row(
        "big-endian (Z-38)", [](ZipBuilder &zip) { zip.member(1) = ZipBuilder().addLikeTorch("a/byteorder", "big"); },
        u"|w|float32|[4]|03020100"
        "07060504"
        "0b0a0908"
        "0f0e0d0c"_s);
    row(
        "unknown byte order (Z-37)",
        [](ZipBuilder &zip) {
            zip.member(1).data = "BIG\x1b[m";
            zip.member(1).hasDescriptor = false;
            zip.member(1).localFlags = 0;
            zip.member(1).packed = zip.member(1).unpacked = 6;
            zip.member(1).crc = 0;
        },
        sound + u"\n! byte-order: The file states the byte order “BIG\\x1b[m”; it is read as “little”."_s);
    row(
        "no version (Z-31)", [](ZipBuilder &zip) { zip.member(3).name = zip.member(3).localName = "a/revision"; },
        sound + u"\n! version: The file states no format version from 1 to 10, which PyTorch demands."_s);
    row(
        "version 11 (Z-31)", [](ZipBuilder &zip) { zip.member(3) = ZipBuilder().addLikeTorch("a/version", "11"); },
        sound + u"\n! version: The file states no format version from 1 to 10, which PyTorch demands."_s);
    row(
        "storage missing (Z-32)", [](ZipBuilder &zip) { zip.member(2).name = zip.member(2).localName = "a/data/7"; },
        u"|w|float32|[4]|The values of “w” are missing: the file has no “a/data/0”."_s);
    row(
        "storage that nothing uses (Z-32)", [](ZipBuilder &zip) { zip.addLikeTorch("a/data/99", "1234"); },
        sound + u"\n! unused-storage: The file holds storages that none of its tensors uses: 4 B in all."_s);
    row(
        "DATA.PKL (Z-08)", [](ZipBuilder &zip) { zip.addLikeTorch("a/DATA.PKL", "N."); },
        sound + u"\n! ambiguous-member: The file holds “a/DATA.PKL” beside “a/data.pkl”; PyTorch may read either."_s);
    row(
        "two data.pkl (Z-06)", [](ZipBuilder &zip) { zip.addLikeTorch("a/data.pkl", "N."); },
        u"FILE cannot be opened. The zip file holds more than one member named “a/data.pkl”, so its data is ambiguous."_s);
    row(
        "a second root (Z-29)", [](ZipBuilder &zip) { zip.addLikeTorch("b/data.pkl", "N."); },
        sound + u"\n! second-root: The zip file has members outside “a/”, which PyTorch refuses (1 in all)."_s);
    row(
        "local extra length 4 more (Z-18)", [](ZipBuilder &zip) { zip.member(2).localExtraBytes += 4; },
        u"|w|float32|[4]|The values of “w” cannot be read. The zip header of “a/data/0” puts its 16 bytes at byte 388, which does not fit the file."_s);
    row(
        "data.pkl is a bomb (Z-13)",
        [](ZipBuilder &zip) { zip.member(0) = ZipBuilder().addDeflated("a/data.pkl", std::string(64 << 20, '(')); },
        u"FILE cannot be opened. “a/data.pkl” would unfold from 67.8 kB to 67.1 MB: this looks like a zip bomb and is not read."_s);
}

void TestTorchZip::container()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, expected);
    QCOMPARE(outcome(file.toStdString()), expected);
}

void TestTorchZip::pickles_data()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("expected");
    QTest::addRow("damaged") << QByteArray("\x80\x02}U", 4)
                             << u"“a/data.pkl” in FILE is damaged at byte 3: 1 bytes are announced, 0 are left."_s;
    QTest::addRow("a second pickle behind (P-10)")
        << QByteArray("N.N.")
        << u"! trailing-bytes: 2 bytes follow the end of the pickle in “a/data.pkl” in FILE.\n! unused-storage: The file holds storages that none of its tensors uses: 16 B in all."_s;
    QTest::addRow("os.system (P-02)")
        << QByteArray("cos\nsystem\nU\x02id\x85R.")
        << u"! dangerous-name: The pickle names os.system, which a program that runs pickles would call. Nothing of it was run here.\n! unused-storage: The file holds storages that none of its tensors uses: 16 B in all."_s;
}

void TestTorchZip::pickles()
{
    QFETCH(const QByteArray, pickle);
    QFETCH(const QString, expected);
    ZipBuilder zip;
    zip.addLikeTorch("a/data.pkl", pickle.toStdString());
    zip.addLikeTorch("a/data/0", sixteen);
    zip.addLikeTorch("a/version", "3\n");
    const QString actual = outcome(zip.bytes());
    QCOMPARE(actual, expected);
}

/// Pickles that ask for far more memory than they have bytes.
void TestTorchZip::greedy_data()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("says");
    const auto times = [](const QByteArray &part, qsizetype count) { return part.repeated(count); };
    const QString waiting = u"is damaged at byte 4063231: more than 4,000,000 values wait to be used."_s;
    const QString early = u"it builds objects of more than 50.3 MB before the first tensor."_s;
    QTest::addRow("marks") << times("(", 5'000'000) << waiting;
    QTest::addRow("values left on the stack") << times("N", 5'000'000) << waiting;
    QTest::addRow("lists left on the stack") << times("]", 3'000'000) << early;
    QTest::addRow("a list of many") << "]" + times("(" + times("N", 1000) + "e", 7'000) << early;
    QTest::addRow("one by one") << "]" + times("Na", 7'000'000) << early;
    QTest::addRow("memo without end") << "N" + times("\x94", 7'000'000) << early;
    QTest::addRow("memo far apart") << "N" + [] {
        QByteArray puts;
        for (quint32 i = 0; i < 900'000; ++i) {
            const quint32 number = 0xF0000000u + i;
            puts += 'r' + QByteArray(reinterpret_cast<const char *>(&number), sizeof number);
        }
        return puts;
    }() << early;
    QTest::addRow("lists with attributes") << times("]}b0", 900'000) << early;
    QTest::addRow("persistent ids") << times("NQ0", 2'000'000) << early;
    QByteArray names;
    for (int i = 0; i <= 70'000; ++i)
        names += 'c' + QByteArray::number(i) + "\nx\n0";
    QTest::addRow("names") << names << u"it names more than 10,000 types and functions."_s;
    QTest::addRow("a long list copied again and again") << "(" + times("N", 1'000'000) + QByteArray("tq\0", 3)
            + QByteArray("0c__builtin__\nlist\nq\1"
                         "0")
            + times(QByteArray("h\1h\0\x85R0", 7), 1000) << early;
    QTest::addRow("a long text shown again and again") << QByteArray("X\xa0\x86\1\0", 5) + times("x", 100'000)
            + QByteArray("q\0"
                         "0]",
                         4)
            + times("(" + times(QByteArray("h\0", 2), 1000) + "e", 100)
            + "." << u"FILE cannot be opened: its objects take more than 150 MB, which its tensors do not need."_s;
    QTest::addRow("a long list shown again and again") << "(" + times("N", 17)
            + QByteArray("lq\0"
                         "0]",
                         5)
            + times("(" + times(QByteArray("h\0", 2), 1000) + "la", 5000)
            + "." << u"which its tensors do not need."_s;
    QTest::addRow("a long history") << "]" + times("(" + times("G\1\1\1\1\1\1\1\1", 1000) + "e", 1000) + "."
                                    << QString();
}

void TestTorchZip::greedy()
{
    QFETCH(const QByteArray, pickle);
    QFETCH(const QString, says);
    ZipBuilder zip;
    zip.addLikeTorch("a/data.pkl", pickle.toStdString());
    zip.addLikeTorch("a/version", "3\n");
    const QString actual = outcome(zip.bytes());
    QVERIFY2(says.isEmpty() ? actual.isEmpty() : actual.endsWith(says), qPrintable(actual.left(1000)));
}

void TestTorchZip::others_data()
{
    QTest::addColumn<QStringList>("members");
    QTest::addColumn<QString>("expected");
    QTest::addRow("torch.export")
        << QStringList{u"m/archive_format"_s, u"m/data/weights/weight_0"_s}
        << u"FILE is an exported program of torch.export (.pt2), which this version does not open."_s;
    QTest::addRow("torch.package") << QStringList{u"m/.data/extern_modules"_s, u"m/x.pkl"_s}
                                   << u"FILE is an archive of torch.package, which this version does not open."_s;
    QTest::addRow("numpy arrays") << QStringList{u"a.npy"_s, u"b/c.npy"_s}
                                  << u"FILE is an archive of numpy arrays (.npz), which this version does not open."_s;
    QTest::addRow("some zip file") << QStringList{
        u"word/document.xml"_s} << u"FILE is a zip file, but holds no “word/data.pkl”, so PyTorch did not write it."_s;
}

void TestTorchZip::others()
{
    QFETCH(const QStringList, members);
    ZipBuilder zip;
    for (const QString &name : members)
        zip.add(name.toStdString(), "x");
    const auto checkpoint = open(zip.bytes());
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::Unsupported);
    QTEST(withoutPath(checkpoint.error().message), "expected");
}

void TestTorchZip::eighths()
{
    const std::string sound = tensorFile({4}, {1});
    for (std::size_t part = 0; part < 8; ++part) {
        const auto checkpoint = open(sound.substr(0, sound.size() * part / 8));
        QVERIFY(!checkpoint);
        QCOMPARE(checkpoint.error().kind, Error::Kind::Damaged);
    }
}

void TestTorchZip::roots()
{
    const auto tensor = [](PickleBuilder &builder) -> PickleBuilder & {
        return builder.tensor("FloatStorage", "0", 4, 0, sizes({1}), sizes({1}));
    };
    PickleBuilder object;
    object.proto().raw("}(").text("top");
    tensor(object).text("model").raw("}").text("w");
    tensor(object).raw("s").text("states").raw("]").raw("}").text("state").raw("}K\x01}").text("avg");
    tensor(object).raw("sssa").text("list").raw("](");
    tensor(object).raw("](");
    tensor(object).raw("ee").text("a/b").raw("}").text("w");
    tensor(object).raw("su");
    const auto checkpoint = open(archive(object).bytes());
    QVERIFY2(checkpoint, checkpoint ? "" : qPrintable(checkpoint.error().message));
    QStringList lines;
    for (const Root &root : (*checkpoint)->roots()) {
        QString line = QString::fromStdString(pathText(root.path)) + u':';
        for (const Tensor &one : (*checkpoint)->tensors(root))
            line += u' ' + QString::fromStdString(std::string(one.name));
        lines << line + (root.isOptimizer ? u" (optimizer)"_s : u""_s);
    }
    QCOMPARE(lines,
             QStringList({u": top"_s, u"model: w"_s, u"states/0/state: 1.avg (optimizer)"_s, u"list: 0 1.0"_s,
                          u"\"a/b\": w"_s}));
}

void TestTorchZip::dangerousNames()
{
    PickleBuilder object;
    object.proto().raw("}").text("w").global("os", "system").text("id").raw("\x85Rs");
    const auto checkpoint = open(archive(object).bytes());
    QVERIFY(checkpoint);
    const auto &names = (*checkpoint)->namesInPickle();
    QCOMPARE(names.size(), 1u);
    QCOMPARE(names[0].first, std::string("os.system"));
    QCOMPARE(names[0].second, NameGrade::Dangerous);
}

QTEST_GUILESS_MAIN(TestTorchZip)
#include "tst_torchzip.moc"
