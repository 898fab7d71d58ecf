// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/emptystate.h"
#include "ui/topbar.h"

#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;

/// A file comes back with its target and its recipe, from the first page and from the menu.
class TestRecent : public WindowTest
{
    Q_OBJECT

private:
    void openAll()
    {
        open();
        m_window->openTarget(path("target.json"));
        m_window->openRecipe(path("one.recipe.yaml"));
        expectAll();
    }

    void expectAll()
    {
        QTRY_VERIFY(document().checkpoint() && document().target() && document().recipe().steps().size() == 1);
        settle();
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        QCOMPARE(document().target()->spec(), path("target.json"));
        QCOMPARE(document().recipePath(), path("one.recipe.yaml"));
        QVERIFY(!document().isModified());
    }

    /// The entry of the open menu with this text.
    QAction *entry(const QString &text) const
    {
        QMenu *menu = find<QPushButton>("openButton")->menu();
        Q_EMIT menu->aboutToShow();
        for (QAction *action : menu->actions()) {
            if (action->text() == text)
                return action;
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"recent-test"_s);
        QFile recipe(path("one.recipe.yaml"));
        QVERIFY(recipe.open(QIODevice::WriteOnly));
        QVERIFY(recipe.write("weightsmith: 1\nsteps:\n  - remove-prefix: module.\n") > 0);
        recipe.close();
        QVERIFY(QFile::copy(path("swin.safetensors"), path("other.safetensors")));
        openWindow();
        openAll();
        m_window.reset();
    }

    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void fromTheFirstPage()
    {
        const auto buttons = m_window->findChild<EmptyState *>()->findChildren<QPushButton *>();
        const auto recent = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *button) {
            return button->text() == "swin.safetensors"_L1;
        });
        QVERIFY(recent != buttons.end());
        QTest::mouseClick(*recent, Qt::LeftButton);
        expectAll();
    }

    /// Stopped, none of what belongs to it comes; a target alone is stopped too.
    void stopped()
    {
        m_window->openCheckpoint(path("other.safetensors"));
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        QAction *swin = entry(u"swin.safetensors"_s);
        QVERIFY(swin);
        swin->trigger();
        QVERIFY(document().isOpening() && document().isOpeningTarget());
        QTest::mouseClick(find<QPushButton>("jobCancel"), Qt::LeftButton);
        QCOMPARE(find<QLabel>("jobText")->text(), u"Opening was stopped; the file that was open stays."_s);
        QVERIFY(!document().isOpening() && !document().isOpeningTarget());
        open(); // takes longer than what was stopped would have
        m_window->openTarget(path("other.safetensors"));
        QVERIFY(document().isOpeningTarget() && find<QPushButton>("jobCancel")->isVisible());
        QTest::mouseClick(find<QPushButton>("jobCancel"), Qt::LeftButton);
        QCOMPARE(find<QLabel>("jobText")->text(), u"Opening the target was stopped; none is set."_s);
        open();
        QVERIFY(!document().target() && document().recipe().isEmpty() && document().recipePath().isEmpty());
        QVERIFY(!document().canUndo());
        m_window.reset();
        openWindow();
        openAll(); // as the other tests expect it
    }

    /// Also in the place of another file with a target of its own; edits that are not saved stay.
    void inThePlaceOfAnotherFile_data()
    {
        QTest::addColumn<bool>("isEdited");
        QTest::addRow("recipe untouched") << false;
        QTest::addRow("recipe edited") << true;
    }

    void inThePlaceOfAnotherFile()
    {
        QFETCH(const bool, isEdited);
        m_window->openCheckpoint(path("other.safetensors"));
        m_window->openTarget(path("other.safetensors"));
        QTRY_VERIFY(document().fit().has_value());
        settle();
        if (isEdited)
            document().setRecipe(document().recipe().withInserted(0, *parseStepText("add-prefix: a.")), u"Edit"_s);
        settle();
        QAction *swin = entry(u"swin.safetensors"_s);
        QVERIFY(swin);
        swin->trigger();
        if (isEdited) // it asks whether a window of its own is wanted
            QTest::mouseClick(find<QPushButton>("messageDismiss"), Qt::LeftButton);
        QTRY_COMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        QTRY_COMPARE(document().target()->spec(), path("target.json"));
        settle();
        if (!isEdited) {
            expectAll();
            return;
        }
        QCOMPARE(document().recipe().steps().front().sentenceText(), u"Add prefix “a.”"_s);
        QVERIFY(document().isModified());
    }
};

QTEST_MAIN(TestRecent)
#include "tst_recent.moc"
