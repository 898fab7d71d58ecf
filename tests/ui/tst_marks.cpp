// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/fieldeditor.h"
#include "ui/keytreeview.h"
#include "ui/recipepanel.h"
#include "ui/stepcard.h"

#include <QLineEdit>
#include <QTest>

using namespace Qt::StringLiterals;

/// What a step did is seen from the step, and from the key.
class TestMarks : public WindowTest
{
    Q_OBJECT

private:
    QList<StepCard *> cards() const
    {
        QList<StepCard *> all = find<RecipePanel>("recipePanel")->findChildren<StepCard *>();
        all.removeIf([](StepCard *card) { return !card->checkBox(); });
        return all;
    }

    /// "10": the first card is marked, the second is not.
    QString marked() const
    {
        QString all;
        for (const StepCard *card : cards())
            all += card->isMarked() ? u'1' : u'0';
        return all;
    }

    /// Whether the edge of the current row is in the accent.
    bool isRowMarked() const
    {
        auto *tree = find<KeyTreeView>("keyTree");
        const QImage picture = tree->viewport()->grab().toImage();
        const QPoint at(1, tree->visualRect(tree->currentIndex()).center().y());
        return picture.pixelColor(at) == colour(Tone::Accent, tree->palette());
    }

    /// The letters of the current row's source key that are underlined, by the face's own width of one.
    QString underlined() const
    {
        auto *tree = find<KeyTreeView>("keyTree");
        tree->setColumnWidth(KeyTreeModel::SourceKey, tree->viewport()->width()); // no letter is left out
        const QModelIndex row = tree->currentIndex().siblingAtColumn(KeyTreeModel::SourceKey);
        const QRect cell = tree->visualRect(row);
        const QImage picture = tree->viewport()->grab().toImage();
        const QFontMetrics face(fixedFont(tree->font()));
        const QString text = row.data().toString();
        QString all;
        for (qsizetype at = 0; at < text.size(); ++at) {
            // The middle of the letter, anywhere below it: no letter has the accent.
            const int x =
                cell.left() + 2 + face.horizontalAdvance(text.left(at)) + face.horizontalAdvance(text[at]) / 2;
            for (int y = cell.center().y(); y <= cell.bottom(); ++y) {
                if (picture.pixelColor(x, y) == colour(Tone::Accent, tree->palette())) {
                    all += text[at];
                    break;
                }
            }
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"marks-test"_s);
        openWindow();
        open();
        const auto recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - remove-prefix: module.\n"
                                          "  - drop: {contains: relative_position_index}\n",
                                          {});
        QVERIFY(recipe);
        document().setRecipe(*recipe, u"Edit"_s);
        settle();
        QCOMPARE(cards().size(), 2);
    }

    void keysAndSteps_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("expected");
        QTest::addRow("renamed") << u"patch_embed.proj.weight"_s << u"10"_s;
        QTest::addRow("a group, one of its keys dropped") << u"layers.0.blocks.0"_s << u"11"_s;
        QTest::addRow("a group, all of them renamed alone") << u"patch_embed"_s << u"10"_s;
        QTest::addRow("renamed and dropped") << u"layers.0.blocks.0.attn.relative_position_index"_s << u"11"_s;
    }

    void keysAndSteps()
    {
        QFETCH(const QString, key);
        QFETCH(const QString, expected);
        QVERIFY2(find<KeyTreeView>("keyTree")->goToKey(key), qPrintable(key));
        find<KeyTreeView>("keyTree")->collapse(find<KeyTreeView>("keyTree")->currentIndex());
        QCOMPARE(marked(), expected);
        QVERIFY(!isRowMarked());
        for (int at = 0; at < 2; ++at) {
            QEnterEvent enter({}, {}, {});
            QCoreApplication::sendEvent(cards()[at], &enter);
            QTRY_COMPARE(isRowMarked(), expected[at] == u'1');
            QEvent leave(QEvent::Leave);
            QCoreApplication::sendEvent(cards()[at], &leave);
            QVERIFY(!isRowMarked());
        }
    }

    /// What a step looks for is underlined in the names, and follows what is typed.
    void whatIsLookedForIsUnderlined()
    {
        auto *tree = find<KeyTreeView>("keyTree");
        QVERIFY(tree->goToKey(u"layers.0.blocks.0.attn.relative_position_index"_s));
        QCOMPARE(underlined(), QString());
        QEnterEvent enter({}, {}, {});
        QCoreApplication::sendEvent(cards()[1], &enter);
        QCOMPARE(underlined(), u"relative_position_index"_s);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(cards()[1], &leave);
        QCOMPARE(underlined(), QString());
        find<RecipePanel>("recipePanel")->editStep(1);
        auto *line = find<FieldEditor>("field-where")->findChild<QLineEdit *>();
        QVERIFY(line);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, u"tion_ind"_s);
        settle();
        QCOMPARE(underlined(), u"tion_ind"_s);
        QTest::keyClicks(line, u"x"_s); // no key has that
        settle();
        QCOMPARE(underlined(), QString());
        document().undo();
        settle();
        find<RecipePanel>("recipePanel")->closeForms();
        tree->setFocus();
        QCOMPARE(underlined(), QString());
    }

    /// The keyboard on a card does what the pointer over it does, and so does its form; the pointer comes first.
    void byKeyboard()
    {
        auto *tree = find<KeyTreeView>("keyTree");
        QVERIFY(tree->goToKey(u"layers.0.blocks.0.attn.relative_position_index"_s));
        QVERIFY(!isRowMarked());
        cards()[0]->setFocus();
        QTRY_VERIFY(isRowMarked());
        QTest::keyClick(cards()[0], Qt::Key_Down);
        QCOMPARE(m_window->focusWidget(), cards()[1]);
        QTRY_VERIFY(isRowMarked());
        QVERIFY(tree->goToKey(u"patch_embed.proj.weight"_s));
        QVERIFY(!isRowMarked()); // the second step leaves this key alone
        QEnterEvent enter({}, {}, {});
        QCoreApplication::sendEvent(cards()[0], &enter);
        QTRY_VERIFY(isRowMarked());
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(cards()[0], &leave);
        QVERIFY(!isRowMarked());
        QTest::keyClick(cards()[1], Qt::Key_Up);
        QTest::keyClick(cards()[0], Qt::Key_F2);
        QVERIFY(cards()[0]->form() && !cards()[0]->hasFocus());
        QTRY_VERIFY(isRowMarked()); // while it is edited
        QTest::keyClick(m_window->focusWidget(), Qt::Key_Escape);
        QVERIFY(isRowMarked() && cards()[0]->hasFocus());
        tree->setFocus();
        QVERIFY(!isRowMarked());
    }
};

QTEST_MAIN(TestMarks)
#include "tst_marks.moc"
