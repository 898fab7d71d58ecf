// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/messagebar.h"
#include "ui/settings.h"
#include "ui/targetbox.h"

#include <QAbstractItemView>
#include <QAction>
#include <QClipboard>
#include <QCompleter>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMimeData>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace {
constexpr auto message =
    "RuntimeError: Error(s) in loading state_dict for SwinMini:\n"
    "\tMissing key(s) in state_dict: \"module.head.fc.weight\", \"module.head.fc.bias\". \n"
    "\tUnexpected key(s) in state_dict: \"module.head.weight\", \"module.head.bias\", "
    "\"module.queue_ptr\". \n"
    "\tsize mismatch for module.patch_embed.proj.weight: copying a param with shape torch.Size([24, "
    "3, 4, 4]) from checkpoint, the shape in current model is torch.Size([24, 4, 4, 4]).\n"_L1;
}

/// What the checkpoint should fit: typed, picked, dropped, pasted; and changing places with it.
class TestTargetBox : public WindowTest
{
    Q_OBJECT

private:
    TargetBox *box() const { return find<TargetBox>("targetBox"); }
    MessageBar *bar() const { return m_window->findChild<MessageBar *>(); }

    void openBoth()
    {
        open();
        m_window->openTarget(path("other.safetensors"));
        QTRY_VERIFY(document().fit().has_value());
        settle();
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"targetbox-test"_s);
        QVERIFY(writeSafetensors(path("other.safetensors"), {u"a F32 2"_s, u"b F32 3"_s}));
    }

    void init()
    {
        openWindow();
        QGuiApplication::clipboard()->clear();
    }

    void cleanup() { m_window.reset(); }

    /// The message says what differs; what it does not say fits as it is.
    void anErrorMessageIsPasted_data()
    {
        QTest::addColumn<QString>("way");
        for (const char *way : {"Ctrl+V in the box", "Ctrl+Shift+V", "menu of the box", "dropped"})
            QTest::addRow("%s", way) << QString::fromLatin1(way);
    }

    void anErrorMessageIsPasted()
    {
        QFETCH(const QString, way);
        open();
        const qint64 keys = qint64(document().plan()->table->rows.size());
        QGuiApplication::clipboard()->setText(message);
        if (way == "Ctrl+V in the box"_L1) {
            box()->setFocus();
            QTest::keyClick(box(), Qt::Key_V, Qt::ControlModifier);
        } else if (way == "Ctrl+Shift+V"_L1) {
            QTest::keyClick(m_window.get(), Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
        } else if (way == "menu of the box"_L1) {
            QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(9, 9), box()->mapToGlobal(QPoint(9, 9)));
            QCoreApplication::sendEvent(box(), &event);
            auto *paste = box()->findChild<QAction *>(u"pasteKeys"_s);
            QVERIFY(paste && paste->isEnabled());
            paste->trigger();
            box()->findChild<QMenu *>()->close();
        } else {
            QMimeData data;
            data.setText(message);
            QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(box(), &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(box(), &drop);
        }
        QTRY_VERIFY(document().fit().has_value());
        settle();
        QCOMPARE(document().undoText(), u"Use target SwinMini"_s);
        QCOMPARE(document().fit()->missing, 2);
        QCOMPARE(document().fit()->unexpected, 3);
        QCOMPARE(document().fit()->sizeMismatches, 1);
        QCOMPARE(document().fit()->loaded, keys - 4);
        document().setRecipe(
            document().recipe().withInserted(0, *parseStepText("rename: {prefix: module.head., to: module.head.fc.}")),
            u"Rename"_s);
        settle();
        QCOMPARE(document().fit()->missing, 0); // any shape fits what the message does not say
        document().undo();
        document().undo();
        QVERIFY(!document().target());
        settle();
    }

    /// Kept as a file, so that it is a recent target like any other.
    void aKeyListIsPastedAndComesBack()
    {
        open();
        QGuiApplication::clipboard()->setText(u"module.norm.weight torch.Size([192])\nmodule.extra\n"_s);
        find<QAction>("pasteTarget")->trigger();
        QTRY_VERIFY(document().fit().has_value());
        settle();
        QCOMPARE(document().fit()->loaded, 1);
        QCOMPARE(document().fit()->missing, 1);
        const QString kept = document().target()->spec();
        QCOMPARE(Settings::recentTargets().first(), kept);
        QVERIFY(kept.startsWith(m_folder.path()));
        document().clearTarget();
        settle();
        box()->setFocus();
        QTest::keyClicks(box(), u"keys.t"_s);
        QTRY_VERIFY(box()->completer()->completionCount() > 0);
        box()->completer()->popup()->setCurrentIndex(box()->completer()->completionModel()->index(0, 0));
        QTest::keyClick(box()->completer()->popup(), Qt::Key_Return);
        QTRY_VERIFY(document().target());
        settle();
        QVERIFY(document().target()->spec().endsWith(".keys.txt"_L1));
    }

    void whatIsNoKeyListIsSaid()
    {
        open();
        find<QAction>("pasteTarget")->trigger();
        QVERIFY2(bar()->text().startsWith("The clipboard holds no text."_L1), qPrintable(bar()->text()));
        QGuiApplication::clipboard()->setText(u"Dear reader,\nthis is a letter."_s);
        find<QAction>("pasteTarget")->trigger();
        QTRY_COMPARE(bar()->text(),
                     u"Line 1 is neither a key nor part of a load_state_dict message: “Dear reader,”."_s);
        QVERIFY(!document().target());
        settle();
    }

    void aPathIsPastedIntoTheLine()
    {
        open();
        QGuiApplication::clipboard()->setText(path("target.json"));
        box()->setFocus();
        QTest::keyClick(box(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(box()->text(), path("target.json"));
        QTest::keyClick(box(), Qt::Key_Return);
        QTRY_VERIFY(document().target());
        settle();
    }

    void sourceAndTargetSwap_data()
    {
        QTest::addColumn<bool>("isByMouse");
        QTest::addRow("mouse") << true;
        QTest::addRow("keyboard") << false;
    }

    void sourceAndTargetSwap()
    {
        QFETCH(const bool, isByMouse);
        openBoth();
        auto *button = find<QToolButton>("swapButton");
        QVERIFY2(button->isEnabled(), qPrintable(button->toolTip()));
        if (isByMouse)
            QTest::mouseClick(button, Qt::LeftButton);
        else
            QTest::keyClick(m_window.get(), Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(document().checkpoint()->path(), path("other.safetensors"));
        settle();
        QCOMPARE(document().target()->spec(), path("swin.safetensors"));
        QCOMPARE(document().undoText(), u"Swap source and target"_s);
        QCOMPARE(document().plan()->table->rows.size(), std::size_t(2));
        QCOMPARE(qint64(document().target()->keys().size()), document().fit()->missing);
        find<QAction>("undo")->trigger();
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        QCOMPARE(document().target()->spec(), path("other.safetensors"));
        settle();
        QCOMPARE(document().fit()->missing, 2);
        find<QAction>("redo")->trigger();
        settle();
        QCOMPARE(document().checkpoint()->path(), path("other.safetensors"));
        m_window->openCheckpoint(path("swin.safetensors")); // a file opened later is that of every edit
        QTRY_COMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        settle();
        find<QAction>("undo")->trigger();
        QCOMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        QCOMPARE(document().target()->spec(), path("other.safetensors"));
        settle();
    }

    void aRootSwapsWithItsFile()
    {
        const QString optimizer = QStringLiteral(TEST_DATA) + u"/torch/2.11.0-optimizer.pt"_s;
        open();
        m_window->openTarget(optimizer + u"::optimizer/state"_s);
        QTRY_VERIFY(document().fit().has_value());
        settle();
        const std::size_t wanted = document().target()->keys().size();
        find<QAction>("swap")->trigger();
        QTRY_COMPARE(document().checkpoint()->path(), optimizer);
        settle();
        QCOMPARE(QString::fromStdString(document().rootPath().value_or(std::string())), u"optimizer/state"_s);
        QCOMPARE(document().plan()->table->rows.size(), wanted);
        find<QAction>("swap")->trigger();
        QTRY_COMPARE(document().checkpoint()->path(), path("swin.safetensors"));
        settle();
        QCOMPARE(document().target()->spec(), optimizer + u"::optimizer/state"_s);
    }

    void whatCannotSwapSaysWhy_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("reason");
        QTest::addRow("none") << QString() << u"Set a target first."_s;
        QTest::addRow("a manifest")
            << u"target.json"_s << u"The target has no values, so it cannot be the source: it is made by the test."_s;
        QTest::addRow("options") << u"other.safetensors,prefix=x."_s
                                 << u"The target's keys were changed by its options, so it cannot be the source."_s;
    }

    void whatCannotSwapSaysWhy()
    {
        QFETCH(const QString, target);
        open();
        if (!target.isEmpty()) {
            m_window->openTarget(path(target));
            QTRY_VERIFY(document().fit().has_value());
            settle();
        }
        QVERIFY(!find<QAction>("swap")->isEnabled());
        QTEST(find<QAction>("swap")->toolTip(), "reason");
        QTEST(find<QToolButton>("swapButton")->toolTip(), "reason");
    }
};

QTEST_MAIN(TestTargetBox)
#include "tst_targetbox.moc"
