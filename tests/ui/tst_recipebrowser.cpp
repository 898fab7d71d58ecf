// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/library.h"
#include "tests/ui/names.h"
#include "tests/ui/windowtest.h"
#include "ui/recipebrowser.h"
#include "ui/recipesteps.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>

using namespace Qt::StringLiterals;

/// The browser of built-in recipes, by keyboard and mouse.
class TestRecipeBrowser : public WindowTest
{
    Q_OBJECT

private:
    QLineEdit *search() const { return find<QLineEdit>("browserSearch"); }
    QListWidget *list() const { return find<QListWidget>("browserList"); }
    QPushButton *include() const { return find<QPushButton>("browserInclude"); }
    QPushButton *append() const { return find<QPushButton>("browserAppend"); }
    QPushButton *replace() const { return find<QPushButton>("browserReplace"); }
    QString text(const char *label) const { return find<QLabel>(label)->text(); }
    RecipeBrowser *browser() const { return find<RecipeBrowser>("recipeBrowser"); }

    void openBrowser()
    {
        QTest::keyClick(m_window.get(), Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(m_window->findChild<RecipeBrowser *>() && browser()->isVisible());
        QTRY_VERIFY(search()->hasFocus());
        QTRY_VERIFY(!browser()->isAsking());
    }

    void add(const char *step)
    {
        const Result<Step> parsed = parseStepText(step);
        QVERIFY(parsed);
        const Recipe &recipe = document().recipe();
        document().setRecipe(recipe.withInserted(int(recipe.steps().size()), *parsed), u"Add"_s);
        settle();
    }

    /// What the list shows, headings in capitals.
    QStringList shown() const
    {
        QStringList lines;
        for (int row = 0; row < list()->count(); ++row) {
            const QListWidgetItem *item = list()->item(row);
            if (!item->isHidden())
                lines += item->flags() & Qt::ItemIsEnabled ? item->text() : item->text().toUpper();
        }
        return lines;
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"browser-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void withoutAFile()
    {
        QTest::mouseClick(find<QPushButton>("browseButton"), Qt::LeftButton);
        QTRY_VERIFY(search()->hasFocus());
        QCOMPARE(shown().first(), u"BASICSR"_s);
        QVERIFY(shown().size() > 60);
        QCOMPARE(text("browserVerdict"), u"Open a checkpoint to see whether it is for it."_s);
        QVERIFY(!append()->isVisible());
        QVERIFY(include()->isVisible() && include()->isEnabled());
        QCOMPARE(replace()->text(), u"Use this recipe"_s);
        QCOMPARE(namelessControls(*m_window), QStringList());
        QTest::keyClick(search(), Qt::Key_Escape);
        QVERIFY(!browser()->isVisible());
        QVERIFY(document().recipe().isEmpty());
    }

    void whatIsForTheFileComesFirst()
    {
        open();
        openBrowser();
        const QStringList forFile{u"FOR THIS FILE"_s, u"Training checkpoint to a plain state dict"_s,
                                  u"timm training checkpoint to plain names"_s,
                                  u"DataParallel or DDP checkpoint to plain names"_s, u"BASICSR"_s};
        QCOMPARE(shown().first(5), forFile);
        QCOMPARE(text("browserVerdict"), u"✓ It is for this file."_s);
        QTest::keyClick(search(), Qt::Key_Down);
        QTest::keyClick(search(), Qt::Key_Down);
        QCOMPARE(text("browserTitle"), forFile[3]);
        QCOMPARE(text("browserName"), u"wrappers/data_parallel"_s);
        QCOMPARE(text("browserWhen"), u"It applies if there is a key starting with “module.”."_s);
        QCOMPARE(text("browserNative"),
                 u"Otherwise it does nothing: then the checkpoint is already in the target's layout."_s);
        QCOMPARE(find<RecipeSteps>("browserSteps")->text(),
                 u"1. Find the root\n2. Remove prefix “module.” as often as it is there"_s);
        QTest::keyClick(search(), Qt::Key_Down); // over the heading of the family
        QCOMPARE(text("browserName"), u"basicsr/restorer"_s);
        QCOMPARE(text("browserVerdict"), u"– It is for other files."_s);
        QTest::keyClick(search(), Qt::Key_Up);
        QCOMPARE(text("browserName"), u"wrappers/data_parallel"_s);
        QTest::keyClick(search(), Qt::Key_Escape);
    }

    void howWellItFits()
    {
        open();
        openTarget();
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QCOMPARE(shown(), QStringList({u"FOR THIS FILE"_s, u"DataParallel or DDP checkpoint to plain names"_s}));
        QCOMPARE(text("browserVerdict"), u"✓ It is for this file: 109 of 122 keys of the target fit."_s);
        QTest::keyClick(search(), Qt::Key_Escape);
    }

    void isSearched_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("first");
        QTest::addColumn<int>("recipes");
        QTest::addRow("a title") << u"whisper"_s << u"openai/whisper_to_transformers"_s << 1;
        QTest::addRow("a family and a name") << u"ssl moco_v"_s << u"ssl/moco_v2"_s << 2;
        QTest::addRow("what it does") << u"momentum encoder"_s << u"ssl/moco_v2"_s << -1;
        QTest::addRow("nothing") << u"whisper of nothing"_s << QString() << 0;
    }

    void isSearched()
    {
        QFETCH(const QString, words);
        QFETCH(const int, recipes);
        openBrowser();
        QTest::keyClicks(search(), words);
        QTEST(text("browserName"), "first");
        int found = 0;
        for (int row = 0; row < list()->count(); ++row) {
            const QListWidgetItem *item = list()->item(row);
            found += !item->isHidden() && item->flags() & Qt::ItemIsEnabled;
        }
        if (recipes >= 0)
            QCOMPARE(found, recipes);
        QCOMPARE(replace()->isEnabled(), found > 0);
        if (found == 0) {
            QCOMPARE(text("browserTitle"), u"No recipe has these words"_s);
            QTest::keyClick(search(), Qt::Key_Return);
            QVERIFY(document().recipe().isEmpty());
        }
        QTest::keyClick(search(), Qt::Key_Escape);
    }

    void isUsed()
    {
        open();
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QTest::keyClick(search(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(!browser()->isVisible());
        settle();
        const Result<Recipe> builtin = builtinRecipe("wrappers/data_parallel");
        QVERIFY(builtin && document().recipe() == *builtin);
        QCOMPARE(document().undoText(), u"Use recipe wrappers/data_parallel"_s);
        document().undo();
        QVERIFY(document().recipe().isEmpty());
        settle();
    }

    /// One card, which does what the recipe does.
    void isAddedAsOneStep()
    {
        open();
        openTarget();
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QVERIFY(include()->property("primary").toBool());
        QTest::keyClick(search(), Qt::Key_Return);
        QVERIFY(!browser()->isVisible());
        settle();
        QCOMPARE(sentences(), QStringList(u"Include “wrappers/data_parallel”"_s));
        QCOMPARE(document().undoText(), u"Add wrappers/data_parallel"_s);
        const qint64 fitting = document().fit()->coverage.tensors;
        QVERIFY(fitting > 0);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        settle();
        QVERIFY(document().recipe().isEmpty());
        QCOMPARE(document().fit()->coverage.tensors, 0);
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QTest::keyClick(search(), Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(sentences().size(), 2);
        QCOMPARE(document().fit()->coverage.tensors, fitting);
    }

    /// What a recipe says of the target goes with it, where the recipe says nothing of that.
    void takesTheBindAlong()
    {
        openBrowser();
        QTest::keyClicks(search(), u"moco_v2"_s);
        QTest::keyClick(search(), Qt::Key_Return);
        settle();
        const Result<Recipe> builtin = builtinRecipe("ssl/moco_v2");
        QVERIFY(builtin && builtin->bind() != Bind());
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
        QVERIFY(document().recipe().bind() == builtin->bind());
        document().undo();
        Bind own;
        own.skip = {Node::scalar("fc.")};
        document().setRecipe(Recipe().withBind(own), u"Bind"_s);
        settle();
        openBrowser();
        QTest::keyClicks(search(), u"moco_v2"_s);
        QTest::keyClick(search(), Qt::Key_Return);
        settle();
        QVERIFY(document().recipe().bind() == own);
    }

    void itsStepsAreAdded()
    {
        open();
        add("drop: {suffix: attn_mask}");
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QVERIFY(append()->isVisible() && append()->isEnabled());
        QTest::keyClick(search(), Qt::Key_Return, Qt::ShiftModifier);
        settle();
        QCOMPARE(sentences(),
                 QStringList({u"Drop keys ending in “attn_mask”"_s,
                              u"Remove prefix “module.” as often as it is there"_s})); // the root stays
        QVERIFY(!document().recipe().native());
        QCOMPARE(document().undoText(), u"Add steps of wrappers/data_parallel"_s);
        document().undo();
        QCOMPARE(sentences().size(), 1);
        settle();
    }

    void itIsPutInPlace()
    {
        open();
        add("drop: {suffix: attn_mask}");
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QTest::keyClick(search(), Qt::Key_Return, Qt::ControlModifier);
        settle();
        QCOMPARE(sentences().first(), u"Find the root"_s);
        QCOMPARE(document().undoText(), u"Use recipe wrappers/data_parallel"_s);
        // Its guard would cover what is added now.
        openBrowser();
        QTest::keyClicks(search(), u"moco_v2"_s);
        for (const QPushButton *adding : {include(), append()}) {
            QVERIFY(adding->isVisible() && !adding->isEnabled());
            QVERIFY2(adding->toolTip().startsWith(u"The recipe has a guard (“native”)"_s),
                     qPrintable(adding->toolTip()));
        }
        QTest::keyClick(search(), Qt::Key_Return, Qt::ShiftModifier); // does nothing
        QVERIFY(browser()->isVisible());
        QTest::keyClick(search(), Qt::Key_Return);
        settle();
        QCOMPARE(document().undoText(), u"Use recipe ssl/moco_v2"_s);
    }

    void byTabsAndSpace()
    {
        open();
        add("drop: {suffix: attn_mask}");
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QList<QWidget *> visited;
        for (int tab = 0; tab < 4; ++tab) {
            QTest::keyClick(browser()->focusWidget(), Qt::Key_Tab);
            visited += browser()->focusWidget();
        }
        QCOMPARE(visited, QList<QWidget *>({find<QScrollArea>("browserFacts"), replace(), append(), include()}));
        QTest::keyClick(append(), Qt::Key_Space);
        settle();
        QCOMPARE(sentences().last(), u"Remove prefix “module.” as often as it is there"_s);
        openBrowser();
        QTest::keyClick(browser()->focusWidget(), Qt::Key_Tab);
        QTest::keyClick(browser()->focusWidget(), Qt::Key_Escape);
        QVERIFY(!browser()->isVisible());
    }

    void byMouse()
    {
        open();
        openBrowser();
        QListWidgetItem *second = list()->item(2);
        const QPoint at = list()->visualItemRect(second).center();
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(text("browserTitle"), second->text());
        QVERIFY(browser()->isVisible());
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualItemRect(list()->item(0)).center());
        QCOMPARE(text("browserTitle"), second->text()); // a heading is no recipe
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(list()->viewport(), Qt::LeftButton, {}, at);
        settle();
        QCOMPARE(document().undoText(), u"Add timm/training_checkpoint"_s);
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QTest::mouseClick(append(), Qt::LeftButton);
        settle();
        QCOMPARE(sentences(),
                 QStringList(
                     {u"Include “timm/training_checkpoint”"_s, u"Remove prefix “module.” as often as it is there"_s}));
        openBrowser();
        QTest::keyClicks(search(), u"data_parallel"_s);
        QTest::mouseClick(include(), Qt::LeftButton);
        settle();
        QCOMPARE(sentences().last(), u"Include “wrappers/data_parallel”"_s);
    }

    void longOnesAreScrolled()
    {
        m_window->resize(1024, 700);
        openBrowser();
        QVERIFY(m_window->frameGeometry().contains(browser()->geometry()));
        QTest::keyClicks(search(), u"torchtune/llama_from_meta"_s);
        QScrollBar *bar = find<QScrollArea>("browserFacts")->verticalScrollBar();
        browser()->resize(browser()->width(), 260);
        QTRY_VERIFY(bar->maximum() > 0);
        QTest::keyClick(search(), Qt::Key_PageDown);
        QVERIFY(bar->value() > 0);
        QTest::keyClick(search(), Qt::Key_PageUp);
        QCOMPARE(bar->value(), 0);
        QTest::keyClick(search(), Qt::Key_Escape);
    }
};

QTEST_MAIN(TestRecipeBrowser)
#include "tst_recipebrowser.moc"
