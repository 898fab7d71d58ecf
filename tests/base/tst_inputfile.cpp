// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/inputfile.h"
#include "tests/support/testfile.h"

#include <QDir>
#include <QTest>

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

class TestInputFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void reads();
    void refuses_data();
    void refuses();
    void refusesWithoutPermission();
    void readsUpToTheEnd();
    void saysWhereItEnds();
    void noticesAShorterFile();
    void noticesChanges_data();
    void noticesChanges();
    void openFileOutlivesItsName();
};

void TestInputFile::reads()
{
    const TestFile file("0123456789");
    const auto input = InputFile::open(file.path());
    QVERIFY(input);
    QCOMPARE((*input)->size(), 10);
    QCOMPARE((*input)->path(), file.path());
    std::array<std::byte, 3> out{};
    QVERIFY((*input)->readAt(4, out));
    QCOMPARE(char(out[0]), '4');
    QCOMPARE(char(out[2]), '6');
    QVERIFY((*input)->readAt(10, {}));
    QVERIFY((*input)->checkUnchanged());
}

void TestInputFile::refuses_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("error");
    QTest::addColumn<QString>("text");
    QTest::addRow("missing") << u"missing"_s << int(Error::Kind::NotFound) << u"There is no file"_s;
    QTest::addRow("below a file") << u"below"_s << int(Error::Kind::NotFound) << u"There is no file"_s;
    QTest::addRow("folder") << u"folder"_s << int(Error::Kind::Unreadable) << u"is a folder"_s;
    QTest::addRow("pipe without a writer") << u"pipe"_s << int(Error::Kind::Unreadable) << u"not a regular file"_s;
    QTest::addRow("socket") << u"socket"_s << int(Error::Kind::Unreadable) << u"cannot be opened"_s;
    QTest::addRow("device") << u"device"_s << int(Error::Kind::Unreadable) << u"not a regular file"_s;
    QTest::addRow("link to itself") << u"loop"_s << int(Error::Kind::Unreadable) << u"cannot be opened"_s;
}

void TestInputFile::refuses()
{
    QFETCH(const QString, kind);
    QFETCH(const int, error);
    QFETCH(const QString, text);

    const QTemporaryDir folder;
    QString path = folder.filePath(u"line\nbreak"_s);
    const QByteArray raw = QFile::encodeName(path);
    if (kind == u"below"_s) {
        const TestFile file("x");
        path = file.path() + u"/line\nbreak"_s;
        QCOMPARE(int(InputFile::open(path).error().kind), error);
        return;
    }
    if (kind == u"folder"_s)
        QVERIFY(QDir(folder.path()).mkdir(u"line\nbreak"_s));
    if (kind == u"pipe"_s)
        QCOMPARE(::mkfifo(raw.constData(), 0600), 0);
    if (kind == u"loop"_s)
        QCOMPARE(::symlink(raw.constData(), raw.constData()), 0);
    if (kind == u"socket"_s) {
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{AF_UNIX, {}};
        std::copy(raw.begin(), raw.end(), address.sun_path);
        QCOMPARE(::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof(address)), 0);
        ::close(descriptor);
    }
    if (kind == u"device"_s)
        path = u"/dev/zero"_s;
    const auto input = InputFile::open(path);
    QVERIFY(!input);
    QCOMPARE(int(input.error().kind), error);
    QVERIFY2(input.error().message.contains(text), qPrintable(input.error().message));
    QVERIFY(input.error().message.contains(kind == u"device"_s ? u"/dev/zero"_s : u"line\\nbreak"_s));
    QCOMPARE(input.error().path, path);
}

void TestInputFile::refusesWithoutPermission()
{
    const TestFile file("x", u"secret.pt"_s);
    QCOMPARE(::chmod(QFile::encodeName(file.path()).constData(), 0), 0);
    constexpr uid_t nobody = 65534; // the superuser may read everything: become someone else for this call
    const int before = ::setfsuid(nobody);
    const auto input = InputFile::open(file.path());
    ::setfsuid(uid_t(before));
    QVERIFY(!input);
    QCOMPARE(input.error().kind, Error::Kind::Unreadable);
    QVERIFY2(input.error().message.contains(u"no permission to read"_s), qPrintable(input.error().message));
    QVERIFY(input.error().message.contains(u"secret.pt"_s));
}

void TestInputFile::readsUpToTheEnd()
{
    const TestFile file("0123456789");
    const auto input = *InputFile::open(file.path());
    std::array<std::byte, 6> out{};
    QCOMPARE(*input->readSome(2, out), 6);
    QCOMPARE(*input->readSome(8, out), 2);
    QCOMPARE(*input->readSome(10, out), 0);
    QCOMPARE(*input->readSome(1'000'000'000'000, out), 0);
}

void TestInputFile::saysWhereItEnds()
{
    const TestFile file("0123456789", u"a.pt"_s);
    const auto input = *InputFile::open(file.path());
    std::array<std::byte, 6> out{};
    const Result<void> read = input->readAt(8, out);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::Unreadable);
    QVERIFY2(read.error().message.endsWith(u"a.pt” ends early: 6 bytes were expected at byte 8, 2 are there."_s),
             qPrintable(read.error().message));
    QCOMPARE(read.error().offset, 8);
}

void TestInputFile::noticesAShorterFile()
{
    const TestFile file("0123456789");
    const auto input = *InputFile::open(file.path());
    QVERIFY(QFile::resize(file.path(), 3));
    std::array<std::byte, 6> out{};
    QVERIFY(!input->readAt(0, out));
    QVERIFY(!input->checkUnchanged());
}

void TestInputFile::noticesChanges_data()
{
    QTest::addColumn<QString>("change");
    QTest::addRow("longer") << u"longer"_s;
    QTest::addRow("gone") << u"gone"_s;
    QTest::addRow("replaced") << u"replaced"_s;
    QTest::addRow("same size, other time") << u"touched"_s;
}

void TestInputFile::noticesChanges()
{
    QFETCH(const QString, change);
    const TestFile file("0123456789", u"a.pt"_s);
    const auto input = *InputFile::open(file.path());
    QVERIFY(input->checkUnchanged());
    if (change == u"longer"_s)
        QVERIFY(QFile::resize(file.path(), 11));
    if (change == u"gone"_s || change == u"replaced"_s)
        QVERIFY(QFile::remove(file.path()));
    if (change == u"replaced"_s) {
        QFile again(file.path());
        QVERIFY(again.open(QIODevice::WriteOnly));
        QCOMPARE(again.write("0123456789"), 10);
    }
    if (change == u"touched"_s) {
        const timespec times[]{{1, 1}, {1, 1}};
        QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(file.path()).constData(), times, 0), 0);
    }
    const Result<void> checked = input->checkUnchanged();
    QVERIFY(!checked);
    QVERIFY(checked.error().message.contains(u"a.pt"_s));
}

void TestInputFile::openFileOutlivesItsName()
{
    const TestFile file("0123456789");
    const auto input = *InputFile::open(file.path());
    QVERIFY(QFile::remove(file.path()));
    std::array<std::byte, 10> out{};
    QVERIFY(input->readAt(0, out));
}

QTEST_GUILESS_MAIN(TestInputFile)
#include "tst_inputfile.moc"
