// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/names.h"
#include "tests/ui/windowtest.h"
#include "ui/choicepopup.h"
#include "ui/fieldeditor.h"
#include "ui/keycompletion.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/offerlist.h"
#include "ui/readingorder.h"
#include "ui/recipepanel.h"
#include "ui/savedialog.h"
#include "ui/shortcutsheet.h"
#include "ui/steppalette.h"
#include "ui/windowactions.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;

/// All of the window by keyboard, and what it says about itself: reasons, shortcuts, places.
class TestAccess : public WindowTest
{
    Q_OBJECT

private:
    void addStep(const char *text)
    {
        const auto &recipe = document().recipe();
        document().setRecipe(recipe.withInserted(int(recipe.steps().size()), *parseStepText(text)),
                             u"Add %1"_s.arg(QString::fromUtf8(text)));
        settle();
    }

    /// One of the states that a window is in most of the time.
    void enter(const QString &state)
    {
        if (state == "empty"_L1)
            return;
        open();
        if (state == "file"_L1)
            return;
        openTarget();
        if (state == "target"_L1)
            return;
        addStep("strip-wrappers");
        addStep("rename: {text: norm9, to: norm}");
        if (state == "first step selected"_L1)
            find<RecipePanel>("recipePanel")->selectStep(0);
        if (state == "last step selected"_L1)
            find<RecipePanel>("recipePanel")->selectStep(1);
        if (state == "text"_L1)
            find<QAction>("recipeAsText")->trigger();
        if (state == "findings"_L1)
            find<QDockWidget>("findingsDock")->show();
        if (state == "failed step"_L1)
            addStep("assert: {exists: nothing}");
        if (state == "message"_L1) {
            m_window->openCheckpoint(path("nowhere.safetensors"));
            QTRY_VERIFY(m_window->findChild<MessageBar *>()->isVisible());
        }
        if (state == "save dialog"_L1)
            find<QAction>("saveAs")->trigger();
    }

    static void addStates()
    {
        QTest::addColumn<QString>("state");
        for (const char *state : {"empty", "file", "target", "first step selected", "last step selected", "text",
                                  "findings", "failed step", "message", "save dialog"})
            QTest::addRow("%s", state) << QString::fromLatin1(state);
    }

    /// Every action of the menus, with those of their submenus.
    QList<QAction *> allActions() const
    {
        QList<QAction *> all;
        const std::function<void(const QMenu *)> add = [&](const QMenu *menu) {
            for (QAction *action : menu->actions()) {
                if (action->menu())
                    add(action->menu());
                else if (!action->isSeparator() && !all.contains(action))
                    all << action;
            }
        };
        for (const QAction *top : m_window->menuBar()->actions())
            add(top->menu());
        return all;
    }

    ChoicePopup *popup(QAnyStringView name) const { return m_window->findChild<ChoicePopup *>(name.toString()); }

    QStringList shown(const ChoicePopup *popup) const
    {
        const auto *list = popup->findChild<QListWidget *>();
        QStringList texts;
        for (int row = 0; row < list->count(); ++row) {
            if (!list->item(row)->isHidden())
                texts << list->item(row)->data(Qt::AccessibleTextRole).toString();
        }
        return texts;
    }

    bool isBehindATab(QWidget *widget) const
    {
        for (; widget; widget = widget->parentWidget()) {
            if (qobject_cast<QDockWidget *>(widget))
                return widget->visibleRegion().isEmpty();
        }
        return false;
    }

    /// The panel that the keyboard is in.
    QString place() const
    {
        const QWidget *focus = m_window->focusWidget();
        for (; focus; focus = focus->parentWidget()) {
            const QString name = focus->objectName();
            if (name.endsWith("Dock"_L1) || name == "topBar"_L1)
                return name;
            if (focus == m_window->centralWidget())
                return u"keys"_s;
        }
        return u"nowhere"_s;
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"access-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void whatIsDisabledSaysWhy_data() { addStates(); }

    void whatIsDisabledSaysWhy()
    {
        QFETCH(const QString, state);
        enter(state);
        const QList<QAction *> actions = allActions();
        QCOMPARE_GT(actions.size(), 40);
        for (const QAction *action : actions) {
            const QString tip = action->toolTip();
            const QString help = action->property("help").toString();
            QVERIFY2(action->isEnabled() || (tip.endsWith(u'.') && tip != help), qPrintable(action->text()));
            QVERIFY2(!action->isEnabled() || tip.contains(help), qPrintable(action->text()));
        }
        for (const auto *button : m_window->findChildren<QAbstractButton *>()) {
            if (button->isVisible() && !button->isEnabled())
                QVERIFY2(button->toolTip().endsWith(u'.'), qPrintable(button->accessibleName() + button->text()));
        }
        settle();
    }

    void shortcutsAreInToolTipsAndUnique()
    {
        enter(u"first step selected"_s);
        QSet<QKeySequence> seen;
        for (const QAction *action : allActions()) {
            for (const QKeySequence &keys : action->shortcuts()) {
                QVERIFY2(!seen.contains(keys), qPrintable(action->text()));
                seen << keys;
            }
            if (action->isEnabled() && !shortcutText(*action).isEmpty())
                QVERIFY2(action->toolTip().endsWith(u'(' + shortcutText(*action) + u')'), qPrintable(action->text()));
        }
        QCOMPARE_GT(seen.size(), 20);
    }

    void everyShortcutIsOnTheSheet()
    {
        enter(u"first step selected"_s);
        QTest::keyClick(m_window.get(), Qt::Key_Slash, Qt::ControlModifier);
        auto *sheet = m_window->findChild<ShortcutSheet *>();
        QVERIFY(sheet && sheet->isVisible() && !sheet->isModal());
        QStringList said;
        for (const QLabel *label : sheet->findChildren<QLabel *>())
            said << label->text();
        for (const QAction *action : allActions()) {
            if (const QString keys = shortcutText(*action); !keys.isEmpty())
                QVERIFY2(said.contains(keys)
                             && said.contains(action->property("title").toString().remove(u'&').section(u'\t', 0, 0)),
                         qPrintable(action->text()));
        }
        QCOMPARE_LE(sheet->sizeHint().height(), 700);
        QCOMPARE_LE(sheet->sizeHint().width(), 1024);
        QTest::keyClick(sheet, Qt::Key_Escape);
        QVERIFY(!sheet->isVisible());
    }

    void commandsAreSearchedAndDone()
    {
        open();
        QTest::keyClick(m_window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        ChoicePopup *commands = popup("commands");
        QVERIFY(commands->isVisible());
        for (const QAction *action : allActions()) {
            const QStringList all = shown(commands);
            QVERIFY2(std::any_of(all.begin(), all.end(),
                                 [&](const QString &text) { return text.contains(plainText(*action)); }),
                     qPrintable(action->text()));
        }
        auto *search = commands->findChild<QLineEdit *>(u"choiceSearch"_s);
        QTest::keyClicks(search, u"theme dark"_s);
        QCOMPARE(shown(commands), QStringList(u"View › Theme › Dark"_s));
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(!commands->isVisible());
        QVERIFY(find<QAction>("theme-dark")->isChecked());

        find<QAction>("commands")->trigger();
        QTest::keyClicks(search, u"theme light"_s);
        auto *list = commands->findChild<QListWidget *>();
        const QPoint at = list->visualItemRect(list->currentItem()).center();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, at);
        QVERIFY(find<QAction>("theme-light")->isChecked());
    }

    /// What opens above the window tells its name, its controls theirs, and each row what it shows.
    void popupsSayWhatTheyAre_data()
    {
        QTest::addColumn<QString>("popup");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("row"); // the first
        QTest::addRow("commands") << u"commands"_s << u"Commands"_s << u"File › New window Ctrl+Shift+N"_s;
        QTest::addRow("history") << u"history"_s << u"Undo history"_s << u"Add rename: {prefix: x, to: y} now"_s;
        QTest::addRow("step palette") << u"stepPalette"_s << u"Add a step"_s << QString();
        QTest::addRow("filter") << u"filterOffers"_s << u"What the word can become"_s << u"mismatch, size mismatch"_s;
        QTest::addRow("completion") << u"completions"_s << u"Completions"_s << u"head.bias, 1"_s;
    }

    void popupsSayWhatTheyAre()
    {
        QFETCH(const QString, popup);
        QFETCH(const QString, name);
        QFETCH(const QString, row);
        open();
        addStep("strip-wrappers");
        addStep("rename: {prefix: x, to: y}");
        if (popup == "commands"_L1)
            find<QAction>("commands")->trigger();
        if (popup == "history"_L1)
            find<QAction>("undoHistory")->trigger();
        if (popup == "stepPalette"_L1)
            find<QAction>("addStep")->trigger();
        if (popup == "filterOffers"_L1) {
            find<QLineEdit>("filterLine")->setFocus();
            QTest::keyClicks(find<QLineEdit>("filterLine"), u"mism"_s);
        }
        if (popup == "completions"_L1) {
            find<RecipePanel>("recipePanel")->editStep(1);
            QTRY_VERIFY(find<KeyCompletion>("keyCompletion")->isReady());
            auto *line = find<FieldEditor>("field-prefix")->findChild<QLineEdit *>();
            line->setFocus();
            line->selectAll();
            QTest::keyClicks(line, u"head."_s);
        }
        auto *shown = find<QWidget>(popup);
        QVERIFY(shown && shown->isVisible());
        const auto nameOf = [](QObject *object) {
            return QAccessible::queryAccessibleInterface(object)->text(QAccessible::Name);
        };
        QCOMPARE(nameOf(shown), name);
        QCOMPARE(namelessControls(*shown), QStringList());
        auto *list = qobject_cast<QListWidget *>(shown);
        list = list ? list : shown->findChild<QListWidget *>();
        QVERIFY(list);
        if (!row.isEmpty())
            QCOMPARE(list->item(0)->data(Qt::AccessibleTextRole).toString(), row);
        settle();
    }

    void whatCannotBeDoneSaysWhyThereToo()
    {
        find<QAction>("commands")->trigger();
        ChoicePopup *commands = popup("commands");
        auto *search = commands->findChild<QLineEdit *>(u"choiceSearch"_s);
        QTest::keyClicks(search, u"file save as"_s);
        QCOMPARE(commands->findChild<QLabel *>(u"choiceHelp"_s)->text(), u"Open a checkpoint first."_s);
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(commands->isVisible());
        search->clear();
        QTest::keyClicks(search, u"convolution"_s);
        QCOMPARE(commands->findChild<QLabel *>(u"choiceHelp"_s)->text(), u"Nothing is called that."_s);
        QTest::keyClick(search, Qt::Key_Return);
        QTest::keyClick(search, Qt::Key_Escape);
        QVERIFY(!commands->isVisible());
    }

    void theHistoryGoesBackAndForward()
    {
        open();
        addStep("strip-wrappers");
        addStep("drop: queue_ptr");
        openTarget();
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::AltModifier);
        ChoicePopup *history = popup("history");
        QCOMPARE(shown(history),
                 QStringList({u"Use target swin_mini now"_s, u"Add drop: queue_ptr"_s, u"Add strip-wrappers"_s,
                              u"As it was opened"_s}));
        auto *search = history->findChild<QLineEdit *>(u"choiceSearch"_s);
        QTest::keyClick(search, Qt::Key_Down);
        QTest::keyClick(search, Qt::Key_Down);
        QCOMPARE(history->findChild<QLabel *>(u"choiceHelp"_s)->text(), u"Undo every edit after this one."_s);
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
        QVERIFY(!document().target());
        settle();
        QTest::mouseClick(find<QWidget>("historyButton"), Qt::LeftButton);
        QCOMPARE(shown(history),
                 QStringList({u"Use target swin_mini undone"_s, u"Add drop: queue_ptr undone"_s,
                              u"Add strip-wrappers now"_s, u"As it was opened"_s}));
        auto *list = history->findChild<QListWidget *>();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
        QVERIFY(document().target());
        QCOMPARE(document().recipe().steps().size(), std::size_t(2));
        QVERIFY(!document().canRedo());
        settle();
    }

    void panelsAreReachedByF6_data()
    {
        QTest::addColumn<int>("width");
        QTest::addRow("wide") << 1500;
        QTest::addRow("narrow, where two are tabs") << 1024;
    }

    void panelsAreReachedByF6()
    {
        QFETCH(const int, width);
        m_window->resize(width, 800);
        enter(u"findings"_s);
        find<KeyTreeView>("keyTree")->setFocus();
        const QStringList round{u"inspectorDock"_s, u"findingsDock"_s, u"topBar"_s, u"recipeDock"_s, u"keys"_s};
        for (const QString &panel : round) {
            QTest::keyClick(m_window->focusWidget(), Qt::Key_F6);
            QCOMPARE(place(), panel);
            QVERIFY(m_window->focusWidget()->isVisible());
        }
        for (qsizetype at = round.size() - 1; at-- > 0;) {
            QTest::keyClick(m_window->focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
            QCOMPARE(place(), round[at]);
        }
        find<QDockWidget>("findingsDock")->hide();
    }

    void tabGoesAsOneReads()
    {
        m_window->resize(1500, 800);
        enter(u"findings"_s);
        QWidget *first = find<QWidget>("openButton");
        first->setFocus();
        QStringList places;
        QSet<QWidget *> seen;
        QWidget *now = first;
        do {
            QVERIFY2(now && !seen.contains(now), now ? qPrintable(now->objectName()) : "nothing has the keyboard");
            seen << now;
            if (places.isEmpty() || places.last() != place())
                places << place();
            QTest::keyClick(now, Qt::Key_Tab);
            now = m_window->focusWidget();
        } while (now != first);
        QCOMPARE(places,
                 QStringList({u"topBar"_s, u"recipeDock"_s, u"keys"_s, u"findingsDock"_s, u"inspectorDock"_s,
                              u"nowhere"_s})); // the last is the status line
        for (const char *name : {"targetBox", "addStepButton", "filterLine", "keyTree", "findingsList", "saveButton"})
            QVERIFY2(seen.contains(find<QWidget>(name)), name);
        QTest::keyClick(first, Qt::Key_Backtab, Qt::ShiftModifier);
        QCOMPARE(m_window->focusWidget()->objectName(), u"findingsButton"_s);
        find<QDockWidget>("findingsDock")->hide();
    }

    void tabLeavesOutWhatIsBehindATab()
    {
        m_window->resize(1024, 800);
        open();
        QTRY_VERIFY(isBehindATab(find<QWidget>("inspector")));
        for (QWidget *stop : tabStops(*m_window))
            QVERIFY2(!isBehindATab(stop), qPrintable(stop->objectName()));
    }

    void nothingIsCutOffInASmallWindow_data() { addStates(); }

    void nothingIsCutOffInASmallWindow()
    {
        QFETCH(const QString, state);
        m_window->resize(1024, 700);
        enter(state);
        QTRY_COMPARE(m_window->size(), QSize(1024, 700));
        settle();
        QTest::qWait(0);
        for (QWidget *widget : m_window->findChildren<QWidget *>()) {
            const auto *label = qobject_cast<QLabel *>(widget);
            const bool isText = label ? !label->wordWrap() && label->pixmap().isNull()
                                      : qobject_cast<QAbstractButton *>(widget) != nullptr;
            if (!widget->isVisible() || !isText || isBehindATab(widget) || widget->objectName().startsWith("qt_"_L1)
                || widget->inherits("QLineEditIconButton")
                || widget->objectName() == "fileText"_L1) // which says the rest in its tool tip
                continue;
            const QString what =
                u"%1 “%2” %3"_s.arg(QString::fromLatin1(widget->metaObject()->className()),
                                    label ? label->text() : widget->accessibleName(), widget->objectName());
            const auto *button = qobject_cast<QAbstractButton *>(widget);
            const int needed = label       ? label->minimumSizeHint().width()
                : !button->icon().isNull() ? button->iconSize().width()
                                           : button->fontMetrics().horizontalAdvance(button->text());
            QVERIFY2(widget->width() >= needed, qPrintable(what));
            QVERIFY2(widget->height() >= widget->fontMetrics().height(), qPrintable(what));
            const QRect inWindow(widget->mapTo(widget->window(), QPoint()), widget->size());
            QVERIFY2(inWindow.left() >= 0 && inWindow.right() < widget->window()->width(), qPrintable(what));
        }
        if (const auto *dialog = m_window->findChild<SaveDialog *>()) {
            QCOMPARE_LE(dialog->width(), 1024);
            QCOMPARE_LE(dialog->height(), 700);
        }
        find<QDockWidget>("findingsDock")->hide();
    }
};

QTEST_MAIN(TestAccess)
#include "tst_access.moc"
