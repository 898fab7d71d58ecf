// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/keytreeview.h"
#include "ui/recipepanel.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QRandomGenerator>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;

/// Two thousand random actions, the same in every run; then everything is undone and the window shows what it showed.
class TestMonkey : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    RecipePanel *panel() const { return find<RecipePanel>("recipePanel"); }
    int number(int below) { return int(m_random.bounded(quint32(qMax(1, below)))); }

    /// Every leaf with its verdict, in order.
    QStringList rows() const
    {
        QStringList all;
        const std::function<void(const QModelIndex &)> add = [&](const QModelIndex &parent) {
            for (int row = 0; row < tree()->model()->rowCount(parent); ++row) {
                const QModelIndex index = tree()->model()->index(row, 0, parent);
                all << index.data(KeyTreeModel::TargetNameRole).toString() + u' '
                        + index.siblingAtColumn(KeyTreeModel::Verdict).data().toString();
                add(index);
            }
        };
        add({});
        return all;
    }

    /// A row of the tree, by going down at random.
    void goSomewhere()
    {
        QModelIndex index;
        for (int level = number(6); level >= 0 && tree()->model()->rowCount(index) > 0; --level)
            index = tree()->model()->index(number(tree()->model()->rowCount(index)), 0, index);
        tree()->setFocus();
        tree()->setCurrentIndex(index);
        if (number(3) == 0)
            QTest::keyClick(tree(), Qt::Key_Down, Qt::ShiftModifier);
    }

    void press(QWidget *widget, const QList<Qt::Key> &keys) { QTest::keyClick(widget, keys[number(int(keys.size()))]); }

    void chooseFromMenu()
    {
        goSomewhere();
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree(), &event);
        constexpr int most = 50; // milliseconds; another tree may come first, and then there is none
        if (QTest::qWaitFor([this] { return tree()->findChild<QMenu *>(); }, most)) {
            auto *menu = tree()->findChild<QMenu *>();
            menu->actions()[number(int(menu->actions().size()))]->trigger();
            menu->close();
        }
    }

    void rename()
    {
        goSomewhere();
        QTest::keyClick(tree(), Qt::Key_F2);
    }

    /// By keyboard or by mouse, wherever that leads.
    void pair()
    {
        goSomewhere();
        if (number(2) == 0) {
            trigger({u"pairKey"_s});
            goSomewhere();
            press(tree(), {Qt::Key_Return, Qt::Key_Return, Qt::Key_Escape, Qt::Key_F2});
            return;
        }
        const auto somewhere = [this] {
            return QPoint(number(tree()->viewport()->width()), number(tree()->viewport()->height()));
        };
        QTest::mousePress(tree()->viewport(), Qt::LeftButton, {}, somewhere());
        QPoint at;
        for (int moves = number(4); moves >= 0; --moves) {
            at = somewhere();
            QMouseEvent move(QEvent::MouseMove, at, tree()->viewport()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                             Qt::NoModifier);
            QCoreApplication::sendEvent(tree()->viewport(), &move);
        }
        QTest::mouseRelease(tree()->viewport(), Qt::LeftButton, {}, at);
    }

    /// Types into the editor of a name, should one be open.
    void typeName()
    {
        if (auto *line = tree()->findChild<QLineEdit *>(u"keyEditor"_s)) {
            QTest::keyClicks(line, QStringList{u"a"_s, u"a.b"_s, u"layers"_s, u"{i}"_s, u"x."_s}[number(5)]);
            press(line, {Qt::Key_Return, Qt::Key_Escape});
        }
    }

    void addStep()
    {
        const auto kinds = stepKinds();
        panel()->addStep(*kinds[std::size_t(number(int(kinds.size())))]);
        if (auto *line = qobject_cast<QLineEdit *>(m_window->focusWidget()))
            QTest::keyClicks(line, QStringList{u"module."_s, u"norm"_s, u"["_s}[number(3)]);
    }

    void trigger(const QStringList &actions) { find<QAction>(actions[number(int(actions.size()))])->trigger(); }

    void actOnce()
    {
        const QStringList steps{u"toggleStep"_s, u"duplicateStep"_s, u"deleteStep"_s,  u"deleteStep"_s, u"moveUp"_s,
                                u"moveDown"_s,   u"editStep"_s,      u"clearRecipe"_s, u"unfoldStep"_s};
        switch (number(16)) {
        case 0: chooseFromMenu(); break;
        case 1: rename(); break;
        case 2: typeName(); break;
        case 3:
        case 15: addStep(); break;
        case 4: panel()->closeForms(); break;
        case 5: panel()->selectStep(number(int(document().recipe().steps().size()) + 1) - 1); break;
        case 6: trigger(steps); break;
        case 7:
        case 8: trigger({u"undo"_s}); break;
        case 9: trigger({u"redo"_s, u"redo"_s, u"nextDifference"_s, u"expandAll"_s, u"collapseAll"_s}); break;
        case 10:
            goSomewhere();
            press(tree(), {Qt::Key_Delete, Qt::Key_Asterisk, Qt::Key_PageDown, Qt::Key_Left, Qt::Key_Right});
            break;
        case 11:
            find<QLineEdit>("filterLine")->setText(QStringList{{}, u"norm"_s, u"missing"_s, u"/["_s}[number(4)]);
            break;
        case 12: QTest::keyClick(find<QLineEdit>("filterLine"), Qt::Key_Return); break;
        case 13: settle(); break;
        case 14: pair(); break;
        }
        QTest::qWait(0);
    }

    QRandomGenerator m_random{20260101};

private Q_SLOTS:
    void initTestCase() { prepare(u"monkey-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void everythingIsUndone()
    {
        open();
        const QAbstractItemModelTester tester(tree()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QStringList before = rows();
        openTarget();
        std::size_t mostSteps = 0;
        for (int action = 0; action < 2000; ++action) {
            actOnce();
            mostSteps = std::max(mostSteps, document().recipe().steps().size());
        }
        QCOMPARE_GT(mostSteps, std::size_t(5));
        panel()->closeForms();
        m_window->setFocus(); // closes the editor of a name
        find<QLineEdit>("filterLine")->clear();
        QTest::keyClick(find<QLineEdit>("filterLine"), Qt::Key_Return);
        settle();
        while (document().canUndo())
            document().undo();
        QVERIFY(document().recipe().isEmpty() && !document().target());
        settle();
        QCOMPARE(rows(), before);
    }
};

QTEST_MAIN(TestMonkey)
#include "tst_monkey.moc"
