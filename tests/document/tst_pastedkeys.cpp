// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/pastedkeys.h"
#include "model/document/session.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Files of pasted keys stay for as long as anything can lead to them, and no longer.
class TestPastedKeys : public QObject
{
    Q_OBJECT

private:
    QString folder() const { return m_folder->filePath(u"targets"_s); }
    QStringList kept() const { return QDir(folder()).entryList({u"*.keys.txt"_s}, QDir::Files, QDir::Name); }

    /// Its file name.
    QString paste(const char *keys) const
    {
        const auto path = keepPastedKeys(keys, nullptr, folder());
        return path ? QFileInfo(*path).fileName() : path.error().message;
    }

    static void write(const QString &path, const QByteArray &text)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }

    std::unique_ptr<QTemporaryDir> m_folder;

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void equalKeysHaveOneFile()
    {
        QCOMPARE(paste("a.weight\na.bias\n"), paste("a.weight\na.bias\n\n"));
        QVERIFY(paste("a.weight\nb.bias\n") != paste("a.weight\na.bias\n"));
        QCOMPARE(kept().size(), 2);
    }

    void whatNothingNamesGoes()
    {
        const QString one = paste("one.weight\none.bias\n");
        const QString two = paste("two.weight\ntwo.bias\n");
        const QString three = paste("three.weight\nthree.bias\n");
        write(folder() + u"/mine.txt"_s, "not ours");
        QVERIFY(holdPastedKeys(folder(), QStringList{folder() + u'/' + two, u"/elsewhere/swin.json"_s}));
        QCOMPARE(kept(), QStringList(two));
        QVERIFY(QFile::exists(folder() + u"/mine.txt"_s));
        QVERIFY(QDir(folder()).entryList({u"*.lock"_s}, QDir::Files).isEmpty());
    }

    void nothingGoesWhenItIsNotKnownWhatIsNamed()
    {
        const QString one = paste("one.weight\none.bias\n");
        QVERIFY(holdPastedKeys(folder(), std::nullopt));
        QCOMPARE(kept(), QStringList(one));
    }

    void nothingGoesWhileAnotherHoldsTheFolder()
    {
        const QString one = paste("one.weight\none.bias\n");
        auto other = holdPastedKeys(folder(), std::nullopt);
        QVERIFY(other);
        QVERIFY(holdPastedKeys(folder(), QStringList()));
        QCOMPARE(kept(), QStringList(one));
        other.reset();
        QVERIFY(holdPastedKeys(folder(), QStringList()));
        QCOMPARE(kept(), QStringList());
    }

    void aDeadProcessHoldsNothing()
    {
        QVERIFY(!paste("one.weight\none.bias\n").isEmpty());
        write(folder() + u"/dead.lock"_s,
              "999999999\nweightsmith-gui\n" + QSysInfo::machineHostName().toLocal8Bit() + '\n'
                  + QSysInfo::machineUniqueId() + '\n' + QSysInfo::bootUniqueId() + '\n');
        QVERIFY(holdPastedKeys(folder(), QStringList()));
        QCOMPARE(kept(), QStringList());
        QVERIFY(!QFile::exists(folder() + u"/dead.lock"_s));
    }

    void aFolderThatCannotBeMade()
    {
        write(m_folder->filePath(u"file"_s), "no folder");
        QVERIFY(!holdPastedKeys(m_folder->filePath(u"file/targets"_s), QStringList()));
    }

    void sessionsNameTheirTargets()
    {
        const QString sessions = m_folder->path();
        Session session;
        session.target = u"/targets/a.keys.txt"_s;
        QVERIFY(writeSession(sessions + u"/1.json"_s, session));
        session.target.clear();
        QVERIFY(writeSession(sessions + u"/2.json"_s, session));
        QCOMPARE(targetsOfSessions(sessions), (QStringList{u"/targets/a.keys.txt"_s, QString()}));
        QCOMPARE(targetsOfSessions(sessions + u"/nowhere"_s), QStringList());
        write(sessions + u"/3.json"_s, "{");
        QVERIFY(!targetsOfSessions(sessions));
    }
};

QTEST_GUILESS_MAIN(TestPastedKeys)
#include "tst_pastedkeys.moc"
