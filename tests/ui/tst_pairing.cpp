// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/yaml.h"
#include "tests/ui/windowtest.h"
#include "ui/keytreeview.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QTest>

using namespace Qt::StringLiterals;

/// Rows are brought together: dragged by mouse, or picked up and put down by keyboard.
class TestPairing : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    KeyTreeModel *keys() const { return qobject_cast<KeyTreeModel *>(tree()->model()); }

    /// The last step as YAML, and the name of the edit that made it.
    QString lastStep() const
    {
        const auto &steps = document().recipe().steps();
        return steps.empty() ? QString() : QString::fromStdString(flowText(printStep(steps.back())));
    }

    /// The banner's words; empty while nothing is carried.
    QString banner() const
    {
        auto *label = find<QLabel>("pairBanner");
        return label->isVisible() ? label->text() : QString();
    }

    /// Where the middle of a row's first cell is, made visible.
    QPoint placeOf(const QString &key)
    {
        const QModelIndex index = keys()->indexOf(key.toStdString());
        if (!index.isValid())
            qWarning("no row %s", qPrintable(key));
        for (QModelIndex up = index.parent(); up.isValid(); up = up.parent())
            tree()->expand(up);
        tree()->scrollTo(index);
        const QRect cell = tree()->visualRect(index);
        return {cell.left() + 20, cell.center().y()};
    }

    void move(const QPoint &at, Qt::MouseButtons buttons)
    {
        QMouseEvent event(QEvent::MouseMove, at, tree()->viewport()->mapToGlobal(at), Qt::NoButton, buttons,
                          Qt::NoModifier);
        QCoreApplication::sendEvent(tree()->viewport(), &event);
    }

    /// Press on one row, move over the other; what the banner says there.
    QString dragOver(const QString &from, const QString &to)
    {
        placeOf(to);
        const QPoint start = placeOf(from);
        QTest::mousePress(tree()->viewport(), Qt::LeftButton, {}, start);
        move(start + QPoint(0, 3), Qt::LeftButton);
        if (!banner().isEmpty())
            return u"a small movement is no drag"_s;
        move(start + QPoint(60, 0), Qt::LeftButton);
        move(placeOf(to), Qt::LeftButton);
        return banner();
    }

    QString drag(const QString &from, const QString &to)
    {
        const QString said = dragOver(from, to);
        QTest::mouseRelease(tree()->viewport(), Qt::LeftButton, {}, placeOf(to));
        settle();
        return said;
    }

    /// The swin files, unwrapped: head.weight is unexpected, head.fc.weight missing, patch_embed differs in shape.
    void openBoth(const char *steps = "steps: [strip-wrappers]\n")
    {
        open();
        m_window->openTarget(path("target.json"));
        QTRY_VERIFY(document().fit().has_value());
        document().setRecipe(*Recipe::parse("weightsmith: 1\n" + std::string(steps), {}), u"Set up"_s);
        settle();
        tree()->setFocus();
    }

    void goTo(const QString &key)
    {
        QVERIFY2(tree()->goToKey(key), qPrintable(key));
        tree()->setFocus();
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"pairing-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void twoPairsByDrag()
    {
        openBoth();
        const qint64 before = document().fit()->missing;
        QCOMPARE(drag(u"head.weight"_s, u"head.fc.weight"_s),
                 u"✓ pair: head.weight → head.fc.weight, [100, 192] fits"_s);
        QCOMPARE(lastStep(), u"{pairs: {pairs: {head.weight: head.fc.weight}}}"_s);
        QCOMPARE(document().undoText(), u"Pair head.weight with head.fc.weight"_s);
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(), u"head.fc.weight"_s);
        QCOMPARE(drag(u"head.bias"_s, u"head.fc.bias"_s), u"✓ pair: head.bias → head.fc.bias, [100] fits"_s);
        QCOMPARE(lastStep(), u"{pairs: {pairs: {head.weight: head.fc.weight, head.bias: head.fc.bias}}}"_s);
        QCOMPARE(document().recipe().steps().size(), std::size_t(2));
        QCOMPARE(document().fit()->missing, before - 2);
        QCOMPARE(banner(), QString());
        find<QAction>("undo")->trigger();
        QCOMPARE(lastStep(), u"{pairs: {pairs: {head.weight: head.fc.weight}}}"_s);
        find<QAction>("undo")->trigger();
        QCOMPARE(lastStep(), u"strip-wrappers"_s);
        settle();
        QCOMPARE(document().fit()->missing, before);
    }

    void twoPairsByKeyboard()
    {
        openBoth();
        goTo(u"head.weight"_s);
        QTest::keyClick(tree(), Qt::Key_M, Qt::ControlModifier);
        QCOMPARE(banner(), u"pair: head.weight → …, go to the other row and press Enter; Esc ends it"_s);
        goTo(u"head.fc.bias"_s);
        QCOMPARE(banner(),
                 u"≠ pair: head.weight → head.fc.bias, [100, 192] does not fit [100] · Enter pairs, Esc ends it"_s);
        QTest::keyClick(tree(), Qt::Key_Down);
        QCOMPARE(banner(), u"✓ pair: head.weight → head.fc.weight, [100, 192] fits · Enter pairs, Esc ends it"_s);
        QTest::keyClick(tree(), Qt::Key_Return);
        QCOMPARE(banner(), QString());
        settle();
        goTo(u"head.fc.bias"_s); // from the target to the source is the same
        QTest::keyClick(tree(), Qt::Key_M, Qt::ControlModifier);
        goTo(u"head.bias"_s);
        QTest::keyClick(tree(), Qt::Key_M, Qt::ControlModifier);
        settle();
        QCOMPARE(lastStep(), u"{pairs: {pairs: {head.weight: head.fc.weight, head.bias: head.fc.bias}}}"_s);
        QCOMPARE(document().undoText(), u"Pair head.bias with head.fc.bias"_s);
    }

    void whatADragSays_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("step");
        QTest::addRow("shapes differ") << u"head.bias"_s << u"head.drop_scale"_s
                                       << u"≠ pair: head.bias → head.drop_scale, [100] does not fit [1]"_s
                                       << u"{pairs: {pairs: {head.bias: head.drop_scale}}}"_s;
        QTest::addRow("another has the name") << u"norm.bias"_s << u"norm.weight"_s
                                              << u"✓ pair: norm.bias → norm.weight, [192] fits, replacing its source"_s
                                              << u"{pairs: {pairs: {norm.bias: norm.weight}}}"_s;
        QTest::addRow("two sources") << u"head.bias"_s << u"queue_ptr"_s
                                     << u"✗ pair: head.bias → queue_ptr, neither is a target key"_s
                                     << u"strip-wrappers"_s;
        QTest::addRow("two targets") << u"head.fc.bias"_s << u"head.fc.weight"_s
                                     << u"✗ pair: head.fc.bias → head.fc.weight, neither has a source"_s
                                     << u"strip-wrappers"_s;
        QTest::addRow("a key and a group")
            << u"head.bias"_s << u"layers.0"_s << u"✗ pair: head.bias → layers.0, a key and a group cannot be paired"_s
            << u"strip-wrappers"_s;
    }

    void whatADragSays()
    {
        QFETCH(const QString, from);
        QFETCH(const QString, to);
        openBoth();
        QTEST(drag(from, to), "said");
        QTEST(lastStep(), "step");
        QVERIFY(!document().plan()->error);
    }

    void groupsPairTheirKeys()
    {
        openBoth("steps: [strip-wrappers, {rename: {prefix: layers.0.blocks.0., to: old.}}]\n");
        QCOMPARE(drag(u"old"_s, u"layers.0.blocks.0"_s), u"✓ pair: old → layers.0.blocks.0, 13 keys fit"_s);
        QCOMPARE(document().undoText(), u"Pair 13 keys of old with layers.0.blocks.0"_s);
        QCOMPARE(document().plan()->steps.back().changed, 13);
        QCOMPARE(document().recipe().steps().size(), std::size_t(3));
        QVERIFY(!keys()->indexOf("old.norm1.bias").isValid());
    }

    void escapeEndsIt()
    {
        openBoth();
        QVERIFY(!dragOver(u"head.bias"_s, u"head.fc.bias"_s).isEmpty());
        QTest::keyClick(tree(), Qt::Key_Escape);
        QCOMPARE(banner(), QString());
        QTest::mouseRelease(tree()->viewport(), Qt::LeftButton, {}, placeOf(u"head.fc.bias"_s));
        goTo(u"head.bias"_s);
        QTest::keyClick(tree(), Qt::Key_M, Qt::ControlModifier);
        QVERIFY(!banner().isEmpty());
        QTest::keyClick(tree(), Qt::Key_Escape);
        QCOMPARE(banner(), QString());
        QCOMPARE(lastStep(), u"strip-wrappers"_s);
    }

    void outsideTheTreeNothingIsPaired()
    {
        openBoth();
        QVERIFY(!dragOver(u"head.bias"_s, u"head.fc.bias"_s).isEmpty());
        move({-40, 20}, Qt::LeftButton);
        QCOMPARE(banner(), QString());
        QTest::mouseRelease(tree()->viewport(), Qt::LeftButton, {}, {-40, 20});
        QCOMPARE(lastStep(), u"strip-wrappers"_s);
    }

    /// Without a target there is nothing to pair with: dragging selects rows, as ever.
    void withoutATarget()
    {
        open();
        QVERIFY(!find<QAction>("pairKey")->isEnabled());
        QCOMPARE(dragOver(u"module.norm.bias"_s, u"module.norm.weight"_s), QString());
        QTest::mouseRelease(tree()->viewport(), Qt::LeftButton, {}, placeOf(u"module.norm.weight"_s));
        QCOMPARE(tree()->selectionModel()->selectedRows().size(), 2);
    }

    void theMenuOffersLikelyPartners()
    {
        openBoth();
        goTo(u"head.fc.bias"_s);
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree(), &event);
        QTRY_VERIFY(tree()->findChild<QMenu *>(QString(), Qt::FindDirectChildrenOnly));
        auto *menu = tree()->findChild<QMenu *>(QString(), Qt::FindDirectChildrenOnly);
        auto *likely = menu->findChild<QMenu *>();
        QVERIFY(likely);
        QCOMPARE(likely->title().remove(u'&'), u"Pair with a likely source"_s);
        QCOMPARE(likely->actions().first()->text(), u"head.bias · [100] fits"_s);
        likely->actions().first()->trigger();
        menu->close();
        QCOMPARE(lastStep(), u"{pairs: {pairs: {head.bias: head.fc.bias}}}"_s);
        settle();
    }

    /// The tree may come anew while a row is carried by keyboard; without the row, nothing is carried.
    void aNewTreeMeanwhile()
    {
        openBoth();
        goTo(u"head.weight"_s);
        QTest::keyClick(tree(), Qt::Key_M, Qt::ControlModifier);
        goTo(u"head.fc.weight"_s);
        document().setRecipe(document().recipe().withInserted(1, *parseStepText("drop: queue_ptr")), u"Drop"_s);
        settle();
        QVERIFY2(banner().startsWith(u"✓ pair: head.weight → head.fc.weight"_s), qPrintable(banner()));
        document().setRecipe(
            document().recipe().withInserted(2, *parseStepText("rename: {prefix: head.weight, to: x}")), u"Rename"_s);
        settle();
        QCOMPARE(banner(), QString());
    }
};

QTEST_MAIN(TestPairing)
#include "tst_pairing.moc"
