// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"
#include "tests/support/testfile.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QByteArray tarBytes(char damage)
{
    QByteArray head(1024, '\0');
    head.replace(0, 8, "model.pt");
    head.replace(124, 11, "00000001000");
    head.replace(148, 8, "        ");
    unsigned sum = 0;
    for (int at = 0; at < 512; ++at)
        sum += static_cast<unsigned char>(head[at]);
    head.replace(148, 7, QByteArray::number(sum, 8).rightJustified(6, '0') + '\0');
    head[0] = char(head[0] + damage);
    return head;
}
}

class TestForeign : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void isNamed_data();
    void isNamed();
    void renamedIndexIsTold();
    void folderIsUnsupported();
    void missingFileIsNotFound();
    void endingDoesNotMatter();
    void splitsSpec_data();
    void splitsSpec();
};

void TestForeign::isNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");

    const auto row = [](const char *tag, const QByteArray &bytes, const QString &text) {
        QTest::addRow("%s", tag) << bytes << text;
    };
    row("empty", "", u"is empty"_s);
    row("one byte", QByteArray(1, '\2'), u"too short for a checkpoint: it has 1 bytes"_s);
    row("Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", u"Git LFS pointer"_s);
    row("web page", "\n<!DOCTYPE html><html>", u"web page"_s);
    row("web page in capitals", "<HTML><BODY>", u"web page"_s);
    row("JSON error", R"({"error":"Repository not found"})", u"error message of a server"_s);
    row("XML error", R"(<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>)", u"XML text"_s);
    row("JSON", R"({"hidden_size": 768})", u"a JSON text"_s);
    row("index", R"({"metadata": {"total_size": 1}, "weight_map": {"a": "b"}})", u"index of a checkpoint in several"_s);
    row("text", "Hello, this is a text file.\n", u"a text file"_s);
    row("text in UTF-8", "Grüße aus der Datei.\n", u"a text file"_s);
    row("gzip", QByteArray::fromHex("1f8b0800000000000003"), u"compressed with gzip"_s);
    row("7z", QByteArray::fromHex("377abcaf271c0004"), u"7z archive"_s);
    row("rar", "Rar!\x1A\x07\x01", u"rar archive"_s);
    row("GGUF", QByteArray("GGUF\3\0\0\0", 8) + QByteArray(16, '\0'), u"GGUF"_s);
    row("npy", QByteArray("\x93NUMPY\1\0", 8), u"NumPy array"_s);
    row("HDF5", QByteArray::fromHex("894844460d0a1a0a"), u"HDF5"_s);
    row("tar", tarBytes(0), u"tar archive"_s);
    row("tar with a wrong checksum", tarBytes(1), u"of no kind"_s);
    row("zip without a checkpoint", QByteArray::fromHex("504b0506") + QByteArray(18, '\0'), u"empty zip"_s);
    row("preview container", "PYTORCH1xxxxxxxx", u"PyTorch 1.0 preview"_s);
    row("TensorFlow Lite", QByteArray("\x1c\0\0\0TFL3", 8) + QByteArray(16, '\0'), u"TensorFlow Lite"_s);
    row("ONNX",
        QByteArray("\x08\x07\x12\x07pytorch\x1a\x05"
                   "1.0.0\x00",
                   19),
        u"ONNX"_s);
    row("TensorFlow", QByteArray("\x08\x01\x12\x20\x0a\x05serve", 11) + QByteArray(32, '\1'), u"TensorFlow model"_s);
    row("zeros", QByteArray(600, '\0'), u"nothing but zeros"_s);
    row("noise", QByteArray("\xC7\x00\x91\xFE").repeated(20), u"of no kind"_s);
}

void TestForeign::isNamed()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, text);

    const TestFile file(bytes, u"weights.pt"_s);
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::NotThisFormat);
    QVERIFY2(checkpoint.error().message.contains(text), qPrintable(checkpoint.error().message));
    QVERIFY(checkpoint.error().message.startsWith(u"“weights.pt” "_s));
    QVERIFY(checkpoint.error().message.endsWith(u'.'));
}

void TestForeign::renamedIndexIsTold()
{
    const TestFile file(R"({"metadata": {}, "weight_map": {}})", u"model.json"_s);
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::NotThisFormat);
    QVERIFY(checkpoint.error().message.contains(u"index of a checkpoint in several files"_s));
}

void TestForeign::folderIsUnsupported()
{
    const QTemporaryDir folder;
    Progress progress;
    const auto checkpoint = openCheckpoint(folder.path(), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::Unsupported);
    QVERIFY(checkpoint.error().message.contains(QDir(folder.path()).dirName()));
}

void TestForeign::missingFileIsNotFound()
{
    const QTemporaryDir folder;
    Progress progress;
    const auto checkpoint = openCheckpoint(folder.filePath(u"absent.pt"_s), progress);
    QVERIFY(!checkpoint);
    QCOMPARE(checkpoint.error().kind, Error::Kind::NotFound);
    QVERIFY(checkpoint.error().message.contains(u"absent.pt"_s));
}

void TestForeign::endingDoesNotMatter()
{
    const TestFile file(safetensorsBytes("{}"), u"weights.jpeg"_s);
    Progress progress;
    const auto checkpoint = openCheckpoint(file.path(), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->format(), Format::Safetensors);
}

void TestForeign::splitsSpec_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("root");

    QTest::addRow("file alone") << u"a.pt"_s << u"a.pt"_s << u"none"_s;
    QTest::addRow("file and root") << u"a.pt::model/ema"_s << u"a.pt"_s << u"model/ema"_s;
    QTest::addRow("empty root is the top level") << u"a.pt::"_s << u"a.pt"_s << u""_s;
    QTest::addRow("the last colons count") << u"a::b.pt::model"_s << u"a::b.pt"_s << u"model"_s;
    QTest::addRow("single colons are part of the name") << u"c:a.pt"_s << u"c:a.pt"_s << u"none"_s;
}

void TestForeign::splitsSpec()
{
    QFETCH(const QString, spec);
    QFETCH(const QString, file);
    QFETCH(const QString, root);

    const QTemporaryDir folder;
    const auto [path, inside] = splitSpec(folder.filePath(spec));
    QCOMPARE(path, folder.filePath(file));
    QCOMPARE(inside ? QString::fromStdString(*inside) : u"none"_s, root);

    QFile whole(folder.filePath(spec));
    QDir(folder.path()).mkpath(QFileInfo(folder.filePath(spec)).path());
    if (!spec.contains(u'/')) {
        QVERIFY(whole.open(QIODevice::WriteOnly));
        QCOMPARE(splitSpec(folder.filePath(spec)).first, folder.filePath(spec));
    }
}

QTEST_GUILESS_MAIN(TestForeign)
#include "tst_foreign.moc"
