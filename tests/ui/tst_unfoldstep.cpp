// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/recipepanel.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

/// A step that includes a recipe becomes the steps of it, by mouse and keyboard.
class TestUnfoldStep : public WindowTest
{
    Q_OBJECT

private:
    void use(const QString &steps)
    {
        const Result<Recipe> recipe = Recipe::parse("weightsmith: 1\nsteps:\n" + steps.toStdString(), {});
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        document().setRecipe(*recipe, u"Set"_s);
        settle();
    }

    StepCard *cardWith(const QString &text) const
    {
        for (StepCard *card : m_window->findChildren<StepCard *>()) {
            if (card->isVisible() && card->text().sentenceText().contains(text))
                return card;
        }
        return nullptr;
    }

    /// Press the button with three dots of a card, and give the entry of its menu.
    QAction *unfoldOf(StepCard *card)
    {
        QTest::mouseClick(card, Qt::LeftButton, {}, QPoint(60, 12));
        auto *more = card->findChild<QToolButton *>();
        if (!more || !more->isVisible())
            return nullptr;
        QTest::mouseClick(more, Qt::LeftButton);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        for (QAction *action : menu ? menu->actions() : QList<QAction *>()) {
            if (action->text().contains(u"fold"_s))
                return action;
        }
        if (menu)
            menu->close();
        return nullptr;
    }

    bool hasSaid(const QString &sentence) const
    {
        const auto labels = m_window->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel *label) { return label->isVisible() && label->text() == sentence; });
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"unfold-step-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    /// Where it is the whole recipe, guard and root stay: it becomes the recipe that it included.
    void byMouse()
    {
        open();
        openTarget();
        use(u"  - include: wrappers/data_parallel\n"_s);
        const qint64 fitting = document().fit()->coverage.tensors;
        QVERIFY(fitting > 0);
        QAction *unfold = unfoldOf(cardWith(u"Include"_s));
        QVERIFY(unfold && unfold->isEnabled());
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(unfold).center());
        settle();
        QCOMPARE(sentences(), QStringList({u"Find the root"_s, u"Remove prefix “module.” as often as it is there"_s}));
        QVERIFY(document().recipe().native());
        QCOMPARE(document().undoText(), u"Unfold step 1"_s);
        QCOMPARE(document().fit()->coverage.tensors, fitting);
        find<QAction>("undo")->trigger();
        settle();
        QCOMPARE(sentences(), QStringList(u"Include “wrappers/data_parallel”"_s));
    }

    /// Among others its guard would cover them too: it goes, and that is said.
    void byKeyboard()
    {
        open();
        use(u"  - drop: {suffix: attn_mask} # first\n  - include: wrappers/data_parallel # second\n"
            "  - rename: {prefix: head., to: head.fc.}\n"_s);
        StepCard *card = cardWith(u"Include"_s);
        card->setFocus();
        QTest::keyClick(card, Qt::Key_U, Qt::ControlModifier);
        settle();
        QCOMPARE(
            sentences(),
            QStringList({u"Drop keys ending in “attn_mask”"_s, u"Remove prefix “module.” as often as it is there"_s,
                         u"Rename prefix “head.” → “head.fc.”"_s}));
        QVERIFY(!document().recipe().native());
        QVERIFY(document().recipe().text().find("# first") != std::string::npos);
        QVERIFY(hasSaid(u"The steps of “wrappers/data_parallel” run without its guard now."_s));
        QCOMPARE(find<RecipePanel>("recipePanel")->selectedStep(), 1);
        QVERIFY(cardWith(u"Remove prefix"_s)->hasFocus());
    }

    void isRefused_data()
    {
        QTest::addColumn<QString>("steps");
        QTest::addColumn<QString>("reason");
        QTest::addRow("another kind") << u"  - drop: {suffix: attn_mask}\n"_s
                                      << u"Only a step that includes a recipe has steps of its own."_s;
        QTest::addRow("under")
            << u"  - include: {recipe: wrappers/data_parallel, under: module.}\n"_s
            << u"It is for the keys below “module.” (“under”), which its steps cannot say one by one."_s;
        QTest::addRow("in the layout already")
            << u"  - remove-prefix: module.\n  - include: wrappers/data_parallel\n"_s
            << u"It does nothing here: “wrappers/data_parallel”: the checkpoint is already in the target's layout."_s;
    }

    void isRefused()
    {
        QFETCH(const QString, steps);
        open();
        use(steps);
        const Recipe before = document().recipe();
        auto *panel = find<RecipePanel>("recipePanel");
        const int last = int(before.steps().size()) - 1;
        StepCard *card = cardWith(QString::fromUtf8(before.steps().back().kind().title.data()));
        QVERIFY(card);
        QAction *offered = unfoldOf(card);
        const bool isInclude = before.steps().back().kind().word == "include";
        QCOMPARE(offered != nullptr, isInclude);
        if (offered) {
            QVERIFY(!offered->isEnabled());
            QTEST(offered->toolTip(), "reason");
            QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Escape);
        }
        QCOMPARE(panel->selectedStep(), last);
        auto *action = find<QAction>("unfoldStep");
        QVERIFY(!action->isEnabled());
        QFETCH(const QString, reason);
        QVERIFY2(action->toolTip().contains(reason), qPrintable(action->toolTip()));
        QTest::keyClick(card, Qt::Key_U, Qt::ControlModifier);
        settle();
        QVERIFY(document().recipe() == before);
    }
};

QTEST_MAIN(TestUnfoldStep)
#include "tst_unfoldstep.moc"
