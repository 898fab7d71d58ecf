// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/keydelegate.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/settings.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
constexpr int count = 12'000; ///< keys, all of them siblings
}

/// A file whose keys are too many for one level, in the window.
class TestManyRows : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    KeyTreeModel *keys() const { return qobject_cast<KeyTreeModel *>(tree()->model()); }
    QString current() const { return tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(); }
    QString text(int row) const { return keys()->index(row, 0).data().toString(); }
    QString jobText() const { return find<QLabel>("jobText")->text(); }
    static QString copied() { return QGuiApplication::clipboard()->text(); }

    QList<int> openStretches() const
    {
        QList<int> open;
        for (int row = 0; row < keys()->rowCount(); ++row) {
            if (tree()->isExpanded(keys()->index(row, 0)))
                open << row;
        }
        return open;
    }

    void filter(const QString &line)
    {
        auto *edit = find<QLineEdit>("filterLine");
        edit->setText(line);
        QTest::keyClick(edit, Qt::Key_Return);
        settle();
    }

    /// Make the only stretch that is current and selected; its own row.
    void select(int stretch)
    {
        tree()->setFocus();
        tree()->setCurrentIndex(keys()->index(stretch, 0));
    }

    /// What the message bar says after a key, without its reason at the end.
    QString saidAfter(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(tree(), key, modifiers);
        const auto *bar = m_window->findChild<MessageBar *>();
        const QString said = bar->isVisible() ? bar->text() : QString();
        if (bar->isVisible())
            QTest::mouseClick(find<QPushButton>("messageDismiss"), Qt::LeftButton);
        return said.section(u':', 0, 0).section(u',', 0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"manyrows-test"_s);
        QStringList lines;
        QStringList wanted;
        for (int at = 0; at < count; ++at) {
            lines << u"net_%1 F32 %2"_s.arg(at).arg(1 + at % 7);
            if (at != 7777) // the target calls it otherwise
                wanted << u"net_%1 F32 %2"_s.arg(at).arg(1 + at % 7);
        }
        QVERIFY(writeSafetensors(path("flat.safetensors"), lines));
        QVERIFY(writeSafetensors(path("wanted.safetensors"), wanted + QStringList{u"net_x F32 1"_s}));
    }

    void init()
    {
        Settings::setOpenGroups(path("flat.safetensors"), {});
        openWindow();
        m_window->openCheckpoint(path("flat.safetensors"));
        m_window->openTarget(path("wanted.safetensors"));
        QTRY_VERIFY(document().fit().has_value());
        settle();
        QGuiApplication::clipboard()->clear();
    }

    void cleanup() { m_window.reset(); }

    void opensWithItsFirstKeys()
    {
        QCOMPARE(keys()->rowCount(), 12);
        QCOMPARE(text(0), u"net_0 … net_999"_s);
        QCOMPARE(text(11), u"net_11000 … net_x"_s);
        QCOMPARE(openStretches(), QList<int>{0});
        QCOMPARE(current(), u"net_0"_s);
        const QModelIndex last = keys()->index(11, KeyTreeModel::TargetKey);
        QCOMPARE(KeyDelegate::helpText(last), u"net_11000 … net_x"_s);
        QCOMPARE(KeyDelegate::helpText(last.siblingAtColumn(KeyTreeModel::Parameters)), u"4,002"_s);
        select(11);
        const auto labels = m_window->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
            return label->text().startsWith("1,001 rows that follow each other"_L1);
        }));
    }

    void goesToKeysAndDifferences()
    {
        QVERIFY(tree()->goToKey(u"net_5500"_s));
        QCOMPARE(current(), u"net_5500"_s);
        QCOMPARE(openStretches(), (QList<int>{0, 5}));
        QTest::keyClick(m_window.get(), Qt::Key_F8);
        QCOMPARE(current(), u"net_7777"_s);
        QTest::keyClick(m_window.get(), Qt::Key_F8);
        QCOMPARE(current(), u"net_x"_s);
        QTest::keyClick(m_window.get(), Qt::Key_F8, Qt::ShiftModifier);
        QCOMPARE(current(), u"net_7777"_s);
        QCOMPARE(openStretches(), (QList<int>{0, 5, 7, 11}));
    }

    /// Stretches follow what is filtered and how it is sorted.
    void filteredAndSorted()
    {
        filter(u"net_77"_s);
        QCOMPARE(keys()->rowCount(), 111);
        QCOMPARE(text(0), u"net_77"_s);
        filter(u"!net_7777"_s);
        QCOMPARE(keys()->rowCount(), 12);
        QCOMPARE(text(7), u"net_7000 … net_8000"_s);
        QCOMPARE(openStretches(), QList<int>{0});
        filter({});
        tree()->header()->setSortIndicator(KeyTreeModel::Parameters, Qt::DescendingOrder);
        settle();
        QCOMPARE(text(11), u"rows 11,001–12,001"_s);
        QVERIFY(tree()->goToKey(u"net_6"_s));
        QCOMPARE(tree()->currentIndex().parent().row(), 0); // one of the largest
    }

    /// What is open stays so, and the same key current, when names change.
    void anEditKeepsThePlace()
    {
        tree()->collapseAll();
        QVERIFY(tree()->goToKey(u"net_5500"_s));
        const int place = tree()->verticalScrollBar()->value();
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [add-prefix: a_, remove-prefix: a_]\n", {}),
                             u"Edit"_s);
        settle();
        QCOMPARE(openStretches(), QList<int>{5});
        QCOMPARE(current(), u"net_5500"_s);
        QCOMPARE(tree()->verticalScrollBar()->value(), place);
        document().clearTarget();
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [add-prefix: other_]\n", {}), u"Edit"_s);
        settle();
        QCOMPARE(text(5), u"net_5000 … net_5999"_s);
        QCOMPARE(openStretches(), QList<int>{5});
        select(3);
        document().undo();
        settle();
        QCOMPARE(tree()->currentIndex(), keys()->index(3, 0));
    }

    void aFewRowsAreCopiedAtOnce()
    {
        select(1);
        QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = copied().split(u'\n');
        QCOMPARE(lines.size(), 1000);
        QCOMPARE(lines.first(), u"net_1000"_s);
        QCOMPARE(lines.last(), u"net_1999"_s);
        QVERIFY(!tree()->isCopying());
    }

    void allRowsAreCopiedByAWorker()
    {
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(tree()->isCopying());
        QCOMPARE(jobText(), u"Copying"_s);
        QCOMPARE(copied(), QString());
        QTRY_VERIFY(!tree()->isCopying());
        const QStringList lines = copied().split(u'\n');
        QCOMPARE(lines.size(), count + 1); // the key that the target alone has, too
        QCOMPARE(lines[1], u"net_1"_s); // the rows of the open stretch once
        QCOMPARE(jobText(), u"12,001 rows were copied."_s);
        find<QAction>("copyPython")->trigger();
        QTRY_VERIFY(!tree()->isCopying());
        QCOMPARE(copied().count(u"get_tensor"_s), count);
        QCOMPARE(jobText(), u"12,000 rows were copied."_s);
    }

    void copyingIsStopped_data()
    {
        QTest::addColumn<bool>("byAnother"); // copy
        QTest::addRow("by its button") << false;
        QTest::addRow("by another copy") << true;
    }

    void copyingIsStopped()
    {
        QFETCH(const bool, byAnother);
        QGuiApplication::clipboard()->setText(u"before"_s);
        tree()->selectAll();
        tree()->copyKeys();
        QVERIFY(tree()->isCopying());
        if (byAnother) {
            QVERIFY(tree()->goToKey(u"net_3"_s));
            tree()->copyKeys();
        } else {
            QVERIFY(find<QPushButton>("jobCancel")->isVisible());
            QTest::mouseClick(find<QPushButton>("jobCancel"), Qt::LeftButton);
            QCOMPARE(jobText(), u"Copying was stopped; the clipboard is as it was."_s);
        }
        QVERIFY(!tree()->isCopying() && !find<QPushButton>("jobCancel")->isVisible());
        settle();
        QCOMPARE(copied(), byAnother ? u"net_3"_s : u"before"_s);
    }

    /// It acts as its rows do, or says why not.
    void isNoGroupToBeEdited()
    {
        select(2);
        QCOMPARE(saidAfter(Qt::Key_F2), u"This row stands for several"_s);
        QCOMPARE(saidAfter(Qt::Key_M, Qt::ControlModifier), u"This row stands for several"_s);
        QCOMPARE(saidAfter(Qt::Key_Delete), u"More than 100 rows are selected"_s);
        QVERIFY(!document().canUndo() || document().undoText().startsWith(u"Use target"_s));
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree(), &event);
        QTRY_VERIFY(tree()->findChild<QMenu *>());
        QStringList entries;
        for (QAction *action : tree()->findChild<QMenu *>()->actions()) {
            if (!action->isSeparator())
                entries << action->text().remove(u'&').section(u'\t', 0, 0);
        }
        QCOMPARE(entries,
                 (QStringList{u"More than 100 rows: no step takes them together"_s, u"Copy target key"_s,
                              u"Copy source key"_s, u"Copy path in the file"_s, u"Copy as Python"_s, u"Copy shape"_s,
                              u"Expand all below"_s, u"Collapse all"_s}));
        tree()->findChild<QMenu *>()->close();
    }

    /// A key carried over a stretch is told to go on into it, which opens while it waits.
    void aKeyIsPairedThroughStretches()
    {
        QVERIFY(tree()->goToKey(u"net_7777"_s));
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_M, Qt::ControlModifier);
        tree()->setCurrentIndex(keys()->index(11, 0));
        QVERIFY(find<QLabel>("pairBanner")->text().contains(u"this row stands for several"_s));
        QTest::keyClick(tree(), Qt::Key_Right);
        QVERIFY(tree()->goToKey(u"net_x"_s));
        QTest::keyClick(tree(), Qt::Key_Return);
        settle();
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
        QCOMPARE(current(), u"net_x"_s);
        QCOMPARE(document().fit()->coverage.tensors, qint64(count));
    }

    void selectedKeysAreDropped()
    {
        QVERIFY(tree()->goToKey(u"net_5500"_s));
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(tree(), Qt::Key_Delete);
        settle();
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
        QCOMPARE(document().recipe().steps().front().sentenceText(), u"Drop keys “net_5500” or “net_5501”"_s);
    }
};

QTEST_MAIN(TestManyRows)
#include "tst_manyrows.moc"
