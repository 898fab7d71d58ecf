// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/keytreeview.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QTest>

using namespace Qt::StringLiterals;

/// What is done with the keys themselves becomes steps: by keyboard and by the menu of a row.
class TestByHand : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    KeyTreeModel *keys() const { return qobject_cast<KeyTreeModel *>(tree()->model()); }

    QString current() const { return tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(); }

    /// "Drop keys module.queue_ptr": the steps in words.
    void goTo(const QString &key)
    {
        QVERIFY2(tree()->goToKey(key), qPrintable(key));
        tree()->setFocus();
    }

    /// What the editor of a name shows; then type into it and press a key.
    QString typeName(const QString &text, Qt::Key end)
    {
        auto *line = tree()->findChild<QLineEdit *>(u"keyEditor"_s);
        if (!line)
            return u"no editor"_s;
        const QString before = line->text();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
        QTest::keyClick(line, end);
        const bool isClosed = QTest::qWaitFor([this] { return !tree()->findChild<QLineEdit *>(u"keyEditor"_s); });
        return isClosed ? before : u"the editor stays open"_s;
    }

    /// The menu of the current row, opened by the keyboard.
    QMenu *menu() const
    {
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree(), &event);
        if (!QTest::qWaitFor([this] { return tree()->findChild<QMenu *>(); }))
            qWarning("no menu opens");
        return tree()->findChild<QMenu *>();
    }

    /// Choose the entry that starts so; true when there is one.
    bool choose(const QString &start) const
    {
        QMenu *entries = menu();
        for (QAction *action : entries->actions()) {
            if (action->text().remove(u'&').startsWith(start)) {
                action->trigger();
                entries->close();
                return true;
            }
        }
        entries->close();
        return false;
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"byhand-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void f2RenamesAKey()
    {
        open();
        goTo(u"module.head.weight"_s);
        QTest::keyClick(tree(), Qt::Key_F2);
        QCOMPARE(typeName(u"module.fc.weight"_s, Qt::Key_Return), u"module.head.weight"_s);
        QCOMPARE(sentences(), QStringList(u"Rename “module.head.weight” → “module.fc.weight”"_s));
        QCOMPARE(document().undoText(), u"Rename module.head.weight to module.fc.weight"_s);
        settle();
        QCOMPARE(current(), u"module.fc.weight"_s); // the row goes on being the current one
        find<QAction>("undo")->trigger();
        QCOMPARE(sentences(), QStringList());
        settle();
    }

    /// An edit made just before gives the tree anew while the user types.
    void anEditorOutlivesANewTree()
    {
        open();
        goTo(u"module.queue_ptr"_s);
        QTest::keyClick(tree(), Qt::Key_Delete);
        QVERIFY(!m_window->isSettled());
        goTo(u"module.head.weight"_s);
        QTest::keyClick(tree(), Qt::Key_F2);
        QTest::keyClicks(tree()->findChild<QLineEdit *>(u"keyEditor"_s), u"fc"_s);
        settle();
        const auto lines = tree()->findChildren<QLineEdit *>(u"keyEditor"_s);
        const auto open = std::find_if(lines.begin(), lines.end(), [](QLineEdit *line) { return line->isVisible(); });
        QVERIFY(open != lines.end());
        QCOMPARE((*open)->text(), u"fc"_s);
        QTest::keyClick(*open, Qt::Key_Return);
        QCOMPARE(sentences().last(), u"Rename “module.head.weight” → “fc”"_s);
        settle();
    }

    void theEditMenuDoesTheSame()
    {
        open();
        goTo(u"module.norm.bias"_s);
        find<QAction>("renameKey")->trigger();
        QCOMPARE(typeName(u"module.end.bias"_s, Qt::Key_Return), u"module.norm.bias"_s);
        settle();
        find<QAction>("dropKeys")->trigger();
        QCOMPARE(sentences(),
                 QStringList({u"Rename “module.norm.bias” → “module.end.bias”"_s, u"Drop keys “module.end.bias”"_s}));
        settle();
    }

    void f2RenamesAGroupWithAllBelowIt()
    {
        open();
        goTo(u"module.layers"_s);
        tree()->expand(keys()->indexOf("module.layers.1"));
        QTest::keyClick(tree(), Qt::Key_F2);
        QCOMPARE(typeName(u"stages"_s, Qt::Key_Return), u"module.layers"_s);
        settle();
        QCOMPARE(current(), u"stages"_s);
        QVERIFY(tree()->isExpanded(keys()->indexOf("stages.1"))); // what was open stays open
        QVERIFY(!keys()->indexOf("module.layers").isValid());
    }

    void anUnchangedOrRefusedNameIsNoStep_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("end");
        QTest::addRow("escape") << u"module.fc.weight"_s << int(Qt::Key_Escape);
        QTest::addRow("the same") << u"module.head.weight"_s << int(Qt::Key_Return);
        QTest::addRow("spaces") << u"  "_s << int(Qt::Key_Return);
    }

    void anUnchangedOrRefusedNameIsNoStep()
    {
        QFETCH(const QString, text);
        QFETCH(const int, end);
        open();
        goTo(u"module.head.weight"_s);
        QTest::keyClick(tree(), Qt::Key_F2);
        typeName(text, Qt::Key(end));
        QCOMPARE(sentences(), QStringList());
        QVERIFY(!document().canUndo());
    }

    void deleteDropsWhatIsSelected()
    {
        open();
        goTo(u"module.queue_ptr"_s);
        QTest::keyClick(tree(), Qt::Key_Delete);
        settle();
        goTo(u"module.layers.2"_s);
        QTest::keyClick(tree(), Qt::Key_Delete);
        settle();
        QCOMPARE(sentences(),
                 QStringList({u"Drop keys “module.queue_ptr”"_s, u"Drop keys starting with “module.layers.2.”"_s}));
        QCOMPARE(document().undoText(), u"Drop 31 keys"_s);
        QCOMPARE(qint64(document().plan()->dropped.size()), 32);
    }

    void severalRowsAreOneStep()
    {
        open();
        goTo(u"module.norm.bias"_s);
        QTest::keyClick(tree(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(tree(), Qt::Key_Delete);
        QCOMPARE(sentences(), QStringList(u"Drop keys “module.norm.bias” or “module.norm.weight”"_s));
        settle();
    }

    void menusSayHowManyKeys_data()
    {
        QTest::addColumn<QString>("row");
        QTest::addColumn<QStringList>("expected");
        QTest::addRow("key") << u"module.layers.0.blocks.0.attn.relative_position_index"_s
                             << QStringList{
                                    u"Rename… · 1 key"_s, u"Rename “relative_position_index” everywhere… · 8 keys"_s,
                                    u"Drop “…e.layers.0.blocks.0.attn.relative_position_index” · 1 key"_s,
                                    u"Drop all like “…yers.{i}.blocks.{j}.attn.relative_position_index” · 8 keys"_s};
        QTest::addRow("group") << u"module"_s
                               << QStringList{u"Rename… · 130 keys"_s, u"Rename “module” everywhere… · 130 keys"_s,
                                              u"Drop all below “module.” · 130 keys"_s,
                                              u"Strip the prefix “module.” · 130 keys"_s};
        QTest::addRow("numbered group")
            << u"module.layers.0"_s
            << QStringList{u"Rename… · 31 keys"_s, u"Drop all below “module.layers.0.” · 31 keys"_s,
                           u"Strip the prefix “module.layers.0.” · 31 keys"_s,
                           u"Keep only what is below “module.layers.0.”, drop the rest · 99 keys"_s};
    }

    void menusSayHowManyKeys()
    {
        QFETCH(const QString, row);
        QFETCH(const QStringList, expected);
        open();
        goTo(row);
        QMenu *entries = menu();
        QVERIFY(entries);
        QStringList found;
        for (const QAction *action : entries->actions()) {
            if (action->text().contains(u" · "_s))
                found << action->text().remove(u'&');
        }
        entries->close();
        QCOMPARE(found, expected);
    }

    void menusMakeSteps()
    {
        open();
        goTo(u"module"_s);
        QVERIFY(choose(u"Strip the prefix"_s));
        settle();
        goTo(u"layers.0.blocks.0.attn.relative_position_index"_s);
        QVERIFY(choose(u"Drop all like"_s));
        settle();
        goTo(u"patch_embed.norm.weight"_s);
        QVERIFY(choose(u"Rename “weight” everywhere"_s));
        QCOMPARE(typeName(u"w"_s, Qt::Key_Return), u"weight"_s);
        settle();
        QCOMPARE(document().recipe().steps().size(), std::size_t(3));
        QCOMPARE(qint64(document().plan()->dropped.size()), 8);
        QVERIFY(keys()->indexOf("layers.3.blocks.1.mlp.fc2.w").isValid());
        goTo(u"layers"_s);
        QVERIFY(choose(u"Keep only"_s));
        settle();
        for (const Row &row : document().plan()->table->rows)
            QVERIFY2(row.name.starts_with("layers."), qPrintable(QString::fromUtf8(row.name)));
        for (int step = 0; step < 4; ++step)
            find<QAction>("undo")->trigger();
        QCOMPARE(sentences(), QStringList());
        settle();
    }

    /// A key that only the target has cannot be renamed or dropped; beside a target the result's name is edited.
    void besideATarget()
    {
        open();
        openTarget();
        goTo(u"head.drop_scale"_s);
        QTest::keyClick(tree(), Qt::Key_F2);
        QVERIFY(!tree()->findChild<QLineEdit *>(u"keyEditor"_s));
        QTest::keyClick(tree(), Qt::Key_Delete);
        QCOMPARE(sentences(), QStringList());
        goTo(u"module"_s);
        QTest::keyClick(tree(), Qt::Key_F2);
        auto *line = tree()->findChild<QLineEdit *>(u"keyEditor"_s);
        QVERIFY(line);
        QCOMPARE(line->x(), tree()->columnViewportPosition(KeyTreeModel::TargetKey));
        typeName(QString(), Qt::Key_Return);
        QTRY_COMPARE_GT(document().fit()->coverage.tensors, 100);
        settle();
    }
};

QTEST_MAIN(TestByHand)
#include "tst_byhand.moc"
