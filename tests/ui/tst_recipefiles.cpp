// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/recipepanel.h"
#include "ui/stepcard.h"

#include <QAction>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace {
const auto ours = u"# of the old repository\n"
                  "weightsmith: 1\n"
                  "params: {trunk: module} # the wrapper\n"
                  "steps:\n"
                  "  - remove-prefix: '{trunk}.'   # always there\n"_s;
const auto theirs = u"weightsmith: 1\n"
                    "steps:\n"
                    "    # of no use\n"
                    "    - drop: queue_ptr # a counter\n"
                    "    - rename: {prefix: head., to: head.fc.}\n"_s;
}

/// Recipes as files: opened, imported, dropped, found again, saved with all that is written in them; and their
/// parameters.
class TestRecipeFiles : public WindowTest
{
    Q_OBJECT

private:
    void write(const QString &name, const QString &text)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0);
    }

    QString text() const { return QString::fromStdString(document().recipe().text()); }
    std::size_t steps() const { return document().recipe().steps().size(); }
    QLabel *file() const { return find<QLabel>("recipeFile"); }

    /// What a file dialog of this title chooses.
    void choose(const char *action, const QString &title, const QString &file)
    {
        find<QAction>(action)->trigger();
        const auto dialogs = m_window->findChildren<QFileDialog *>();
        for (QFileDialog *dialog : dialogs) {
            if (dialog->windowTitle() != title)
                continue;
            Q_EMIT dialog->fileSelected(file);
            dialog->close();
            return;
        }
        QFAIL(qPrintable(title));
    }

    StepCard *card(int step) const
    {
        QList<StepCard *> all = find<RecipePanel>("recipePanel")->findChildren<StepCard *>();
        all.removeIf([](StepCard *one) { return !one->checkBox(); });
        return all[step];
    }

    void type(QLineEdit *line, const QString &typed)
    {
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, typed);
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"recipefiles-test"_s);
        write(u"ours.recipe.yaml"_s, ours);
        write(u"theirs.recipe.yaml"_s, theirs);
    }

    void init()
    {
        openWindow();
        open();
        m_window->openRecipe(path("ours.recipe.yaml"));
        QTRY_COMPARE(steps(), std::size_t(1));
        settle();
    }

    void cleanup() { m_window.reset(); }

    void importedBehindAsOneStep()
    {
        choose("importRecipe", u"Import a recipe"_s, path("theirs.recipe.yaml"));
        QTRY_COMPARE(steps(), std::size_t(3));
        QCOMPARE(text(),
                 ours
                     + u"  # of no use\n  - drop: queue_ptr # a counter\n"
                       "  - rename: {prefix: head., to: head.fc.}\n"_s);
        QCOMPARE(document().undoText(), u"Import recipe theirs.recipe.yaml"_s);
        QCOMPARE(document().recipePath(), path("ours.recipe.yaml"));
        QVERIFY(m_window->isWindowModified());
        settle();
        find<QAction>("undo")->trigger();
        QCOMPARE(text(), ours);
        QVERIFY(!m_window->isWindowModified());
        settle();
    }

    void aGuardedRecipeIsNotImported()
    {
        write(u"guarded.recipe.yaml"_s, u"weightsmith: 1\nnative: {has: a}\nsteps: [strip-wrappers]\n"_s);
        QString said;
        connect(m_window.get(), &MainWindow::failed, m_window.get(), [&said](const QString &text) { said = text; });
        document().importRecipe(path("guarded.recipe.yaml"));
        QTRY_VERIFY2(said.contains("guarded.recipe.yaml"_L1) && said.contains("guard"_L1), qPrintable(said));
        QCOMPARE(text(), ours);
    }

    void savedWithItsComments()
    {
        QCOMPARE(file()->text(), u"ours.recipe.yaml"_s);
        card(0)->setFocus();
        QTest::keyClick(card(0), Qt::Key_Space);
        QCOMPARE(file()->text(), u"ours.recipe.yaml · not saved"_s);
        choose("saveRecipeAs", u"Save the recipe"_s, path("copy.recipe.yaml"));
        QCOMPARE(file()->text(), u"copy.recipe.yaml"_s);
        QFile saved(path("copy.recipe.yaml"));
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(saved.readAll()), ours + u"    enabled: false\n"_s);
        m_window->openRecipe(path("ours.recipe.yaml"));
        QTRY_COMPARE(text(), ours);
        m_window->openRecipe(path("copy.recipe.yaml"));
        QTRY_COMPARE(text(), ours + u"    enabled: false\n"_s);
        settle();
    }

    void recentOnesAreInTheMenu()
    {
        m_window->openRecipe(path("theirs.recipe.yaml"));
        QTRY_COMPARE(steps(), std::size_t(2));
        settle();
        auto *menu = find<QMenu>("recentRecipes");
        QTest::mouseClick(find<QToolButton>("recipeMenu"), Qt::LeftButton);
        QVERIFY(QApplication::activePopupWidget());
        QApplication::activePopupWidget()->close();
        QStringList names;
        for (const QAction *action : menu->actions())
            names << action->text();
        QCOMPARE(names.mid(0, 2), QStringList({u"theirs.recipe.yaml"_s, u"ours.recipe.yaml"_s}));
        QCOMPARE(menu->actions()[1]->toolTip(), path("ours.recipe.yaml"));
        menu->actions()[1]->trigger();
        QTRY_COMPARE(text(), ours);
        settle();
    }

    void droppedOnTheWindow()
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path("theirs.recipe.yaml"))});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &drop);
        QTRY_COMPARE(text(), theirs);
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        settle();
    }

    void parametersAreSetInTheirCard()
    {
        QVERIFY(find<StepCard>("paramsCard")->isVisible());
        auto *line = find<QLineEdit>("param-trunk");
        QCOMPARE(line->text(), u"module"_s);
        type(line, u"modul"_s);
        QCOMPARE(text(), QString(ours).replace("trunk: module}"_L1, "trunk: \"modul\"}"_L1));
        QCOMPARE(card(0)->text().sentenceText(), u"Remove prefix modul."_s);
        QCOMPARE(document().undoText(), u"Set parameter trunk"_s);
        settle();
        QCOMPARE(card(0)->text().hits, u"0"_s);
        QTest::keyClicks(line, u"e"_s);
        settle();
        QVERIFY(card(0)->text().hits != u"0"_s);
        document().undo(); // all that was typed
        QCOMPARE(text(), ours);
        QCOMPARE(line->text(), u"module"_s);
        type(line, u"a{"_s);
        const auto labels = find<StepCard>("paramsCard")->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](QLabel *label) {
            return label->isVisible() && label->text().contains("without braces"_L1);
        }));
        settle();
    }

    /// A step that names a parameter goes on naming it when something else of it is edited.
    void editsKeepTheParameter()
    {
        card(0)->setFocus();
        QTest::keyClick(card(0), Qt::Key_Space);
        QVERIFY(text().contains("remove-prefix: '{trunk}.'   # always there\n    enabled: false\n"_L1));
        QTest::keyClick(card(0), Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(text().count("'{trunk}.'"_L1), 2);
        QVERIFY(!document().recipe().params().empty());
        settle();
    }

    void noParametersNoCard()
    {
        m_window->openRecipe(path("theirs.recipe.yaml"));
        QTRY_COMPARE(steps(), std::size_t(2));
        QVERIFY(!find<StepCard>("paramsCard")->isVisible());
        settle();
    }
};

QTEST_MAIN(TestRecipeFiles)
#include "tst_recipefiles.moc"
