// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/session.h"
#include "tests/ui/windowtest.h"
#include "ui/messagebar.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QPointer>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;

/// Several windows, each with a document and a session of its own.
class TestWindows : public WindowTest
{
    Q_OBJECT

private:
    static MessageBar *bar(const MainWindow *window) { return window->findChild<MessageBar *>(); }
    QStringList left() const { return QDir(path("sessions")).entryList({u"*.json"_s}, QDir::Files, QDir::Name); }

    /// The windows beside the first.
    QList<MainWindow *> others() const
    {
        QList<MainWindow *> found;
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            auto *window = qobject_cast<MainWindow *>(widget);
            if (window && window != m_window.get() && window->isVisible())
                found << window;
        }
        return found;
    }

    static void press(const MainWindow *window, QAnyStringView button)
    {
        QTest::mouseClick(window->findChild<QPushButton *>(button.toString()), Qt::LeftButton);
    }

    void edit(MainWindow *window)
    {
        Document *document = window->document();
        document->setRecipe(document->recipe().withInserted(0, *parseStepText("remove-prefix: module.")), u"Edit"_s);
    }

    void drop(const QString &file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path(file))});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &event);
    }

    /// As one who crashed leaves it.
    void leave(const QString &name, const QString &checkpoint)
    {
        const Result<Recipe> recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - remove-prefix: module.\n", {});
        QVERIFY(recipe);
        QVERIFY(writeSession(path(u"sessions/"_s + name), {checkpoint, {}, {}, {}, *recipe}));
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"windows-test"_s);
        QVERIFY(QFile::copy(path("swin.safetensors"), path("other.safetensors")));
    }

    void init()
    {
        QDir(path("sessions")).removeRecursively();
        QVERIFY(QDir().mkpath(path("sessions")));
        openWindow();
        m_window->keepSessions(path("sessions"));
    }

    void cleanup()
    {
        m_window.reset();
        qDeleteAll(others());
    }

    void aNewWindowHasADocumentOfItsOwn_data()
    {
        QTest::addColumn<bool>("isByKeyboard");
        QTest::addRow("menu") << false;
        QTest::addRow("keyboard") << true;
    }

    void aNewWindowHasADocumentOfItsOwn()
    {
        QFETCH(const bool, isByKeyboard);
        open();
        find<QDockWidget>("inspectorDock")->hide();
        if (isByKeyboard)
            QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        else
            find<QAction>("newWindow")->trigger();
        QCOMPARE(others().size(), 1);
        const QPointer<MainWindow> second = others().first();
        QVERIFY(!second->document()->checkpoint());
        QVERIFY(second->pos() != m_window->pos());
        QVERIFY(second->findChild<QDockWidget *>(u"inspectorDock"_s)->isHidden()); // laid out as the first
        second->openCheckpoint(path("other.safetensors"));
        QTRY_VERIFY(second->document()->checkpoint());
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        edit(second);
        QVERIFY(document().recipe().isEmpty() && !m_window->isWindowModified() && second->isWindowModified());
        second->document()->undo();
        QTRY_VERIFY(second->isSettled());
        second->findChild<QAction *>(u"closeWindow"_s)->trigger();
        QTRY_VERIFY(!second);
        QVERIFY(m_window->isVisible());
        find<QDockWidget>("inspectorDock")->show();
    }

    void eachWindowKeepsItsOwnSession()
    {
        open();
        MainWindow *second = m_window->openWindow();
        edit(m_window.get());
        edit(second);
        QTRY_COMPARE(left().size(), 2);
        settle();
        QVERIFY(!second->close());
        press(second, "messageDiscard");
        QTRY_COMPARE(left().size(), 1);
    }

    /// One of two that a crash left comes into the first window, the other into a window of its own.
    void sessionsComeBackInTheirOwnWindows()
    {
        m_window.reset();
        leave(u"a.json"_s, path("swin.safetensors"));
        leave(u"b.json"_s, path("other.safetensors"));
        openWindow();
        m_window->keepSessions(path("sessions"));
        press(m_window.get(), "messageDiscard"); // "Restore"
        QCOMPARE(others().size(), 1);
        MainWindow *second = others().first();
        QVERIFY2(bar(second)->text().startsWith("Weightsmith ended unexpectedly"_L1), qPrintable(bar(second)->text()));
        press(second, "messageDiscard");
        QTRY_VERIFY(document().checkpoint() && second->document()->checkpoint());
        QVERIFY(document().checkpoint()->path() != second->document()->checkpoint()->path());
        QCOMPARE(second->document()->recipe().steps().size(), std::size_t(1));
        QTRY_VERIFY(second->isSettled() && m_window->isSettled());
        QTRY_VERIFY(!left().contains(u"a.json"_s) && !left().contains(u"b.json"_s)); // the windows keep them now
    }

    void withoutEditsAFileOpensHere()
    {
        open();
        drop(u"other.safetensors"_s);
        QVERIFY(!bar(m_window.get())->isVisible());
        QTRY_COMPARE(document().checkpoint()->path(), path("other.safetensors"));
        settle();
    }

    void withEditsAFileAsksWhere_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addRow("new window") << u"new"_s;
        QTest::addRow("here, by keyboard") << u"here"_s;
        QTest::addRow("nowhere") << u"escape"_s;
    }

    void withEditsAFileAsksWhere()
    {
        QFETCH(const QString, answer);
        open();
        edit(m_window.get());
        settle();
        drop(u"other.safetensors"_s);
        QCOMPARE(bar(m_window.get())->text(),
                 u"The recipe has changes that are not saved. Open “other.safetensors” in a window of its own, or "
                 "here, under this recipe?"_s);
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        if (answer == "new"_L1) {
            press(m_window.get(), "messageDiscard");
            QCOMPARE(others().size(), 1);
            MainWindow *second = others().first();
            QTRY_VERIFY(second->document()->checkpoint() && second->isSettled());
            QCOMPARE(second->document()->checkpoint()->path(), path("other.safetensors"));
            QVERIFY(second->document()->recipe().isEmpty());
        } else {
            QWidget *focus = m_window->focusWidget();
            QCOMPARE(focus->objectName(), u"messageDismiss"_s); // "Open here"
            QTest::keyClick(focus, answer == "here"_L1 ? Qt::Key_Space : Qt::Key_Escape);
            QVERIFY(others().isEmpty());
        }
        if (answer == "here"_L1)
            QTRY_COMPARE(document().checkpoint()->path(), path("other.safetensors"));
        else
            QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        QCOMPARE(document().recipe().steps().size(), std::size_t(1)); // whatever was answered
        settle();
    }

    void quittingClosesWhatLosesNothing()
    {
        open();
        edit(m_window.get());
        const QPointer<MainWindow> second = m_window->openWindow();
        QTest::keyClick(m_window.get(), Qt::Key_Q, Qt::ControlModifier);
        QTRY_VERIFY(!second);
        QVERIFY(m_window->isVisible());
        QCOMPARE(bar(m_window.get())->text(), u"The recipe has changes that are not saved."_s);
        settle();
    }

    void aThemeIsThatOfEveryWindow()
    {
        MainWindow *second = m_window->openWindow();
        find<QAction>("theme-dark")->trigger();
        QVERIFY(second->findChild<QAction *>(u"theme-dark"_s)->isChecked());
        QCOMPARE(second->palette().color(QPalette::Window), darkPalette().color(QPalette::Window));
        second->findChild<QAction *>(u"theme-light"_s)->trigger();
        QVERIFY(find<QAction>("theme-light")->isChecked());
    }
};

QTEST_MAIN(TestWindows)
#include "tst_windows.moc"
