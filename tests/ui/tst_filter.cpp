// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/chipbar.h"
#include "ui/keytreeview.h"
#include "ui/offerlist.h"
#include "ui/settings.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

/// The filter line by keyboard and mouse: offers, earlier lines, help, and only the differences.
class TestFilter : public WindowTest
{
    Q_OBJECT

private:
    QLineEdit *line() const { return find<QLineEdit>("filterLine"); }
    KeyTreeModel *keys() const { return qobject_cast<KeyTreeModel *>(find<KeyTreeView>("keyTree")->model()); }

    QStringList offers() const
    {
        QStringList all;
        const auto *popup = m_window->findChild<OfferList *>(u"filterOffers"_s);
        for (int row = 0; popup && popup->isVisible() && row < popup->count(); ++row)
            all << popup->item(row)->text();
        return all;
    }

    void type(const QString &text)
    {
        line()->setFocus();
        QTest::keyClicks(line(), text);
    }

    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(line(), key, modifiers);
        settle();
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"filter-test"_s); }
    void init()
    {
        openWindow();
        open();
    }
    void cleanup() { m_window.reset(); }

    void offersByKeyboard()
    {
        type(u"dro"_s);
        QCOMPARE(offers(), QStringList(u"dropped"_s));
        type(u"x"_s);
        QCOMPARE(offers(), QStringList());
        line()->clear();
        type(u"dt"_s);
        QCOMPARE(offers(), (QStringList{u"dtype:"_s, u"dtype"_s}));
        press(Qt::Key_Down);
        press(Qt::Key_Return);
        QCOMPARE(line()->text(), u"dtype:"_s);
        QCOMPARE(offers(), (QStringList{u"float32"_s, u"int64"_s}));
        press(Qt::Key_Up); // from the last one
        press(Qt::Key_Tab);
        QCOMPARE(line()->text(), u"dtype:int64"_s);
        QVERIFY(line()->hasFocus());
        press(Qt::Key_Return);
        QTRY_VERIFY(!keys()->indexOf("module.norm.weight").isValid());
        settle();
        QVERIFY(keys()->indexOf("module.queue_ptr").isValid());
        type(u" rel"_s); // a real key, in one word of several
        QCOMPARE(offers(), (QStringList{u"relative_position_bias_table"_s, u"relative_position_index"_s}));
        press(Qt::Key_Up);
        press(Qt::Key_Tab);
        QCOMPARE(line()->text(), u"dtype:int64 relative_position_index"_s);
        press(Qt::Key_Escape);
        QCOMPARE(line()->text(), QString());
        press(Qt::Key_Space, Qt::ControlModifier);
        QVERIFY2(offers().contains(u"*.blocks.?.mlp*"_s), qPrintable(offers().join(u' ')));
        press(Qt::Key_Escape);
        QCOMPARE(offers(), QStringList());
    }

    void offersByMouse()
    {
        type(u"module.nor"_s);
        QCOMPARE(offers(), QStringList(u"module.norm"_s));
        auto *popup = m_window->findChild<OfferList *>(u"filterOffers"_s);
        QTest::mouseClick(popup->viewport(), Qt::LeftButton, {}, popup->visualItemRect(popup->item(0)).center());
        QCOMPARE(line()->text(), u"module.norm"_s);
        QVERIFY(line()->hasFocus() && !popup->isVisible());
        find<KeyTreeView>("keyTree")->setFocus();
        QTRY_COMPARE(keys()->tree()->order.size(), std::size_t(2)); // after the pause, with no further key
    }

    /// Lines that were used are there again in the next window, by keyboard and in the menu.
    void earlierLines()
    {
        QSettings().remove(u"filters"_s);
        for (const QString &text : {u"qkv"_s, u"norm1"_s}) {
            type(text);
            press(Qt::Key_Escape);
            line()->setText(text);
            press(Qt::Key_Return);
            line()->clear();
        }
        type(u"/["_s); // what makes no sense is not kept
        press(Qt::Key_Return);
        QTRY_VERIFY(find<QLabel>("filterProblem")->isVisible());
        QVERIFY2(find<QLabel>("filterProblem")->text().endsWith(u'.'),
                 qPrintable(find<QLabel>("filterProblem")->text()));
        line()->clear();
        press(Qt::Key_Return);
        QVERIFY(m_window->close());
        openWindow();
        open();
        line()->setFocus();
        press(Qt::Key_Up);
        QCOMPARE(line()->text(), u"norm1"_s);
        press(Qt::Key_Up);
        QCOMPARE(line()->text(), u"qkv"_s);
        press(Qt::Key_Up); // there is no earlier one
        QCOMPARE(line()->text(), u"qkv"_s);
        press(Qt::Key_Down);
        press(Qt::Key_Down);
        QCOMPARE(line()->text(), QString());
        QTest::mouseClick(find<QToolButton>("filterMenu"), Qt::LeftButton);
        QCOMPARE(offers().mid(0, 3), (QStringList{u"norm1"_s, u"qkv"_s, u"attn.qkv"_s}));
        QVERIFY(offers().contains(u"shape:*,3,*,*"_s));
        press(Qt::Key_Down);
        press(Qt::Key_Down);
        press(Qt::Key_Return);
        QCOMPARE(line()->text(), u"qkv"_s);
        QVERIFY(line()->toolTip().contains(u"shape:*,3,*,*"_s) && line()->whatsThis() == line()->toolTip());
    }

    void onlyDifferences()
    {
        QVERIFY(!find<QAction>("onlyDifferences")->isEnabled());
        m_window->openTarget(path("target.json"));
        QTRY_VERIFY(document().fit().has_value());
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [strip-wrappers]\n", {}), u"Set up"_s);
        settle();
        const std::size_t all = keys()->tree()->order.size();
        QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier);
        settle();
        QCOMPARE_LT(keys()->tree()->order.size(), all);
        for (const quint32 leaf : keys()->tree()->order)
            QVERIFY(isDifference(keys()->tree()->all->verdicts[leaf]));
        ChipButton *chip = nullptr;
        for (ChipButton *button : m_window->findChildren<ChipButton *>())
            chip = button->text() == "Differences"_L1 ? button : chip;
        QVERIFY(chip && chip->isChecked());
        QCOMPARE(chip->accessibleName(), u"Differences: %1 keys"_s.arg(keys()->tree()->order.size()));
        QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier);
        settle();
        QCOMPARE(keys()->tree()->order.size(), all);
        QTest::mouseClick(chip, Qt::LeftButton);
        settle();
        QVERIFY(find<QAction>("onlyDifferences")->isChecked());
    }
};

QTEST_MAIN(TestFilter)
#include "tst_filter.moc"
