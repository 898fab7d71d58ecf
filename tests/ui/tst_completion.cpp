// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowtest.h"
#include "ui/fieldeditor.h"
#include "ui/keycompletion.h"
#include "ui/recipepanel.h"
#include "ui/yamlcompletion.h"
#include "ui/yamledit.h"

#include <QAction>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>

using namespace Qt::StringLiterals;

/// Fields are completed from the keys of this file and of the target.
class TestCompletion : public WindowTest
{
    Q_OBJECT

private:
    /// The list that is open, if one is.
    QListWidget *list() const
    {
        for (QListWidget *one : m_window->findChildren<QListWidget *>(u"completions"_s)) {
            if (one->isVisible())
                return one;
        }
        return nullptr;
    }

    QString offered() const
    {
        QStringList all;
        for (int row = 0; list() && row < list()->count(); ++row) {
            const QListWidgetItem *item = list()->item(row);
            all << (item->text() + u' ' + item->data(Qt::UserRole).toString()).trimmed();
        }
        return all.join(u", "_s);
    }

    QLineEdit *line(const QString &field) const
    {
        auto *editor = find<FieldEditor>(field);
        return editor ? editor->findChild<QLineEdit *>() : nullptr;
    }

    void use(const char *steps)
    {
        const auto recipe = Recipe::parse(std::string("weightsmith: 1\nsteps:\n") + steps, {});
        QVERIFY(recipe);
        document().setRecipe(*recipe, u"Edit"_s);
        settle();
    }

    void edit(int step)
    {
        find<RecipePanel>("recipePanel")->editStep(step);
        QTRY_VERIFY(find<KeyCompletion>("keyCompletion")->isReady());
    }

    void type(QLineEdit *field, const QString &text)
    {
        field->setFocus();
        field->selectAll();
        QTest::keyClick(field, Qt::Key_Delete);
        QTest::keyClicks(field, text);
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"completion-test"_s); }

    void init()
    {
        openWindow();
        open();
        openTarget();
    }

    void cleanup() { m_window.reset(); }

    void fieldsOfSteps_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("expected");
        const QString rename = u"rename: {prefix: x, to: y}"_s;
        QTest::addRow("prefix by components") << rename << u"prefix"_s << u"lay"_s << u"layers. 121"_s;
        QTest::addRow("the next component")
            << rename << u"prefix"_s << u"layers."_s << u"layers.0. 31, layers.1. 31, layers.2. 31, layers.3. 28"_s;
        QTest::addRow("to, from the target") << rename << u"to"_s << u"head.f"_s << u"head.fc. 2"_s;
        QTest::addRow("piece of a name") << u"rename: {text: x, to: y}"_s << u"text"_s << u"reduc"_s
                                         << u"reduction 3"_s;
        QTest::addRow("pattern") << u"rename: {from: x, to: y}"_s << u"from"_s << u"layers.{i}.downs"_s
                                 << u"downsample 9"_s;
        QTest::addRow("second of a list")
            << u"remove-prefix: [a., b.]"_s << u"prefix"_s << u"head., patch_embed.p"_s << u"patch_embed.proj. 2"_s;
        QTest::addRow("selector") << u"drop: {contains: x}"_s << u"where"_s << u"relative_position_i"_s
                                  << u"relative_position_index 8"_s;
        QTest::addRow("dtype of a selector") << u"drop: {dtype: int8}"_s << u"where"_s << u"bf"_s << u"bfloat16"_s;
        QTest::addRow("in no key") << rename << u"prefix"_s << u"zzz"_s << u""_s;
    }

    void fieldsOfSteps()
    {
        QFETCH(const QString, step);
        QFETCH(const QString, field);
        QFETCH(const QString, typed);
        use(qPrintable(u"  - remove-prefix: module.\n  - "_s + step + u'\n'));
        edit(1); // its keys are those that the first step leaves
        type(line(u"field-"_s + field), typed);
        QTEST(offered(), "expected");
        settle();
    }

    void takenByKeyboard()
    {
        use("  - rename: {prefix: x, to: y}\n");
        edit(0);
        QLineEdit *prefix = line(u"field-prefix"_s);
        type(prefix, u"mod"_s);
        QCOMPARE(offered(), u"module. 130"_s);
        QTest::keyClick(prefix, Qt::Key_Down);
        QTest::keyClick(prefix, Qt::Key_Return);
        QCOMPARE(prefix->text(), u"module."_s);
        QVERIFY2(offered().startsWith(u"module.head. 2, module.layers. 121"_s), qPrintable(offered()));
        QTest::keyClick(prefix, Qt::Key_Down);
        QTest::keyClick(prefix, Qt::Key_Tab);
        QCOMPARE(prefix->text(), u"module.head."_s);
        QVERIFY(prefix->hasFocus());
        QTest::keyClick(prefix, Qt::Key_Escape);
        QVERIFY(!list() && prefix->isVisible()); // the list closes, the form does not
        QTest::keyClick(prefix, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(offered(), u"module.head.bias 1, module.head.weight 1"_s);
        QCOMPARE(document().recipe().steps()[0].sentenceText(), u"Rename prefix “module.head.” → “y”"_s);
        QTest::keyClick(prefix, Qt::Key_Return); // nothing is chosen: it ends the form
        QVERIFY(!list());
        settle();
    }

    void takenByMouse()
    {
        use("  - rename: {prefix: x, to: y}\n");
        edit(0);
        QLineEdit *prefix = line(u"field-prefix"_s);
        type(prefix, u"module.he"_s);
        QVERIFY(list());
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, list()->visualItemRect(list()->item(0)).center());
        QCOMPARE(prefix->text(), u"module.head."_s);
        find<RecipePanel>("recipePanel")->closeForms();
        QVERIFY(!list());
        settle();
    }

    void bindFromTheTarget()
    {
        find<QAction>("editBind")->trigger();
        QTRY_VERIFY(find<KeyCompletion>("keyCompletion")->isReady());
        type(line(u"bind-skip"_s), u"head."_s);
        QCOMPARE(offered(), u"head.drop_scale 1, head.fc. 2"_s);
        type(line(u"bind-ignore-unexpected"_s), u"queue"_s);
        QCOMPARE(offered(), u"queue_ptr 1"_s);
        settle();
    }

    /// Lists are made anew for every plan while something is completed from them, and only then.
    void followsWhileSomethingAsks()
    {
        auto *keys = find<KeyCompletion>("keyCompletion");
        bool isFollowing = false;
        connect(&document(), &Document::planChanged, keys, [&] { isFollowing = !keys->isReady(); });
        const auto follows = [&](const char *step) {
            use(qPrintable(u"  - %1\n  - rename: {prefix: x, to: y}\n"_s.arg(QString::fromUtf8(step))));
            return isFollowing;
        };
        follows("drop: a");
        edit(1);
        QVERIFY(follows("drop: b"));
        QTRY_VERIFY(keys->isReady());
        find<QAction>("recipeAsText")->trigger(); // the form is behind the text, which asks now
        QTRY_VERIFY(find<YamlEdit>("recipeText")->hasFocus());
        QVERIFY(follows("drop: c"));
        QTRY_VERIFY(keys->isReady());
        find<QAction>("recipeAsText")->trigger(); // and the form asks again
        QVERIFY(follows("drop: d"));
        QTRY_VERIFY(keys->isReady());
        find<RecipePanel>("recipePanel")->closeForms();
        QTRY_VERIFY(!m_window->findChild<FieldEditor *>(u"field-prefix"_s));
        QVERIFY(!follows("drop: e"));
    }

    /// A form that comes back from behind the text offers the keys of the newest plan.
    void aFormThatComesBackHasTheNewestKeys()
    {
        use("  - drop: {prefix: module.head}\n  - rename: {prefix: x, to: y}\n");
        edit(1);
        find<QAction>("recipeAsText")->trigger();
        use("  - drop: {prefix: module.norm}\n  - rename: {prefix: x, to: y}\n");
        find<QAction>("recipeAsText")->trigger();
        QTRY_VERIFY(line(u"field-prefix"_s)->isVisible());
        QTRY_VERIFY(find<KeyCompletion>("keyCompletion")->isReady());
        type(line(u"field-prefix"_s), u"module.he"_s);
        QCOMPARE(offered(), u"module.head. 2"_s);
    }

    void recipeText_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("expected");
        const QString head = u"weightsmith: 1\nsteps:\n"_s;
        QTest::addRow("header") << u"weightsmith: 1\nst"_s << u"steps:"_s;
        QTest::addRow("step") << head + u"  - remo"_s << u"remove-prefix"_s;
        QTest::addRow("field in braces") << head + u"  - rename: {pre"_s << u"prefix:"_s;
        QTest::addRow("second field") << head + u"  - rename: {prefix: a., t"_s << u"text:, to:"_s;
        QTest::addRow("main value") << head + u"  - remove-prefix: mod"_s << u"module. 130"_s;
        QTest::addRow("value of a field") << head + u"  - rename: {prefix: module.he"_s << u"module.head. 2"_s;
        QTest::addRow("value from the target") << head + u"  - rename: {prefix: a., to: head.f"_s << u"head.fc. 2"_s;
        QTest::addRow("in a list") << head + u"  - remove-prefix: [a., module.he"_s << u"module.head. 2"_s;
        QTest::addRow("common field") << head + u"  - cast: float16\n    no"_s << u"note:"_s;
        QTest::addRow("field on its own line") << head + u"  - rename:\n      pre"_s << u"prefix:"_s;
        QTest::addRow("word of a field") << head + u"  - rename: {prefix: a, to: b, place: st"_s << u"start"_s;
        QTest::addRow("dtype") << head + u"  - cast: bfl"_s << u"bfloat16"_s;
        QTest::addRow("selector") << head + u"  - drop: {suf"_s << u"suffix:"_s;
        QTest::addRow("where") << head + u"  - rename: {prefix: a, where: {suf"_s << u"suffix:"_s;
        QTest::addRow("bind field") << head + u"bind:\n  sk"_s << u"skip:"_s;
        QTest::addRow("bind value") << head + u"bind:\n  skip: [head.f"_s << u"head.fc. 2"_s;
        QTest::addRow("comment") << head + u"  - drop: a # remo"_s << u""_s;
    }

    void recipeText()
    {
        QFETCH(const QString, before);
        auto *keys = find<KeyCompletion>("keyCompletion");
        keys->lookBefore(-1, m_window.get());
        QTRY_VERIFY(keys->isReady());
        QStringList all;
        for (const Offer &item : recipeCompletions(before, *keys).items)
            all << (item.text + u' ' + item.detail).trimmed();
        QTEST(all.join(u", "_s), "expected");
    }

    void inTheTextByKeyboard()
    {
        find<QAction>("recipeAsText")->trigger();
        auto *text = find<YamlEdit>("recipeText");
        QTRY_VERIFY(text->hasFocus() && find<KeyCompletion>("keyCompletion")->isReady());
        QTest::keyClick(text, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(text, u"weightsmith: 1"_s);
        QTest::keyClick(text, Qt::Key_Return); // what is offered but not chosen is in nobody's way
        QTest::keyClicks(text, u"steps:"_s);
        QTest::keyClick(text, Qt::Key_Return);
        QTest::keyClicks(text, u"  - remo"_s);
        QCOMPARE(offered(), u"remove-prefix"_s);
        QTest::keyClick(text, Qt::Key_Down);
        QTest::keyClick(text, Qt::Key_Return);
        QTest::keyClicks(text, u": mod"_s);
        QTRY_COMPARE(offered(), u"module. 130"_s);
        QTest::keyClick(text, Qt::Key_Down);
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(text->text(), u"weightsmith: 1\nsteps:\n  - remove-prefix: module."_s);
        QTRY_COMPARE(document().recipe().steps().size(), std::size_t(1));
        settle();
    }
};

QTEST_MAIN(TestCompletion)
#include "tst_completion.moc"
