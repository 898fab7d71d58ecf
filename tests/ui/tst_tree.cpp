// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/step.h"
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/chipbar.h"
#include "ui/keydelegate.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/settings.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::string_literals;

/// The tree as a place to look around: families, columns, order, and what of it is remembered.
class TestTree : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    KeyTreeModel *keys() const { return qobject_cast<KeyTreeModel *>(tree()->model()); }

    void openBoth()
    {
        open();
        m_window->openTarget(path("target.json"));
        QTRY_VERIFY(document().fit().has_value());
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [strip-wrappers]\n", {}), u"Set up"_s);
        settle();
        tree()->setFocus();
    }

    /// Twelve layers alike but for the eighth.
    void openLayers()
    {
        QStringList lines;
        for (int layer = 0; layer < 12; ++layer) {
            lines << u"layers.%1.attn.weight F32 4x4"_s.arg(layer)
                  << u"layers.%1.mlp.weight F32 %2x4"_s.arg(layer).arg(layer == 7 ? 8 : 16);
        }
        QVERIFY(writeSafetensors(path("layers.safetensors"), lines + QStringList{u"stem F32 2"_s}));
        m_window->openCheckpoint(path("layers.safetensors"));
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        tree()->setFocus();
    }

    /// The names of the rows shown, one a line.
    QStringList rows() const
    {
        QStringList all;
        for (QModelIndex at = tree()->model()->index(0, 0); at.isValid(); at = tree()->indexBelow(at))
            all << at.data(KeyTreeModel::TargetNameRole).toString();
        return all;
    }

    void clickHeader(KeyTreeModel::Column column)
    {
        const QHeaderView *header = tree()->header();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(column) + 20, header->height() / 2});
        settle();
    }

    /// The entry of a menu that is called so, through its menus.
    QAction *entry(const QMenu *menu, const QString &text) const
    {
        for (QAction *action : menu->actions()) {
            if (action->text().remove(u'&') == text)
                return action;
            if (QAction *below = action->menu() ? entry(action->menu(), text) : nullptr)
                return below;
        }
        return nullptr;
    }

    QMenu *rowMenu() const
    {
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree(), &event);
        const bool isOpen = QTest::qWaitFor([this] { return tree()->findChild<QMenu *>(); });
        return isOpen ? tree()->findChild<QMenu *>() : nullptr;
    }

    /// The menu of the header, or that in the menu bar.
    QMenu *columnsMenu(bool isByMouse)
    {
        if (isByMouse) {
            Q_EMIT tree()->header()->customContextMenuRequested({30, 5});
            return qobject_cast<QMenu *>(QApplication::activePopupWidget());
        }
        for (QMenu *menu : m_window->findChildren<QMenu *>()) {
            if (menu->title().remove(u'&') == "Columns"_L1) {
                menu->popup({0, 0});
                return menu;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"tree-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void familiesFoldAndUnfold()
    {
        openLayers();
        find<QAction>("collapseAll")->trigger();
        QCOMPARE(rows(), (QStringList{u"layers"_s, u"stem"_s}));
        QTest::keyClick(tree(), Qt::Key_Home);
        QTest::keyClick(tree(), Qt::Key_Right);
        QCOMPARE(rows(), (QStringList{u"layers"_s, u"layers.{0–6}"_s, u"layers.7"_s, u"layers.{8–11}"_s, u"stem"_s}));
        QTest::keyClick(tree(), Qt::Key_Down);
        QCOMPARE(tree()->currentIndex().data().toString(), u"{0–6}"_s);
        QCOMPARE(KeyDelegate::helpText(tree()->currentIndex().siblingAtColumn(KeyTreeModel::Parameters)),
                 u"560 together, 80 each"_s);
        QTest::keyClick(tree(), Qt::Key_Right);
        QCOMPARE(rows().mid(1, 9),
                 (QStringList{u"layers.{0–6}"_s, u"layers.0"_s, u"layers.1"_s, u"layers.2"_s, u"layers.3"_s,
                              u"layers.4"_s, u"layers.5"_s, u"layers.6"_s, u"layers.7"_s}));
        QTest::keyClick(tree(), Qt::Key_Left);
        QCOMPARE(rows().size(), 5);
        const QRect row = tree()->visualRect(tree()->currentIndex());
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, {row.left() - 8, row.center().y()});
        QCOMPARE(rows().size(), 12);
    }

    /// A key of several sources shows them below it, where nothing is done to one of them alone.
    void severalSourcesUnfold()
    {
        QVERIFY(writeSafetensors(path("qkv.safetensors"),
                                 {u"m.a.q F32 2x4"_s, u"m.a.k F32 2x4"_s, u"m.a.v F32 2x4"_s, u"m.b F32 2"_s}));
        m_window->openCheckpoint(path("qkv.safetensors"));
        QTRY_VERIFY(document().plan() && document().checkpoint());
        const auto joined = [](const char *key) {
            return *Recipe::parse(
                "weightsmith: 1\nsteps:\n  - remove-prefix: m.\n  - concat: {from: [a.q, a.k, a.v], to: "
                    + std::string(key) + "}\n",
                {});
        };
        document().setRecipe(joined("a.qkv"), u"Join"_s);
        settle();
        QVERIFY(tree()->goToKey(u"a.qkv"_s));
        QCOMPARE(rows(), (QStringList{u"a.qkv"_s, u"b"_s}));
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_Right);
        QCOMPARE(rows(), (QStringList{u"a.qkv"_s, u"a.qkv"_s, u"a.qkv"_s, u"a.qkv"_s, u"b"_s}));
        QTest::keyClick(tree(), Qt::Key_Down);
        QTest::keyClick(tree(), Qt::Key_Down);
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::SourceNameRole).toString(), u"m.a.k"_s);
        QSignalSpy refusals(tree(), &KeyTreeView::refused);
        const Recipe before = document().recipe();
        QTest::keyClick(tree(), Qt::Key_F2);
        QTest::keyClick(tree(), Qt::Key_Delete);
        QCOMPARE(refusals.size(), 2);
        QVERIFY(refusals[0][0].toString().contains(u"“a.qkv”"_s));
        QVERIFY(document().recipe() == before);

        document().setRecipe(joined("a.kqv"), u"Join"_s); // another key: what was current is gone
        settle();
        QVERIFY(tree()->goToKey(u"m.a.v"_s));
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::PartRole).toInt(), 3);
        document().setRecipe(joined("a.kqv").withInserted(0, *parseStepText("drop: none")), u"Drop"_s);
        settle();
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::SourceNameRole).toString(), u"m.a.v"_s);
        const QModelIndex result = tree()->currentIndex().parent();
        const QRect row = tree()->visualRect(result);
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, {row.left() - 8, row.center().y()});
        QCOMPARE(rows(), (QStringList{u"a.kqv"_s, u"b"_s}));
    }

    /// What is done with a family is done with each of its layers; another tree keeps it open and current.
    void aFamilyIsDropped()
    {
        openLayers();
        QVERIFY(tree()->goToKey(u"layers.{8–11}"_s));
        tree()->expand(tree()->currentIndex());
        tree()->setFocus();
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [{drop: stem}]\n", {}), u"Drop"_s);
        settle();
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(), u"layers.{8–11}"_s);
        QVERIFY(tree()->isExpanded(tree()->currentIndex()));
        QTest::keyClick(tree(), Qt::Key_F2);
        QVERIFY(!tree()->findChild<QLineEdit *>(u"keyEditor"_s)); // it has no name of its own
        QTest::keyClick(tree(), Qt::Key_Delete);
        settle();
        QCOMPARE(document().plan()->dropped.size(), std::size_t(9));
        QCOMPARE(document().undoText(), u"Drop 8 keys"_s);
    }

    void sortedByAnyColumn()
    {
        openLayers();
        find<QAction>("collapseAll")->trigger();
        const QStringList natural = rows();
        clickHeader(KeyTreeModel::Parameters);
        QCOMPARE(rows(), (QStringList{u"stem"_s, u"layers"_s}));
        clickHeader(KeyTreeModel::Parameters);
        QCOMPARE(rows(), (QStringList{u"layers"_s, u"stem"_s}));
        QVERIFY(tree()->goToKey(u"layers.7.attn.weight"_s)); // keys are found in any order
        QCOMPARE(rows().indexOf(u"layers.7.mlp.weight"_s), rows().indexOf(u"layers.7.attn.weight"_s) - 1);
        find<QAction>("collapseAll")->trigger();
        clickHeader(KeyTreeModel::Parameters);
        QCOMPARE(rows(), natural);
        QMenu *menu = columnsMenu(false); // by keyboard: View, Columns, Sort by
        QVERIFY(menu);
        entry(menu, u"Parameters, ascending"_s)->trigger();
        menu->close();
        settle();
        QCOMPARE(rows(), (QStringList{u"stem"_s, u"layers"_s}));
    }

    void columnsAreChosen_data()
    {
        QTest::addColumn<bool>("isByMouse");
        QTest::addRow("by the header's menu") << true;
        QTest::addRow("by the menu bar") << false;
    }

    /// Shown, hidden, moved and resized columns come back with the next window; with and without a target they differ.
    void columnsAreChosen()
    {
        QFETCH(const bool, isByMouse);
        openBoth();
        QVERIFY(tree()->isColumnHidden(KeyTreeModel::DTypeColumn));
        QMenu *menu = columnsMenu(isByMouse);
        QVERIFY(menu);
        QVERIFY(!entry(menu, u"Source key"_s)->isEnabled());
        entry(menu, u"Type"_s)->trigger();
        entry(menu, u"Target shape"_s)->trigger();
        menu->close();
        QVERIFY(!tree()->isColumnHidden(KeyTreeModel::DTypeColumn)
                && tree()->isColumnHidden(KeyTreeModel::TargetShape));
        QHeaderView *header = tree()->header();
        const QPoint grip(header->sectionViewportPosition(KeyTreeModel::Verdict) + 30, 8);
        QTest::mousePress(header->viewport(), Qt::LeftButton, {}, grip);
        for (const int x : {grip.x() - 20, grip.x() - 120})
            QTest::mouseMove(header->viewport(), {x, 8});
        QTest::mouseRelease(header->viewport(), Qt::LeftButton, {}, {grip.x() - 120, 8});
        const int place = header->visualIndex(KeyTreeModel::Verdict);
        QCOMPARE_LT(place, int(KeyTreeModel::Verdict));
        document().undo();
        settle();
        QVERIFY(m_window->close());
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        openBoth();
        QVERIFY(!tree()->isColumnHidden(KeyTreeModel::DTypeColumn)
                && tree()->isColumnHidden(KeyTreeModel::TargetShape));
        QCOMPARE(tree()->header()->visualIndex(KeyTreeModel::Verdict), place);
        document().clearTarget();
        settle();
        QVERIFY(!tree()->isColumnHidden(KeyTreeModel::Bytes));
        document().undo();
        settle();
        menu = columnsMenu(isByMouse);
        entry(menu, u"Reset columns"_s)->trigger();
        menu->close();
        QVERIFY(tree()->isColumnHidden(KeyTreeModel::DTypeColumn)
                && !tree()->isColumnHidden(KeyTreeModel::TargetShape));
        QCOMPARE(tree()->header()->visualIndex(KeyTreeModel::Verdict), int(KeyTreeModel::Verdict));
        QCOMPARE(tree()->columns(), QByteArray());
        Settings::setColumns({});
    }

    void openGroupsComeBack()
    {
        openLayers();
        find<QAction>("collapseAll")->trigger();
        tree()->expand(keys()->indexOf("layers"));
        tree()->expand(keys()->indexOf("layers.7"));
        const QStringList before = rows();
        open(); // another file, and back
        QVERIFY(!rows().contains(u"layers.7"_s));
        openLayers();
        QCOMPARE(rows(), before);
        QVERIFY(m_window->close());
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        openLayers();
        QCOMPARE(rows(), before);
    }

    void copied_data()
    {
        QTest::addColumn<QString>("entry");
        QTest::addColumn<QString>("expected");
        QTest::addRow("key") << u"Copy key"_s << u"module.norm.bias"_s;
        QTest::addRow("source key") << u"Copy source key"_s << u"module.norm.bias"_s;
        QTest::addRow("shape") << u"Copy shape"_s << u"192"_s;
        QTest::addRow("path") << u"Copy path in the file"_s << u"module.norm.bias"_s;
        QTest::addRow("Python") << u"Copy as Python"_s
                                << u"safetensors.safe_open(\"FILE\", \"pt\").get_tensor(\"module.norm.bias\")"_s;
    }

    /// From the menu of a row, which opens by keyboard too.
    void copied()
    {
        QFETCH(const QString, entry);
        QFETCH(const QString, expected);
        open();
        QVERIFY(tree()->goToKey(u"module.norm.bias"_s));
        QMenu *menu = rowMenu();
        QVERIFY(menu && this->entry(menu, entry));
        this->entry(menu, entry)->trigger();
        menu->close();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString(expected).replace("FILE"_L1, path("swin.safetensors")));
    }

    void copiedByKeyboard()
    {
        m_window->openCheckpoint(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-objects.pt"_s);
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        document().chooseRoot("list"s);
        settle();
        QVERIFY(tree()->goToKey(u"1.0"_s));
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"1.0"_s);
        QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 u"torch.load(\"%1/torch/2.11.0-objects.pt\", map_location=\"cpu\")[\"list\"][\"1.0\"]"_s.arg(
                     QStringLiteral(TEST_DATA)));
        find<QAction>("copyPath")->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"list/1.0"_s);
    }

    void tooManyRowsSayWhy()
    {
        open();
        find<QAction>("expandAll")->trigger();
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_A, Qt::ControlModifier);
        QMenu *menu = rowMenu();
        QVERIFY(menu);
        QAction *why = menu->actions().first();
        QCOMPARE(why->text(), u"More than 100 rows: no step takes them together"_s);
        QVERIFY(!why->isEnabled() && why->toolTip().endsWith(u'.'));
        QVERIFY(!entry(menu, u"Drop the selected keys"_s));
        menu->close();
        QTest::keyClick(tree(), Qt::Key_Delete);
        QVERIFY(!document().canUndo());
        const auto *bar = m_window->findChild<MessageBar *>();
        QVERIFY(bar->isVisible());
        QVERIFY2(bar->text().startsWith(u"More than 100 rows are selected"_s), qPrintable(bar->text()));
    }

    /// However the trees in between come, what is open at the end is the same.
    void aFreshTreeIsTheLastOne()
    {
        Settings::setOpenGroups(path("swin.safetensors"), {});
        m_window->openCheckpoint(path("swin.safetensors"));
        openTarget();
        const QStringList atOnce = rows();
        const QString current = tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        open(); // the tree without a target is shown before
        openTarget();
        QCOMPARE(rows(), atOnce);
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(), current);
    }
};

QTEST_MAIN(TestTree)
#include "tst_tree.moc"
