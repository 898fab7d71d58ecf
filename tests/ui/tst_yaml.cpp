// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/names.h"
#include "tests/ui/windowtest.h"
#include "ui/recipepanel.h"
#include "ui/recipesides.h"
#include "ui/stepcard.h"
#include "ui/yamledit.h"
#include "ui/yamlpanel.h"

#include <QAction>
#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace {
const auto twoSteps = u"# of the old repository\n"
                      "weightsmith: 1\n"
                      "steps:\n"
                      "  - remove-prefix: module.   # the wrapper\n"
                      "  # not wanted:\n"
                      "  - drop: queue_ptr\n"_s;
}

/// A text that is too long to be read at once, with one step.
QString longText(const QString &step)
{
    QString text = u"weightsmith: 1\nsteps:\n"_s;
    while (text.size() < 50'000)
        text += u"  # a comment as one writes it\n"_s;
    return text + u"  - "_s + step + u'\n';
}

/// The recipe as text: both ways, with errors at their line.
class TestYaml : public WindowTest
{
    Q_OBJECT

private:
    YamlEdit *edit() const { return find<YamlEdit>("recipeText"); }
    QLabel *problem() const { return find<QLabel>("recipeTextProblem"); }

    void press(QAnyStringView button) const { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }

    /// As a paste does; the pause after typing is over at once.
    void write(const QString &text)
    {
        edit()->selectAll();
        edit()->insertPlainText(text);
        QTRY_VERIFY(!find<QTimer>("recipeTextPause")->isActive());
    }

    YamlPanel *panel() const { return find<YamlPanel>("yamlPanel"); }

    /// Reading has begun at once, and nothing of it is known yet.
    void beginReading(const QString &text)
    {
        edit()->selectAll();
        edit()->insertPlainText(text);
        panel()->commit();
        QVERIFY(panel()->isReading() && panel()->hasDraft());
        QCOMPARE(find<QLabel>("jobText")->text(), u"Reading the text"_s);
    }

    /// The text under the wave, and its line.
    QString marked() const
    {
        const auto selections = edit()->extraSelections();
        for (const QTextEdit::ExtraSelection &selection : selections) {
            if (selection.format.underlineStyle() == QTextCharFormat::WaveUnderline)
                return u"%1: %2"_s.arg(selection.cursor.blockNumber() + 1).arg(selection.cursor.selectedText());
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"yaml-test"_s); }

    void init()
    {
        openWindow();
        find<QTimer>("recipeTextPause")->setInterval(0);
        open();
        press(u"showYaml");
        QTRY_VERIFY(edit()->hasFocus());
    }

    void cleanup() { m_window.reset(); }

    void writtenByKeyboardAndSeenAsCards()
    {
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(find<RecipePanel>("recipePanel")->isVisible(), true);
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(edit()->hasFocus());
        QCOMPARE(edit()->text(), u"weightsmith: 1\nsteps: []\n"_s);
        QTest::keyClick(edit(), Qt::Key_A, Qt::ControlModifier);
        // A new line begins where the one before it begins.
        const QStringList lines{u"weightsmith: 1"_s, u"steps:"_s, u"  - remove-prefix: module. # the wrapper"_s,
                                u"- drop: queue_ptr"_s};
        for (const QString &line : lines) {
            QTest::keyClicks(edit(), line);
            QTest::keyClick(edit(), Qt::Key_Return);
        }
        QTRY_COMPARE(sentences(), QStringList({u"Remove prefix “module.”"_s, u"Drop keys “queue_ptr”"_s}));
        QVERIFY(edit()->text().startsWith("weightsmith: 1\nsteps:\n  - remove-prefix: module. # the wrapper\n"
                                          "  - drop: queue_ptr\n"_L1));
        QCOMPARE(document().undoText(), u"Edit recipe text"_s);
        press(u"showSteps");
        const auto cards = find<RecipePanel>("recipePanel")->findChildren<StepCard *>();
        QCOMPARE(std::count_if(cards.begin(), cards.end(), [](StepCard *card) { return card->checkBox(); }), 2);
        settle();
        QCOMPARE(document().plan()->steps.size(), std::size_t(2));
        document().undo(); // all that was typed is one step
        QVERIFY(document().recipe() == Recipe() && !document().canUndo());
        press(u"showYaml");
        QCOMPARE(edit()->text(), u"weightsmith: 1\nsteps: []\n"_s);
        document().redo();
        QCOMPARE(sentences().size(), 2);
        QVERIFY(edit()->text().contains("# the wrapper"_L1));
    }

    void anErrorStandsAtItsLine_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("marked"); // line: text
        QTest::addColumn<QString>("word"); // of the sentence
        QTest::addRow("step that does not exist")
            << u"weightsmith: 1\nsteps:\n  - remove-prefix: a\n  - remove-prefx: b # why\n"_s
            << u"4: remove-prefx: b # why"_s << u"remove-prefix"_s;
        QTest::addRow("no YAML") << u"weightsmith: 1\nsteps: [\n"_s << u"2: steps: ["_s << u""_s;
        QTest::addRow("characters beyond the first plane count as one")
            << u"weightsmith: 1\nsteps:\n  - {remove-prefix: '\U0001F600', notes: b}\n"_s << u"3: notes: b}"_s
            << u"notes"_s;
    }

    void anErrorStandsAtItsLine()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, word);
        write(twoSteps);
        QCOMPARE(sentences().size(), 2);
        QVERIFY(problem()->isHidden() || !problem()->isVisible());
        write(text);
        QTRY_VERIFY(problem()->isVisible());
        QVERIFY2(problem()->text().startsWith("Line "_L1), qPrintable(problem()->text()));
        QVERIFY2(problem()->text().contains(word), qPrintable(problem()->text()));
        QTEST(marked(), "marked");
        QCOMPARE(find<QPushButton>("showYaml")->text(), u"YAML ✗"_s);
        QCOMPARE(sentences().size(), 2); // the last good recipe is in force
        QCOMPARE(namelessControls(*m_window), QStringList());
        edit()->moveCursor(QTextCursor::End);
        press(u"recipeTextGo");
        QVERIFY(edit()->hasFocus());
        QCOMPARE(edit()->textCursor().blockNumber() + 1, edit()->errorLine());
        write(u"weightsmith: 1\nsteps:\n  - add-prefix: a.\n"_s);
        QTRY_VERIFY(!problem()->isVisible());
        QCOMPARE(marked(), QString());
        QCOMPARE(sentences(), QStringList(u"Add prefix “a.”"_s));
        QCOMPARE(find<QPushButton>("showYaml")->text(), u"YAML"_s);
    }

    /// Cards edit the text in its place: what is around it stays, and so does the cursor.
    void commentsSurviveAnEditOfAStep()
    {
        write(twoSteps);
        edit()->moveCursor(QTextCursor::End);
        const int before = edit()->textCursor().blockNumber();
        auto *panel = find<RecipePanel>("recipePanel");
        panel->selectStep(0);
        panel->toggleSelected();
        const QString expected = QString(twoSteps).replace("module.   # the wrapper\n"_L1,
                                                           "module.   # the wrapper\n    enabled: false\n"_L1);
        QCOMPARE(edit()->text(), expected);
        QCOMPARE(edit()->textCursor().blockNumber(), before + 1);
        panel->selectStep(1);
        panel->deleteSelected();
        QVERIFY(edit()->text().contains("# of the old repository"_L1));
        QVERIFY(!edit()->text().contains("queue_ptr"_L1));
        document().undo();
        document().undo();
        QCOMPARE(edit()->text(), twoSteps);
        QCOMPARE(sentences().size(), 2);
    }

    void undoIsTheDocuments()
    {
        write(twoSteps);
        edit()->moveCursor(QTextCursor::End);
        QTest::keyClicks(edit(), u"  - dro"_s);
        QTRY_VERIFY(problem()->isVisible());
        auto *undo = find<QAction>("undo");
        auto *redo = find<QAction>("redo");
        QCOMPARE(undo->text(), u"&Undo typing"_s);
        const auto keys = [this](Qt::KeyboardModifiers shift) {
            QTest::keyClick(edit(), Qt::Key_Z, Qt::ControlModifier | shift);
        };
        keys({}); // what is no recipe yet
        QCOMPARE(edit()->text(), twoSteps);
        QTRY_VERIFY(!problem()->isVisible());
        QCOMPARE(redo->text(), u"&Redo typing"_s);
        keys(Qt::ShiftModifier);
        QCOMPARE(edit()->text(), twoSteps + u"  - dro"_s);
        keys({});
        QCOMPARE(undo->text(), u"&Undo Edit recipe text"_s);
        keys({}); // the recipe
        QVERIFY(document().recipe() == Recipe());
        QCOMPARE(edit()->text(), u"weightsmith: 1\nsteps: []\n"_s);
        QVERIFY(!undo->isEnabled());
        keys(Qt::ShiftModifier);
        QCOMPARE(edit()->text(), twoSteps);
        QCOMPARE(sentences().size(), 2);
    }

    /// Each time the keyboard comes back is a step of its own; typing in one go is one.
    void oneStepPerVisit()
    {
        write(twoSteps);
        write(twoSteps + u"  - add-prefix: a.\n"_s);
        find<QPushButton>("showSteps")->setFocus();
        edit()->setFocus();
        write(twoSteps + u"  - add-prefix: b.\n"_s);
        document().undo();
        QCOMPARE(sentences().size(), 3);
        QCOMPARE(sentences().back(), u"Add prefix “a.”"_s);
        document().undo();
        QVERIFY(document().recipe() == Recipe() && !document().canUndo());
    }

    void aReplacedDraftComesBack()
    {
        write(twoSteps);
        const QString draft = twoSteps + u"  - dro\n"_s;
        write(draft);
        press(u"showSteps");
        QCOMPARE(find<QPushButton>("showYaml")->text(), u"YAML ✗"_s);
        find<RecipePanel>("recipePanel")->selectStep(1);
        find<RecipePanel>("recipePanel")->deleteSelected();
        press(u"showYaml");
        QVERIFY(!edit()->text().contains("queue_ptr"_L1));
        QVERIFY(find<QPushButton>("recipeTextBringBack")->isVisible());
        press(u"recipeTextBringBack");
        QCOMPARE(edit()->text(), draft);
        QVERIFY(problem()->isVisible());
        QVERIFY(marked().startsWith(u"7: "_s));
        QCOMPARE(sentences().size(), 1);
    }

    /// Closing asks before a text that is no recipe is lost.
    void closingAsksForADraft()
    {
        write(u"steps: [\n"_s);
        QVERIFY(!document().isModified());
        QVERIFY(!m_window->close());
        press(u"messageDiscard");
        QVERIFY(!m_window->isVisible());
    }

    void lineEndsOfAFileStay()
    {
        QFile file(path("crlf.recipe.yaml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.write("weightsmith: 1\r\nsteps:\r\n  - remove-prefix: a\r\n") > 0);
        file.close();
        m_window->openRecipe(file.fileName());
        QTRY_COMPARE(sentences(), QStringList(u"Remove prefix “a”"_s));
        QCOMPARE(edit()->text(), u"weightsmith: 1\nsteps:\n  - remove-prefix: a\n"_s);
        QVERIFY(!find<YamlPanel>("yamlPanel")->hasDraft());
        write(u"weightsmith: 1\nsteps:\n  - remove-prefix: ab\n"_s);
        QCOMPARE(document().recipe().text(), std::string("weightsmith: 1\r\nsteps:\r\n  - remove-prefix: ab\r\n"));
    }

    void aLongTextIsReadByAWorker()
    {
        write(twoSteps);
        QSignalSpy changed(&document(), &Document::recipeChanged);
        const QString text = longText(u"remove-prefix: module."_s);
        beginReading(text);
        QCOMPARE(sentences().size(), 2); // the last good recipe is in force
        QTRY_COMPARE(sentences(), QStringList(u"Remove prefix “module.”"_s));
        QVERIFY(!panel()->hasDraft() && !panel()->isReading());
        QCOMPARE(changed.count(), 1);
        QCOMPARE(edit()->text(), text);
        document().undo();
        QVERIFY(document().recipe() == Recipe()); // one step with what was typed before it
        settle();
    }

    void anErrorOfALongTextStandsAtItsLine()
    {
        beginReading(longText(u"remove-prefx: b"_s));
        QTRY_VERIFY(problem()->isVisible());
        QCOMPARE(marked(), u"%1: remove-prefx: b"_s.arg(edit()->blockCount() - 1));
        panel()->commit(); // says nothing new
        QVERIFY(!panel()->isReading() && problem()->isVisible());
        QVERIFY(panel()->hasDraft() && sentences().isEmpty());
    }

    void theLaterTextWins_data()
    {
        QTest::addColumn<QString>("later");
        QTest::addRow("as long") << longText(u"add-prefix: b."_s);
        QTest::addRow("short") << u"weightsmith: 1\nsteps: [add-prefix: b.]\n"_s;
    }

    void theLaterTextWins()
    {
        QFETCH(const QString, later);
        QSignalSpy changed(&document(), &Document::recipeChanged);
        beginReading(longText(u"add-prefix: a."_s));
        write(later);
        QTRY_COMPARE(sentences(), QStringList(u"Add prefix “b.”"_s));
        settle();
        QCOMPARE(edit()->text(), later);
        QCOMPARE(changed.count(), 1);
        QVERIFY(!panel()->hasDraft());
    }

    /// It takes the place of the text, which can be brought back.
    void anEditElsewhereWhileReading()
    {
        const QString text = longText(u"add-prefix: a."_s);
        beginReading(text);
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [drop: b]\n", {}), u"Edit"_s);
        QVERIFY(!panel()->isReading());
        QCOMPARE(edit()->text(), u"weightsmith: 1\nsteps: [drop: b]\n"_s);
        QVERIFY(problem()->text().endsWith(u"what was typed."_s));
        settle();
        QCOMPARE(sentences(), QStringList(u"Drop keys “b”"_s));
        press(u"recipeTextBringBack");
        QTRY_COMPARE(sentences(), QStringList(u"Add prefix “a.”"_s));
        QCOMPARE(edit()->text(), text);
    }

    void typingIsUndoneWhileReading()
    {
        write(twoSteps);
        beginReading(longText(u"add-prefix: a."_s));
        find<QAction>("undo")->trigger();
        QCOMPARE(edit()->text(), twoSteps);
        settle();
        QCOMPARE(sentences().size(), 2);
        QVERIFY(!panel()->hasDraft());
    }

    void savingWaitsForTheText()
    {
        document().saveRecipe(path("long.recipe.yaml"));
        const QString text = longText(u"add-prefix: a."_s);
        beginReading(longText(u"add-prefix: b."_s));
        edit()->selectAll();
        edit()->insertPlainText(text);
        find<QAction>("saveRecipe")->trigger();
        QTRY_VERIFY(!document().isModified() && sentences().size() == 1);
        QFile file(path("long.recipe.yaml"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), text);
    }

    /// What the text says decides whether anything would be lost.
    void closingWaitsForTheText_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addRow("a recipe") << u"add-prefix: a."_s;
        QTest::addRow("no recipe") << u"add-prefx: a."_s;
    }

    void closingWaitsForTheText()
    {
        QFETCH(const QString, step);
        beginReading(longText(step));
        QVERIFY(!m_window->close());
        const auto *discard = find<QPushButton>("messageDiscard");
        QVERIFY(!discard->isVisible());
        QTRY_VERIFY(discard->isVisible());
        QVERIFY(!panel()->isReading() && m_window->isVisible());
        press(u"messageDiscard");
        QVERIFY(!m_window->isVisible());
    }

    /// A text that is put in piece by piece is whole for whoever asks; what is typed meanwhile is not lost.
    void aLongTextArrivesInPieces()
    {
        QString text = u"weightsmith: 1\nsteps:\n"_s;
        while (text.size() < 1'000'000)
            text += u"  # a comment as one writes it\n"_s;
        text += u"  - drop: queue_ptr\n"_s;
        edit()->setText(text);
        QVERIFY(edit()->isFilling() && edit()->isReadOnly());
        QVERIFY(edit()->document()->characterCount() < text.size() / 2);
        QVERIFY(edit()->text() == text);
        QTRY_VERIFY(!edit()->isFilling());
        QVERIFY(!edit()->isReadOnly() && edit()->text() == text);

        edit()->setText(text + text); // and another meanwhile: the second half of what is there goes
        QVERIFY(edit()->isFilling());
        edit()->setText(u"weightsmith: 1\nsteps:\n"_s + text);
        QTRY_VERIFY(!edit()->isFilling());
        QVERIFY(edit()->text() == u"weightsmith: 1\nsteps:\n"_s + text);

        edit()->setText(text + text);
        QTest::keyClick(edit(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClicks(edit(), u"xy"_s); // keys wait for the text
        QVERIFY(edit()->isFilling() && edit()->text() == text + text);
        QTRY_VERIFY(!edit()->isFilling());
        QVERIFY(edit()->text() == text + text + u"xy"_s);
    }

    void colours_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("expected"); // each character's tone: k key, q quoted, m meaning, c comment
        QTest::addRow("key and value") << u"  - drop: a.b"_s << u"    kkkk     "_s;
        QTest::addRow("comment") << u"- a: b # c: d"_s << u"  k    cccccc"_s;
        QTest::addRow("no comment") << u"- a: b#c"_s << u"  k     "_s;
        QTest::addRow("quoted") << u"- 'it''s: x': \"a\\\"b\""_s << u"  kkkkkkkkkk  qqqqqq"_s;
        QTest::addRow("in brackets") << u"a: {b: 1, c: [true, x: y]}"_s << u"k   k  m  k   mmmm  k     "_s;
        QTest::addRow("braces of a pattern") << u"from: l.{i}.x"_s << u"kkkk         "_s;
        QTest::addRow("opened and not closed") << u"a: 'b"_s << u"k  qq"_s;
    }

    void colours()
    {
        QFETCH(const QString, line);
        QFETCH(const QString, expected);
        write(line);
        QString found(line.size(), u' ');
        const auto formats = edit()->document()->firstBlock().layout()->formats();
        const std::pair<Tone, QChar> tones[]{
            {Tone::Accent, u'k'}, {Tone::Loaded, u'q'}, {Tone::Mismatch, u'm'}, {Tone::Muted, u'c'}};
        for (const QTextLayout::FormatRange &range : formats) {
            for (const auto &[tone, letter] : tones) {
                if (range.format.foreground().color() == colour(tone, QApplication::palette()))
                    found.replace(range.start, range.length, QString(range.length, letter));
            }
        }
        QCOMPARE(found, expected);
    }
};

QTEST_MAIN(TestYaml)
#include "tst_yaml.moc"
