// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchlegacyreader.h"
#include "tests/support/memoryfile.h"
#include "tests/support/picklebuilder.h"
#include "tests/support/torchlisting.h"
#include "tests/support/zipbuilder.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
/// A legacy stream, sound unless a part is replaced.
struct Stream
{
    std::string magic = std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
    std::string version = std::string("\x80\x02M\xe9\x03.", 6);
    std::string information = PickleBuilder().proto().raw("}").text("little_endian").raw("\x88s").stop();
    std::string object;
    std::string keys;
    std::string data;

    std::string bytes() const { return magic + version + information + object + keys + data; }
};

std::string count(qint64 elements)
{
    return ZipBuilder::u64(quint64(elements));
}

/// A tensor whose persistent id has the sixth item of legacy files: a view, or None.
void addTensor(PickleBuilder &object, std::string_view name, std::string_view key, qint64 elements, qint64 size,
               std::string_view view = "N")
{
    object.text(name).global("torch._utils", "_rebuild_tensor_v2").raw("((").text("storage");
    object.global("torch", "FloatStorage").text(key).text("cpu").integer(elements).raw(view).raw("tQ");
    object.integer(0).tuple(size).tuple(1).raw("\x89").global("collections", "OrderedDict").raw(")RtR");
}

/// {'a': 2 floats of storage "11", 'b': 3 floats of storage "22"}
Stream sound()
{
    Stream stream;
    PickleBuilder object;
    object.proto().raw("}(");
    addTensor(object, "a", "11", 2, 2);
    addTensor(object, "b", "22", 3, 3);
    stream.object = object.raw("u").stop();
    stream.keys = PickleBuilder().proto().raw("](").text("11").text("22").raw("e").stop();
    stream.data = count(2) + "aaaabbbb" + count(3) + "ccccddddeeee";
    return stream;
}

QString outcome(const std::string &bytes)
{
    static const QRegularExpression path(u"“/proc/self/fd/\\d+”"_s);
    Progress progress;
    const auto checkpoint = torchLegacyFormat.open(memoryFile(bytes), progress);
    if (!checkpoint)
        return QString(checkpoint.error().message).replace(path, u"FILE"_s);
    QStringList lines;
    for (const Tensor &tensor : (*checkpoint)->tensors()) {
        const QString problem = (*checkpoint)->problem(tensor);
        lines << QString::fromStdString(escaped(tensor.name)) + u": "_s
                + (problem.isEmpty() ? QString::fromStdString(denseBytes(**checkpoint, tensor)) : problem);
    }
    for (const Finding &finding : (*checkpoint)->findings())
        lines << QString(u"! "_s + QString::fromStdString(finding.kind) + u": "_s + finding.message)
                     .replace(path, u"FILE"_s);
    return lines.join(u'\n');
}
}

class TestTorchLegacy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void streams_data();
    void streams();
    void views();
    void eighths();
    void pythonTwo();
    void manyStorages();
};

void TestTorchLegacy::streams_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *tag, const auto &change, const QString &expected) {
        Stream stream = sound();
        change(stream);
        QTest::addRow("%s", tag) << QByteArray::fromStdString(stream.bytes()) << expected;
    };
    const QString a = u"a: aaaabbbb"_s;
    const QString b = u"\nb: ccccddddeeee"_s;
    row(
        "sound", [](Stream &) {}, a + b);
    row(
        "another number in front (L-01)", [](Stream &stream) { stream.magic[5] = 'x'; },
        u"FILE is damaged: it does not begin with the number that PyTorch writes."_s);
    row(
        "version 1000 (L-01)", [](Stream &stream) { stream.version[3] = char(0xe8); },
        u"FILE has another version of PyTorch's format than 1001."_s);
    row(
        "big-endian computer (L-02)",
        [](Stream &stream) {
            stream.information = PickleBuilder().proto().raw("}").text("little_endian").raw("\x89s").stop();
        },
        a + b
            + u"\n! byte-order: The file says that a big-endian computer wrote it; such computers wrote little-endian "
              "values all the same, and so it is read."_s);
    row(
        "several writers (L-03)",
        [](Stream &stream) { stream.data = count(-7659745797817883467) + stream.data.substr(8); },
        u"a: The values of “a” cannot be read. The count of elements at byte 401 is -7659745797817883467, which cannot "
        u"be. Several processes wrote this file at the same time."
        "\nb: The values of “b” cannot be read. The count of elements at byte 401 is -7659745797817883467, which "
        "cannot be. Several processes wrote this file at the same time."
        "\n! storages: The count of elements at byte 401 is -7659745797817883467, which cannot be. Several processes wrote this file at the same time."_s);
    row(
        "fewer elements than the tensor needs (L-03)",
        [](Stream &stream) { stream.data = count(1) + "aaaa" + count(3) + "ccccddddeeee"; },
        u"a: “a” needs 8 bytes of storage “11”, which holds 4."_s + b);
    row(
        "a count that overflows (L-04)",
        [](Stream &stream) { stream.data = count(qint64(1) << 62) + stream.data.substr(8); },
        u"a: The values of “a” cannot be read. The count of elements at byte 401 is 4611686018427387904, which cannot "
        u"be."
        "\nb: The values of “b” cannot be read. The count of elements at byte 401 is 4611686018427387904, which cannot "
        "be."
        "\n! storages: The count of elements at byte 401 is 4611686018427387904, which cannot be."_s);
    row(
        "cut in the second storage (L-05)", [](Stream &stream) { stream.data.resize(stream.data.size() - 1); },
        a
            + u"\nb: The values of “b” cannot be read. The file ends at byte 436, but the storage at byte 425 takes 12 "
              u"bytes."
              "\n! storages: The file ends at byte 436, but the storage at byte 425 takes 12 bytes."_s);
    row(
        "a key of no tensor (L-06)",
        [](Stream &stream) {
            stream.keys = PickleBuilder().proto().raw("](").text("11").text("99").text("22").raw("e").stop();
        },
        a
            + u"\nb: The values of “b” cannot be read. The list of storages names one that no tensor has, so the "
              u"places of those behind it are unknown."
              "\n! storage-list: The list of storages names one that no tensor has, so the places of those behind it are unknown."_s);
    row(
        "a key missing (L-06)",
        [](Stream &stream) { stream.keys = PickleBuilder().proto().raw("](").text("11").raw("e").stop(); },
        a + u"\nb: The values of “b” are missing: the file has no storage “22”."_s
            + u"\n! trailing-bytes: 20 bytes follow the last storage."_s);
    row(
        "bytes behind", [](Stream &stream) { stream.data += "12345"; },
        a + b + u"\n! trailing-bytes: 5 bytes follow the last storage."_s);
    row(
        "harm in the version's place (L-08)",
        [](Stream &stream) {
            stream.version = PickleBuilder().proto().global("os", "system").text("id").raw("\x85R").stop();
        },
        u"FILE has another version of PyTorch's format than 1001."_s);
}

void TestTorchLegacy::streams()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, expected);
    QString actual = outcome(file.toStdString());
    actual.remove(QRegularExpression(u"\n! tensor-problems?: [^\n]*"_s));
    QCOMPARE(actual, expected);
}

void TestTorchLegacy::views()
{
    // The window of two elements from element 1 on, of a storage of three; and one that leaves its storage (L-07).
    const auto file = [](qint64 offset) {
        Stream stream;
        PickleBuilder object;
        object.proto().raw("}(");
        const std::string view = PickleBuilder().raw("(").text("33").integer(offset).integer(2).raw("t").bytesSoFar();
        addTensor(object, "v", "22", 3, 2, view);
        stream.object = object.raw("u").stop();
        stream.keys = PickleBuilder().proto().raw("](").text("22").raw("e").stop();
        stream.data = count(3) + "ccccddddeeee";
        return stream.bytes();
    };
    QCOMPARE(outcome(file(1)), u"v: ddddeeee"_s);
    QVERIFY(outcome(file(2)).startsWith(
        u"v: The values of “v” cannot be found: its view of another storage does not lie inside that storage."_s));
}

void TestTorchLegacy::eighths()
{
    const std::string bytes = sound().bytes();
    for (std::size_t part = 0; part < 8; ++part) {
        const QString text = outcome(bytes.substr(0, bytes.size() * part / 8));
        QVERIFY2(text.contains(u"is damaged at byte"_s) || text.contains(u"The file ends at byte"_s), qPrintable(text));
    }
}

void TestTorchLegacy::pythonTwo()
{
    Stream stream;
    PickleBuilder object;
    // {'w': _rebuild_tensor(storage, 0, (2,), (1,))} with the byte strings of Python 2
    object.proto().raw("}U\x01wctorch._utils\n_rebuild_tensor\n((U\x07storagectorch\nFloatStorage\n");
    object
        .raw("U\x02"
             "11U\x03"
             "cpuK\x02NtQ")
        .integer(0)
        .tuple(2)
        .tuple(1)
        .raw("tRs");
    stream.object = object.stop();
    stream.keys = PickleBuilder()
                      .proto()
                      .raw("]U\x02"
                           "11a")
                      .stop();
    stream.data = count(2) + "aaaabbbb";
    QCOMPARE(outcome(stream.bytes()), u"w: aaaabbbb"_s);
}

void TestTorchLegacy::manyStorages()
{
    // More pickle than the first window holds, so that the window has to grow.
    constexpr int tensors = 6000;
    Stream stream;
    PickleBuilder object;
    PickleBuilder keys;
    object.proto().raw("}(");
    keys.proto().raw("](");
    for (int i = 0; i < tensors; ++i) {
        const std::string key = std::to_string(100'000 + i);
        addTensor(object, "layer." + std::to_string(i), key, 1, 1);
        keys.text(key);
        stream.data += count(1) + key.substr(0, 4);
    }
    stream.object = object.raw("u").stop();
    stream.keys = keys.raw("e").stop();
    QVERIFY(stream.object.size() > 1 << 20);
    const QStringList lines = outcome(stream.bytes()).split(u'\n');
    QCOMPARE(lines.size(), tensors);
    QCOMPARE(lines.last(), u"layer.5999: 1059"_s);
}

QTEST_GUILESS_MAIN(TestTorchLegacy)
#include "tst_torchlegacy.moc"
