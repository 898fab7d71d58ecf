// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/session.h"
#include "tests/ui/windowtest.h"
#include "ui/messagebar.h"
#include "ui/yamledit.h"

#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;

/// What a crash left is offered at the next start.
class TestRestore : public WindowTest
{
    Q_OBJECT

private:
    MessageBar *bar() const { return m_window->findChild<MessageBar *>(); }
    void press(QAnyStringView button) const { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
    QStringList left() const { return QDir(path("sessions")).entryList({u"*.json"_s}, QDir::Files, QDir::Name); }

    /// As one who crashed leaves it.
    void leave(const QString &name, const QString &checkpoint)
    {
        const Result<Recipe> recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - remove-prefix: module.\n", {});
        QVERIFY(recipe);
        QVERIFY(writeSession(path(u"sessions/"_s + name), {checkpoint, {}, path("target.json"), {}, *recipe}));
    }

    void start()
    {
        openWindow();
        m_window->keepSessions(path("sessions"));
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"restore-test"_s); }

    void init()
    {
        QDir(path("sessions")).removeRecursively();
        QVERIFY(QDir().mkpath(path("sessions")));
    }

    void cleanup() { m_window.reset(); }

    void nothingLeftIsNothingSaid()
    {
        start();
        QVERIFY(!bar()->isVisible());
    }

    void restored()
    {
        leave(u"a.json"_s, path("swin.safetensors"));
        start();
        QVERIFY(bar()->isVisible());
        QCOMPARE(bar()->text(), u"Weightsmith ended unexpectedly: restore the recipe for “swin.safetensors”?"_s);
        QCOMPARE(find<QPushButton>("messageDiscard")->text(), u"Restore"_s);
        QCOMPARE(find<QPushButton>("messageDismiss")->text(), u"Discard"_s);
        press("messageDiscard");
        QVERIFY(!bar()->isVisible());
        QTRY_VERIFY(document().fit());
        settle();
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        QCOMPARE(document().target()->spec(), path("target.json"));
        QTRY_VERIFY(!left().contains(u"a.json"_s)); // this window keeps it now
        QCOMPARE(left().size(), 1);
        QVERIFY(!m_window->close()); // it is not saved
        press("messageDiscard");
        QVERIFY(!m_window->isVisible());
        QCOMPARE(left(), QStringList());
    }

    void discardedOneAfterTheOther()
    {
        leave(u"a.json"_s, path("swin.safetensors"));
        leave(u"b.json"_s, {});
        start();
        press("messageDismiss");
        QVERIFY(bar()->isVisible());
        QCOMPARE(left().size(), 1);
        press("messageDismiss");
        QVERIFY(!bar()->isVisible());
        QCOMPARE(left(), QStringList());
        QVERIFY(document().recipe().isEmpty());
    }

    void escapeLeavesItForTheNextStart()
    {
        leave(u"a.json"_s, path("swin.safetensors"));
        start();
        QTest::keyClick(find<QPushButton>("messageDismiss"), Qt::Key_Escape);
        QVERIFY(!bar()->isVisible());
        QVERIFY(m_window->close());
        QCOMPARE(left(), QStringList(u"a.json"_s));
        m_window.reset();
        start();
        QVERIFY(bar()->isVisible());
    }

    /// A file that is no session is told; then comes the question about the one that is.
    void aDamagedFileIsTold()
    {
        leave(u"a.json"_s, path("swin.safetensors"));
        QFile bad(path("sessions/b.json"));
        QVERIFY(bad.open(QIODevice::WriteOnly) && bad.write("{") == 1);
        bad.close();
        start();
        QVERIFY2(bar()->text().contains("b.json"_L1), qPrintable(bar()->text()));
        press("messageDismiss");
        QVERIFY(bar()->text().endsWith(u"restore the recipe for “swin.safetensors”?"_s));
    }

    /// Text with an error is kept beside the recipe in force, and comes back with its error.
    void aDraftComesBack()
    {
        start();
        const auto type = [this](const QString &text) {
            auto *edit = find<YamlEdit>("recipeText");
            edit->selectAll();
            edit->insertPlainText(text);
        };
        find<QPushButton>("showYaml")->click();
        type(u"weightsmith: 1\nsteps: [\n"_s);
        QTRY_COMPARE(left().size(), 1);
        const Result<Session> kept = readSession(path(u"sessions/"_s + left().first()));
        QVERIFY(kept && kept->recipe.isEmpty());
        QCOMPARE(kept->draft, u"weightsmith: 1\nsteps: [\n"_s);
        type(u"weightsmith: 1\nsteps: []\n"_s);
        QTRY_COMPARE(left(), QStringList());
        m_window.reset();
        QVERIFY(writeSession(path("sessions/a.json"), *kept));
        start();
        QVERIFY(!find<YamlEdit>("recipeText")->isVisible());
        press("messageDiscard");
        QVERIFY(find<YamlEdit>("recipeText")->isVisible());
        QCOMPARE(find<YamlEdit>("recipeText")->text(), kept->draft);
        QVERIFY(find<QLabel>("recipeTextProblem")->isVisible());
        QTRY_VERIFY(left().size() == 1 && !left().contains(u"a.json"_s)); // this window keeps it now
    }

    void aFileThatIsGoneIsSaid()
    {
        leave(u"a.json"_s, path("gone.safetensors"));
        start();
        press("messageDiscard");
        QTRY_VERIFY(bar()->isVisible() && bar()->text().contains("gone.safetensors"_L1));
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
    }
};

QTEST_MAIN(TestRestore)
#include "tst_restore.moc"
