// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/document.h"
#include "model/document/sessionkeeper.h"
#include "tests/support/safetensorsfile.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {
constexpr auto recipeText = "weightsmith: 1\nsteps:\n  - remove-prefix: m. # the wrapper\n";

Recipe recipeOf(const char *text)
{
    const Result<Recipe> recipe = Recipe::parse(text, {});
    if (!recipe)
        qFatal("%s", qPrintable(recipe.error().message));
    return *recipe;
}

/// The program that is killed: opens a checkpoint and a target, edits the recipe, says when it is kept, goes on.
int runUntilKilled(int argc, char **argv, const QString &folder)
{
    const QCoreApplication application(argc, argv);
    Document document;
    SessionKeeper keeper(&document, folder + u"/sessions"_s);
    document.openCheckpoint(folder + u"/one.safetensors"_s);
    document.openTarget(folder + u"/wanted.safetensors"_s);
    QObject::connect(&document, &Document::planChanged, &document, [&] {
        if (document.checkpoint() && document.target() && document.recipe().isEmpty()) {
            document.setRecipe(recipeOf(recipeText), u"Edit"_s);
            keeper.keep();
        }
    });
    QObject::connect(&keeper, &SessionKeeper::kept, &keeper, [] {
        std::puts("kept");
        std::fflush(stdout);
    });
    return QCoreApplication::exec();
}
}

class TestSession : public QObject
{
    Q_OBJECT

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    QStringList files() const
    {
        return QDir(path(u"sessions"_s)).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::System);
    }

    void write(const QString &name, const QByteArray &text)
    {
        QFile file(path(u"sessions/"_s + name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(writeSafetensors(path(u"one.safetensors"_s), {u"m.a 2"_s, u"m.b 3"_s}));
        QVERIFY(writeSafetensors(path(u"wanted.safetensors"_s), {u"a 2"_s, u"b 3"_s}));
    }

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        QDir(path(u"sessions"_s)).removeRecursively();
        QVERIFY(QDir().mkpath(path(u"sessions"_s)));
    }

    void aKilledProcessLeavesItsSession()
    {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {u"--until-killed"_s, m_folder.path()});
        QVERIFY2(child.waitForReadyRead(), qPrintable(child.errorString()));
        QCOMPARE(child.readAllStandardOutput(), QByteArray("kept\n"));
        QVERIFY(findLeftSessions(path(u"sessions"_s)).sessions.empty()); // it still runs
        child.kill();
        QVERIFY(child.waitForFinished());
        LeftSessions left = findLeftSessions(path(u"sessions"_s));
        QCOMPARE(left.sessions.size(), std::size_t(1));
        QVERIFY(left.problems.empty());
        QVERIFY(findLeftSessions(path(u"sessions"_s)).sessions.empty()); // one finder at a time

        Document document;
        QList<Error> errors;
        connect(&document, &Document::failed, &document, [&](const Error &error) { errors << error; });
        document.restore(left.sessions[0].session());
        QCOMPARE(document.recipe().text(), std::string(recipeText));
        QCOMPARE(document.undoText(), u"Restore recipe"_s);
        QVERIFY(document.isModified());
        QTRY_VERIFY(document.fit() && !document.isPlanning());
        QVERIFY(errors.isEmpty());
        QCOMPARE(document.checkpoint()->path(), path(u"one.safetensors"_s));
        QCOMPARE(document.fit()->loaded, qint64(2));
        left.sessions[0].remove();
        left.sessions.clear();
        QCOMPARE(files(), QStringList());
    }

    /// Only what is not saved is kept, and nothing after a clean end.
    void aFileIsThereWhileSomethingIsUnsaved()
    {
        Document document;
        auto keeper = std::make_unique<SessionKeeper>(&document, path(u"sessions/deeper"_s));
        keeper->keep();
        QVERIFY(!QFile::exists(keeper->path()));
        const QSignalSpy kept(keeper.get(), &SessionKeeper::kept);
        document.setRecipe(recipeOf(recipeText), u"Edit"_s);
        keeper->keep();
        document.setRecipe(recipeOf("weightsmith: 1\nsteps:\n  - add-prefix: x.\n"), u"Edit"_s);
        keeper->keep(); // while the first is being written
        QTRY_COMPARE(kept.count(), 2);
        const Result<Session> session = readSession(keeper->path());
        QVERIFY(session);
        QCOMPARE(session->recipe.text(), document.recipe().text());
        document.saveRecipe(path(u"saved.recipe.yaml"_s));
        keeper->keep();
        QVERIFY(!QFile::exists(keeper->path()));
        document.undo();
        keeper->keep();
        const QString file = keeper->path();
        keeper.reset(); // also waits for what is being written
        QVERIFY(!QFile::exists(file));
        QCOMPARE(files(), QStringList(u"deeper"_s));
        QCOMPARE(QDir(path(u"sessions/deeper"_s)).entryList(QDir::Files), QStringList());
    }

    void whatCannotBeWrittenIsSaidOnce()
    {
        write(u"file"_s, "in the place of a folder");
        Document document;
        SessionKeeper keeper(&document, path(u"sessions/file"_s));
        QStringList said;
        connect(&keeper, &SessionKeeper::failed, &keeper, [&](const Error &error) { said << error.message; });
        for (const char *text : {recipeText, "weightsmith: 1\nsteps:\n  - add-prefix: x.\n"}) {
            document.setRecipe(recipeOf(text), u"Edit"_s);
            keeper.keep();
        }
        QTRY_COMPARE(said.size(), 1);
        QVERIFY2(said[0].startsWith("Changes are not kept for the case of a crash: "_L1), qPrintable(said[0]));
    }

    void everyFieldComesBack()
    {
        const Session session{u"/a/ü.pt"_s,
                              std::string("state dict"),
                              u"/b.json"_s,
                              u"/c.yaml"_s,
                              *Recipe::parse(recipeText, u"/c.yaml"_s),
                              u"steps: [\n"_s};
        QVERIFY(writeSession(path(u"s.json"_s), session));
        const Result<Session> read = readSession(path(u"s.json"_s));
        QVERIFY(read);
        QVERIFY(*read == session);
    }

    void damagedFilesAreToldAndPutAside_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        const auto with = [](const QByteArray &fields) {
            return QByteArray("{\"weightsmith-session\": ") + fields + '}';
        };
        QTest::addRow("empty") << QByteArray() << u"it is no JSON"_s;
        QTest::addRow("cut") << with("1, \"recipe\": \"weights").chopped(1) << u"it is no JSON"_s;
        QTest::addRow("deep") << QByteArray(100'000, '[') << u"it is no JSON"_s;
        QTest::addRow("a list") << QByteArray("[1]") << u"its fields are not those of a session."_s;
        QTest::addRow("no recipe") << with("1") << u"its fields are not those of a session."_s;
        QTest::addRow("a number as path")
            << with("1, \"recipe\": \"\", \"checkpoint\": 3") << u"its fields are not those of a session."_s;
        QTest::addRow("unknown field") << with("1, \"recipe\": \"\", \"run\": \"rm\"")
                                       << u"its fields are not those of a session."_s;
        QTest::addRow("another version") << with("2, \"recipe\": \"\"")
                                         << u"it is not of version 1, which this program knows."_s;
        QTest::addRow("no recipe in the recipe") << with("1, \"recipe\": \"weightsmith: 1\\nsteps:\\n  - explode\\n\"")
                                                 << u"Line 3, column 5: “explode” is not a step"_s;
    }

    void damagedFilesAreToldAndPutAside()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, reason);
        write(u"bad.json"_s, text);
        QVERIFY(writeSession(path(u"sessions/good.json"_s), {{}, {}, {}, {}, recipeOf(recipeText)}));
        const LeftSessions left = findLeftSessions(path(u"sessions"_s));
        QCOMPARE(left.sessions.size(), std::size_t(1)); // one bad file hides no good one
        QCOMPARE(left.problems.size(), std::size_t(1));
        const QString message = left.problems[0].message;
        QVERIFY2(message.contains("bad.json"_L1) && message.contains(reason), qPrintable(message));
        QVERIFY(QFile::exists(path(u"sessions/bad.json.damaged"_s)));
        QVERIFY(findLeftSessions(path(u"sessions"_s)).problems.empty());
    }

    void largeFilesAreNotRead()
    {
        QFile file(path(u"sessions/large.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(qint64(1) << 40));
        const LeftSessions left = findLeftSessions(path(u"sessions"_s));
        QCOMPARE(left.problems.size(), std::size_t(1));
        QVERIFY2(left.problems[0].message.endsWith("67.1 MB are the most."_L1), qPrintable(left.problems[0].message));
    }

    void noFolderHoldsNothing()
    {
        const LeftSessions left = findLeftSessions(path(u"nowhere"_s));
        QVERIFY(left.sessions.empty() && left.problems.empty());
        QVERIFY(!QFile::exists(path(u"nowhere"_s)));
    }
};

int main(int argc, char **argv)
{
    if (argc == 3 && QByteArrayView(argv[1]) == "--until-killed")
        return runUntilKilled(argc, argv, QString::fromLocal8Bit(argv[2]));
    QCoreApplication application(argc, argv);
    TestSession test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_session.moc"
