// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/atomicfile.h"
#include "tests/save/temporaryfolder.h"

#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {
using namespace Qt::StringLiterals;
using Existing = AtomicFile::Existing;

std::span<const std::byte> bytes(const QByteArray &text)
{
    return std::as_bytes(std::span(text.constData(), std::size_t(text.size())));
}

/// What happened, as one word for comparisons.
QString outcome(const Result<void> &result)
{
    return result ? u"done"_s : result.error().message;
}

/// Run as an ordinary user for a while, where the test runs as root: root may write anywhere.
class AsOrdinaryUser
{
public:
    AsOrdinaryUser() : m_wasRoot(::geteuid() == 0)
    {
        constexpr uid_t nobody = 65534;
        if (m_wasRoot && ::seteuid(nobody) != 0)
            qFatal("cannot become an ordinary user");
    }
    ~AsOrdinaryUser()
    {
        if (m_wasRoot && ::seteuid(0) != 0)
            qFatal("cannot become root again");
    }

private:
    bool m_wasRoot;
};

/// The longest file this process may write, for a while.
class FileSizeLimit
{
public:
    FileSizeLimit(rlim_t most, sighandler_t onSignal)
    {
        ::signal(SIGXFSZ, onSignal);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{most, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before = {};
};
}

class TestAtomicFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void appearsWhole()
    {
        const TemporaryFolder folder;
        auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, 6);
        QVERIFY(file);
        QCOMPARE(outcome((*file)->writeAt(3, bytes("def"))), u"done"_s);
        QCOMPARE(outcome((*file)->writeAt(0, bytes("abc"))), u"done"_s);
        QVERIFY(!folder.entries().contains(u"out"_s));
        QCOMPARE(outcome((*file)->commit()), u"done"_s);
        file->reset();
        QCOMPARE(folder.entries(), QStringList{u"out"_s});
        QCOMPARE(folder.read(u"out"_s), QByteArray("abcdef"));
        const mode_t mask = ::umask(0);
        ::umask(mask);
        struct stat status = {};
        QCOMPARE(::stat(qPrintable(folder.path(u"out"_s)), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0666 & ~mask);
    }

    void temporaryIsHiddenAndNamed()
    {
        const TemporaryFolder folder;
        const auto file = AtomicFile::create(folder.path(u"out.pt"_s), Existing::Refuse, 0);
        QVERIFY(file);
        const QString name = QFileInfo((*file)->temporaryPath()).fileName();
        QVERIFY2(name.startsWith(u".out.pt."_s) && name.endsWith(u".weightsmith-part"_s), qPrintable(name));
    }

    void replacesWithItsPermissions()
    {
        const TemporaryFolder folder;
        folder.write(u"out"_s, "old");
        QCOMPARE(::chmod(qPrintable(folder.path(u"out"_s)), 0640), 0);
        auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Replace, 3);
        QVERIFY(file);
        QCOMPARE(outcome((*file)->writeAt(0, bytes("new"))), u"done"_s);
        QCOMPARE(folder.read(u"out"_s), QByteArray("old"));
        QCOMPARE(outcome((*file)->commit()), u"done"_s);
        QCOMPARE(folder.read(u"out"_s), QByteArray("new"));
        struct stat status = {};
        QCOMPARE(::stat(qPrintable(folder.path(u"out"_s)), &status), 0);
        QCOMPARE(status.st_mode & 07777, mode_t(0640));
    }

    void leavesNothingWithoutCommit()
    {
        const TemporaryFolder folder;
        folder.write(u"out"_s, "old");
        {
            auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Replace, 3);
            QVERIFY(file);
            QCOMPARE(outcome((*file)->writeAt(0, bytes("new"))), u"done"_s);
        }
        QCOMPARE(folder.entries(), QStringList{u"out"_s});
        QCOMPARE(folder.read(u"out"_s), QByteArray("old"));
    }

    void refusesWhatAppearedMeanwhile()
    {
        const TemporaryFolder folder;
        {
            auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, 3);
            QVERIFY(file);
            folder.write(u"out"_s, "somebody else's");
            QCOMPARE(outcome((*file)->commit()),
                     u"“%1” exists already, and replacing it was not asked for."_s.arg(folder.path(u"out"_s)));
        }
        QCOMPARE(folder.entries(), QStringList{u"out"_s});
        QCOMPARE(folder.read(u"out"_s), QByteArray("somebody else's"));
    }

    void followsLinks_data()
    {
        QTest::addColumn<QString>("before");

        QTest::addRow("to a file") << u"old"_s;
        QTest::addRow("to nothing yet") << QString();
    }

    void followsLinks()
    {
        QFETCH(const QString, before);
        const TemporaryFolder folder;
        if (!before.isEmpty())
            folder.write(u"real"_s, before.toUtf8());
        QCOMPARE(::symlink("second", qPrintable(folder.path(u"first"_s))), 0);
        QCOMPARE(::symlink(qPrintable(folder.path(u"real"_s)), qPrintable(folder.path(u"second"_s))), 0);
        auto file = AtomicFile::create(folder.path(u"first"_s), Existing::Replace, 3);
        QVERIFY(file);
        QCOMPARE(outcome((*file)->writeAt(0, bytes("new"))), u"done"_s);
        QCOMPARE(outcome((*file)->commit()), u"done"_s);
        QVERIFY(QFileInfo(folder.path(u"first"_s)).isSymLink());
        QVERIFY(QFileInfo(folder.path(u"second"_s)).isSymLink());
        QCOMPARE(folder.read(u"real"_s), QByteArray("new"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("message");

        QTest::addRow("existing file") << u"file"_s
                                       << u"“%1/file” exists already, and replacing it was not asked for."_s;
        QTest::addRow("folder") << u"folder"_s << u"“%1/folder” is a folder, so no file can be written there."_s;
        QTest::addRow("pipe") << u"pipe"_s << u"“%1/pipe” is not a regular file, so it cannot be replaced."_s;
        QTest::addRow("no such folder") << u"none/out"_s
                                        << u"“%1/none/out” cannot be written: there is no folder “%1/none”."_s;
        QTest::addRow("file as folder") << u"file/out"_s
                                        << u"“%1/file/out” cannot be written: “%1/file” is not a folder."_s;
        QTest::addRow("links in a circle") << u"circle"_s << u"“%1/circle” leads through too many symbolic links."_s;
        QTest::addRow("name too long") << QString(
            300, u'n') << u"“%1/"_s + QString(300, u'n') + u"” cannot be written: its name is too long."_s;
        QTest::addRow("unwritable folder")
            << u"closed/out"_s
            << u"“%1/closed/out” cannot be written: you have no permission to write into “%1/closed”."_s;
        QTest::addRow("control characters shown escaped")
            << u"none/a\nb"_s << u"“%1/none/a\\nb” cannot be written: there is no folder “%1/none”."_s;
    }

    void refuses()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        const QByteArray path = folder.path(QString()).toUtf8();
        QCOMPARE(::chmod(path.constData(), 0755), 0);
        folder.write(u"file"_s, "old");
        QCOMPARE(::mkdir(qPrintable(folder.path(u"folder"_s)), 0777), 0);
        QCOMPARE(::mkdir(qPrintable(folder.path(u"closed"_s)), 0555), 0);
        QCOMPARE(::mkfifo(qPrintable(folder.path(u"pipe"_s)), 0666), 0);
        QCOMPARE(::symlink("circle", qPrintable(folder.path(u"circle"_s))), 0);
        const QStringList before = folder.entries();
        {
            const AsOrdinaryUser user;
            const auto file = AtomicFile::create(folder.path(name), Existing::Refuse, 0);
            QVERIFY(!file);
            QCOMPARE(file.error().kind, Error::Kind::Unwritable);
            QCOMPARE(file.error().message, QString(message).replace(u"%1"_s, QFileInfo(folder.path(u"x"_s)).path()));
        }
        QCOMPARE(folder.entries(), before);
        QCOMPARE(folder.read(u"file"_s), QByteArray("old"));
    }

    void refusesWriteProtectedFile()
    {
        const TemporaryFolder folder;
        QCOMPARE(::chmod(qPrintable(folder.path(QString())), 0777), 0);
        folder.write(u"out"_s, "old");
        QCOMPARE(::chmod(qPrintable(folder.path(u"out"_s)), 0444), 0);
        const AsOrdinaryUser user;
        const auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Replace, 0);
        QVERIFY(!file);
        QCOMPARE(file.error().message, u"You have no permission to write “%1”."_s.arg(folder.path(u"out"_s)));
    }

    void removesLeftOvers()
    {
        const TemporaryFolder folder;
        folder.write(u".out.123-0.weightsmith-part"_s, "of a killed process");
        folder.write(u".other.123-0.weightsmith-part"_s, "for another file");
        const auto living = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, 0);
        QVERIFY(living);
        const auto second = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, 0);
        QVERIFY(second);
        const QStringList left = folder.entries();
        QCOMPARE(left.size(), 3);
        QVERIFY(!left.contains(u".out.123-0.weightsmith-part"_s));
        QVERIFY(left.contains(u".other.123-0.weightsmith-part"_s));
        QVERIFY(left.contains(QFileInfo((*living)->temporaryPath()).fileName()));
    }

    void copiesRanges_data()
    {
        QTest::addColumn<QString>("elsewhere");

        QTest::addRow("one disk") << QString();
        QTest::addRow("two disks") << u"/dev/shm"_s; // memory on every Linux, so never the disk of the test folder
    }

    void copiesRanges()
    {
        QFETCH(const QString, elsewhere);
        const TemporaryFolder folder;
        QTemporaryDir other(elsewhere + u"/weightsmith-XXXXXX"_s);
        QByteArray data(3 << 20, '\0');
        for (qsizetype i = 0; i < data.size(); ++i)
            data[i] = char(i * 7 + i / 251);
        folder.write(u"source"_s, data);
        const auto source = InputFile::open(folder.path(u"source"_s));
        QVERIFY(source);
        const QString path = elsewhere.isEmpty() ? folder.path(u"out"_s) : other.filePath(u"out"_s);
        auto file = AtomicFile::create(path, Existing::Refuse, data.size());
        QVERIFY(file);
        QCOMPARE(outcome((*file)->copyFrom(**source, 5, 1, data.size() - 5)), u"done"_s);
        QByteArray back(data.size() - 5, '\0');
        const auto out = std::as_writable_bytes(std::span(back.data(), std::size_t(back.size())));
        QCOMPARE(outcome((*file)->readAt(1, out)), u"done"_s);
        QVERIFY(back == data.sliced(5));
    }

    void sourceEndsEarly()
    {
        const TemporaryFolder folder;
        folder.write(u"source"_s, "0123456789");
        const auto source = InputFile::open(folder.path(u"source"_s));
        QVERIFY(source);
        auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, 20);
        QVERIFY(file);
        const auto copied = (*file)->copyFrom(**source, 4, 0, 16);
        QVERIFY(!copied);
        QCOMPARE(copied.error().kind, Error::Kind::Unreadable);
        QVERIFY2(copied.error().message.contains(u"ends early"_s), qPrintable(copied.error().message));
    }

    void needsSpace()
    {
        const TemporaryFolder folder;
        const auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, qint64(1) << 60);
        QVERIFY(!file);
        QCOMPARE(file.error().kind, Error::Kind::OutOfSpace);
        const QRegularExpression sentence(
            u"^There is not enough space for “.*/out”: it needs 1152922 TB, and [0-9.]+ .?B are free\\.$"_s);
        QVERIFY2(sentence.match(file.error().message).hasMatch(), qPrintable(file.error().message));
        QCOMPARE(folder.entries(), QStringList());
    }

    void fileSizeLimit_data()
    {
        QTest::addColumn<qint64>("told");

        QTest::addRow("seen before") << qint64(200);
        QTest::addRow("met while writing") << qint64(50);
    }

    void fileSizeLimit()
    {
        QFETCH(const qint64, told);
        const TemporaryFolder folder;
        const FileSizeLimit limit(100, told > 100 ? SIG_DFL : SIG_IGN);
        const auto write = [&]() -> Result<void> {
            auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Refuse, told);
            if (!file)
                return file.error();
            return (*file)->writeAt(0, bytes(QByteArray(200, 'x')));
        };
        const auto written = write();
        QVERIFY(!written);
        QCOMPARE(written.error().kind, Error::Kind::Unwritable);
        QCOMPARE(written.error().message,
                 u"“%1” cannot be written: a file of %2 B is larger than its disk or your limits allow."_s
                     .arg(folder.path(u"out"_s))
                     .arg(told));
        QCOMPARE(folder.entries(), QStringList());
    }

    void fullDisk()
    {
        const TemporaryFolder folder;
        QProcess child;
        child.start(QStringLiteral(CHILD), {u"full"_s, folder.path(QString())});
        QVERIFY(child.waitForFinished());
        const QStringList lines = QString::fromUtf8(child.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
        if (lines == QStringList{u"no small disk here"_s})
            QSKIP("neither root nor user namespaces: fileSizeLimit() covers the way a failed write goes");
        QCOMPARE(lines.size(), 3);
        QVERIFY2(lines[0].contains(u"it needs 2.1 MB, and 1.0 MB are free."_s), qPrintable(lines[0]));
        QVERIFY2(lines[1].startsWith(u"The disk became full while"_s), qPrintable(lines[1]));
        QCOMPARE(lines[2], u"out of space"_s);
    }

    void killedHalfWay()
    {
        const TemporaryFolder folder;
        folder.write(u"out"_s, "old");
        QProcess child;
        child.start(QStringLiteral(CHILD), {u"half"_s, folder.path(u"out"_s)});
        QVERIFY(child.waitForReadyRead());
        QCOMPARE(child.readAllStandardOutput(), QByteArray("half\n"));
        QCOMPARE(folder.entries().size(), 2);
        child.kill();
        QVERIFY(child.waitForFinished());
        QCOMPARE(folder.read(u"out"_s), QByteArray("old"));
        auto file = AtomicFile::create(folder.path(u"out"_s), Existing::Replace, 0);
        QVERIFY(file);
        QCOMPARE(folder.entries().size(), 2);
        file->reset();
        QCOMPARE(folder.entries(), QStringList{u"out"_s});
    }
};

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "atomicfiletest.moc"
