// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytreemodel.h"
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/fieldeditor.h"
#include "ui/keytreeview.h"

#include <QAction>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTest>
#include <QWindow>

using namespace Qt::StringLiterals;

/// Target keys are skipped and ignored from their rows, and the bind form says what its patterns match.
class TestBindCard : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    QLabel *counts(const QString &field) const { return find<QLabel>(u"bind-%1-counts"_s.arg(field)); }

    void goTo(const QString &key)
    {
        QVERIFY2(tree()->goToKey(key), qPrintable(key));
        tree()->setFocus();
    }

    QMenu *opened() const
    {
        if (!QTest::qWaitFor(
                [this] { return tree()->findChild<QMenu *>() && tree()->findChild<QMenu *>()->isVisible(); }))
            qWarning("no menu opens");
        return tree()->findChild<QMenu *>();
    }

    /// As the menu key does, which the platform turns into this event.
    QMenu *openedByKeyboard() const
    {
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree()->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree(), &event);
        return opened();
    }

    static QAction *entry(const QMenu *menu, const QString &text)
    {
        const auto actions = menu->actions();
        for (QAction *action : actions) {
            if (action->text().remove(u'&') == text)
                return action;
        }
        qWarning("no entry “%s”", qPrintable(text));
        return nullptr;
    }

    static QStringList texts(const std::vector<Node> &items)
    {
        QStringList all;
        for (const Node &item : items)
            all << QString::fromStdString(item.text);
        return all;
    }

    qint64 verdicts(TargetVerdict verdict) const
    {
        const auto &targets = document().plan()->targets;
        return std::count_if(targets.begin(), targets.end(),
                             [verdict](const TargetOutcome &outcome) { return outcome.verdict == verdict; });
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"bindcard-test"_s); }

    void init()
    {
        openWindow();
        open();
        m_window->openTarget(path("target.json"));
        const auto recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - remove-prefix: module.\n", {});
        QVERIFY(recipe);
        document().setRecipe(*recipe, u"Edit"_s);
        QTRY_VERIFY(document().fit());
        settle();
    }

    void cleanup() { m_window.reset(); }

    void aGroupIsSkippedByMouse()
    {
        goTo(u"head"_s);
        const qint64 missing = document().fit()->missing;
        const QPoint at = tree()->visualRect(tree()->currentIndex()).center();
        const QPoint inWindow = tree()->viewport()->mapTo(m_window.get(), at);
        QTest::mouseClick(m_window->windowHandle(), Qt::RightButton, {}, inWindow);
        QMenu *menu = opened();
        QVERIFY(menu && entry(menu, u"Ignore all below “head.” if missing · 3 keys"_s));
        QAction *skip = entry(menu, u"Skip all below “head.” · 3 keys"_s);
        QVERIFY(skip);
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(skip).center());
        QCOMPARE(texts(document().recipe().bind().skip), QStringList(u"head."_s));
        QCOMPARE(document().undoText(), u"Skip head."_s);
        QCOMPARE(document().recipe().steps().size(), std::size_t(1));
        settle();
        QCOMPARE(verdicts(TargetVerdict::Skipped), 3);
        QCOMPARE(document().fit()->missing, missing - 3);
        QVERIFY(tree()->hasFocus());
        find<QAction>("undo")->trigger();
        QVERIFY(document().recipe().bind() == Bind());
        settle();
    }

    void aMissingKeyIsIgnoredByKeyboard()
    {
        goTo(u"head.drop_scale"_s);
        QMenu *menu = openedByKeyboard();
        QVERIFY(menu);
        QAction *ignore = entry(menu, u"Ignore “head.drop_scale” if missing · 1 key"_s);
        QVERIFY(ignore);
        for (qsizetype press = 0; press < menu->actions().size() && menu->activeAction() != ignore; ++press)
            QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        QCOMPARE(texts(document().recipe().bind().ignoreMissing), QStringList(u"head.drop_scale"_s));
        QCOMPARE(document().undoText(), u"Ignore head.drop_scale if missing"_s);
        settle();
        QCOMPARE(verdicts(TargetVerdict::Ignored), 1);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(document().recipe().bind() == Bind());
        settle();
    }

    /// Counts follow what is typed, what is done in the tree, and the target.
    void patternsSayWhatTheyMatch()
    {
        find<QAction>("editBind")->trigger();
        auto *line = find<FieldEditor>("bind-skip")->findChild<QLineEdit *>();
        QVERIFY(line);
        QTRY_VERIFY(line->isVisible());
        QVERIFY(!counts(u"skip"_s)->isVisible());
        line->setFocus();
        QTest::keyClicks(line, u"head.fc, nope"_s);
        QTRY_COMPARE(counts(u"skip"_s)->text(), u"“head.fc”: 2 keys · ⚠ “nope”: no key"_s);
        QVERIFY(counts(u"skip"_s)->isVisible());
        settle();
        goTo(u"head.drop_scale"_s);
        QMenu *menu = openedByKeyboard();
        QVERIFY(menu);
        QAction *ignore = entry(menu, u"Ignore “head.drop_scale” if missing · 1 key"_s);
        QVERIFY(ignore);
        ignore->trigger();
        menu->close();
        QTRY_COMPARE(counts(u"ignore-missing"_s)->text(), u"“head.drop_scale”: 1 key"_s);
        settle();
        line = find<FieldEditor>("bind-expect-missing")->findChild<QLineEdit *>();
        line->setFocus();
        QTest::keyClicks(line, u"drop_scale, qkv"_s);
        QTRY_COMPARE(counts(u"expect-missing"_s)->text(), u"“drop_scale”: 1 key · “qkv”: 16 keys"_s);
        settle();
        document().clearTarget();
        settle();
        QTRY_VERIFY(!counts(u"skip"_s)->isVisible() && !counts(u"ignore-missing"_s)->isVisible());
    }

    /// A target that is a checkpoint has values for what the source does not reach: one entry of the menu, one undo
    /// step.
    void fillsFromTheTarget()
    {
        goTo(u"head.drop_scale"_s);
        QMenu *menu = openedByKeyboard();
        QVERIFY(menu);
        for (const QAction *action : menu->actions()) // of a manifest there are no values
            QVERIFY(!action->text().remove(u'&').startsWith("Fill from"_L1));
        menu->close();
        QVERIFY(writeSafetensors(path("target.safetensors"), swinTarget()));
        m_window->openTarget(path("target.safetensors"));
        QTRY_VERIFY(document().target() && document().target()->checkpoint());
        settle();
        const qint64 missing = document().fit()->missing;
        QVERIFY(missing > 1);
        goTo(u"head.drop_scale"_s);
        QTRY_VERIFY(!tree()->findChild<QMenu *>());
        menu = openedByKeyboard();
        QVERIFY(menu);
        QAction *fill = entry(menu, u"Fill from the target · %1 keys"_s.arg(missing));
        QVERIFY(fill);
        QVERIFY(fill->toolTip().contains(u"target's own values"_s));
        for (qsizetype press = 0; press < menu->actions().size() && menu->activeAction() != fill; ++press)
            QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        QCOMPARE(document().recipe().bind().unmatched, Bind::Unmatched::Fill);
        QCOMPARE(document().undoText(), u"Fill %1 keys from the target"_s.arg(missing));
        settle();
        QCOMPARE(verdicts(TargetVerdict::Filled), missing);
        QCOMPARE(document().fit()->missing, 0);
        QCOMPARE(document().fit()->filled, missing);
        goTo(u"head.drop_scale"_s);
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::VerdictRole).value<KeyVerdict>(), KeyVerdict::Filled);
        QStringList said;
        QTRY_VERIFY([&] {
            said.clear();
            for (const QWidget *widget : find<QWidget>("inspector")->findChildren<QWidget *>()) {
                const auto *label = qobject_cast<const QLabel *>(widget);
                said << (label ? label->text() : widget->accessibleName());
            }
            return said.join(u'\n').contains(u"Filled from “target.safetensors”"_s);
        }());
        QVERIFY2(said.join(u'\n').contains(path("target.safetensors")), qPrintable(said.join(u'\n')));

        find<QAction>("editBind")->trigger();
        auto *choice = find<FieldEditor>("bind-unmatched")->findChild<QComboBox *>();
        QVERIFY(choice);
        QCOMPARE(choice->currentText(), u"fill"_s);
        choice->setCurrentText(u"leave"_s);
        settle();
        QCOMPARE(document().fit()->missing, missing);
        find<QAction>("undo")->trigger();
        find<QAction>("undo")->trigger();
        QVERIFY(document().recipe().bind() == Bind());
        settle();
        QCOMPARE(verdicts(TargetVerdict::Filled), 0);
    }

    /// How many counters the choice is about, and what comes of it.
    void countersAreCounted()
    {
        QVERIFY(writeManifest(
            path("counters.json"),
            swinTarget() + QStringList{u"bn.num_batches_tracked I64 1"_s, u"bn2.num_batches_tracked I64 1"_s}));
        find<QAction>("editBind")->trigger();
        QVERIFY(!counts(u"counters"_s)->isVisible());
        m_window->openTarget(path("counters.json"));
        QTRY_COMPARE(counts(u"counters"_s)->text(), u"2 counters of the target are missing"_s);
        settle();
        QCOMPARE(verdicts(TargetVerdict::Created), 2);
        auto *choice = find<FieldEditor>("bind-counters")->findChild<QComboBox *>();
        QVERIFY(choice);
        choice->setFocus();
        QTest::keyClicks(choice, u"report"_s);
        QCOMPARE(document().recipe().bind().counters, Bind::Counters::Report);
        settle();
        QCOMPARE(verdicts(TargetVerdict::Created), 0);
        auto *line = find<FieldEditor>("bind-skip")->findChild<QLineEdit *>();
        line->setFocus();
        QTest::keyClicks(line, u"bn2"_s);
        QTRY_COMPARE(counts(u"counters"_s)->text(), u"1 counter of the target is missing"_s);
        settle();
    }
};

QTEST_MAIN(TestBindCard)
#include "tst_bindcard.moc"
