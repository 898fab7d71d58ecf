// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/names.h"
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/importdialog.h"
#include "ui/messagebar.h"
#include "ui/visslform.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;

/// Import settings: VISSL's form, its scenarios, what it tells and mends, and that the window follows it.
class TestImportDialog : public WindowTest
{
    Q_OBJECT

private:
    ImportDialog *openDialog()
    {
        find<QAction>(u"importSettings")->trigger();
        return find<ImportDialog>(u"importDialog");
    }

    void openNet()
    {
        m_window->openCheckpoint(path(u"net.safetensors"));
        QTRY_VERIFY(document().checkpoint() && document().plan());
        m_window->openTarget(path(u"net.json"));
        QTRY_VERIFY(document().fit().has_value());
        settle();
    }

    template<typename T>
    static T *part(ImportDialog *dialog, QAnyStringView name)
    {
        T *found = dialog->findChild<T *>(name.toString());
        if (!found)
            qWarning("no part called %s", qPrintable(name.toString()));
        return found;
    }

    /// By the keyboard, as a person who tabbed there.
    static void choose(ImportDialog *dialog, QAnyStringView name, int index)
    {
        auto *box = part<QComboBox>(dialog, name);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < index; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentIndex(), index);
    }

    static void type(ImportDialog *dialog, QAnyStringView name, const QString &text)
    {
        auto *line = part<QLineEdit>(dialog, name);
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, text);
    }

    static void press(ImportDialog *dialog, QAnyStringView name)
    {
        QTest::mouseClick(part<QPushButton>(dialog, name), Qt::LeftButton);
    }

    void paste(ImportDialog *dialog, const QString &text)
    {
        QGuiApplication::clipboard()->setText(text);
        press(dialog, u"importPaste");
        settle();
    }

    QStringList remarks(ImportDialog *dialog) const
    {
        QStringList texts;
        for (const QLabel *label : dialog->findChildren<QLabel *>(u"importRemark"_s)) {
            if (label->isVisible())
                texts << label->text();
        }
        return texts;
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"importdialog-test"_s);
        QVERIFY(writeSafetensors(path(u"net.safetensors"),
                                 {u"module.conv1.weight F32 4x3"_s, u"module.bn1.num_batches_tracked I64 1"_s,
                                  u"module.fc.weight F32 2x4"_s}));
        QVERIFY(writeManifest(path(u"net.json"),
                              {u"trunk.base_model._feature_blocks.conv1.weight float32 4x3"_s,
                               u"trunk.base_model._feature_blocks.bn1.num_batches_tracked int64 1"_s,
                               u"heads.0.clf.0.weight float32 2x4"_s}));
    }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    /// The scenarios fill the settings, the window shows what they do, and keeping them is one undo step.
    void scenariosFillTheForm()
    {
        openNet();
        ImportDialog *dialog = openDialog();
        QVERIFY(!part<QPushButton>(dialog, u"importKeep")->isEnabled());
        choose(dialog, u"visslDialect", 1);
        choose(dialog, u"visslMode", 0);
        choose(dialog, u"visslSource", 2);
        type(dialog, u"vissl-REMOVE_PREFIX", u"module."_s);
        settle();
        QCOMPARE(part<QLineEdit>(dialog, u"vissl-APPEND_PREFIX")->text(), u"trunk._feature_blocks."_s);
        QVERIFY(part<QCheckBox>(dialog, u"vissl-EVAL_MODE_ON")->isChecked());
        QTRY_COMPARE(part<QLabel>(dialog, u"importFit")->text(),
                     u"1 of 3 target keys are loaded · 1 skipped · 1 missing · 1 unexpected"_s);

        // The documented dialect wants base_model in the prefix itself.
        choose(dialog, u"visslDialect", 0);
        settle();
        QCOMPARE(part<QLineEdit>(dialog, u"vissl-APPEND_PREFIX")->text(), u"trunk.base_model._feature_blocks."_s);
        QTRY_COMPARE(part<QLabel>(dialog, u"importFit")->text(),
                     u"1 of 3 target keys are loaded · 1 skipped · 1 missing · 1 unexpected"_s);
        choose(dialog, u"visslMode", 1);
        settle();
        QCOMPARE(part<QLineEdit>(dialog, u"vissl-APPEND_PREFIX")->text(), u"trunk._feature_blocks."_s);
        QVERIFY(!part<QCheckBox>(dialog, u"vissl-EVAL_MODE_ON")->isChecked());

        press(dialog, u"importKeep");
        QVERIFY(!dialog->isVisible());
        QCOMPARE(document().historyTexts().last(), u"Import settings"_s);
        const int place = document().historyPlace();
        document().undo();
        QCOMPARE(document().historyPlace(), place - 1);
        QVERIFY(document().recipe().isEmpty());
        settle();
    }

    /// What VISSL does without telling is told, and one press mends it.
    void repairsWhatVisslDoesNotTell()
    {
        openNet();
        ImportDialog *dialog = openDialog();
        choose(dialog, u"visslDialect", 1);
        paste(dialog,
              u"config:\n  MODEL:\n    WEIGHTS_INIT:\n      STATE_DICT_KEY_NAME: ''\n"
              "      REMOVE_PREFIX: module.\n      APPEND_PREFIX: trunk.base_model._feature_blocks.\n"
              "    FEATURE_EVAL_SETTINGS: {EVAL_MODE_ON: True, FREEZE_TRUNK_ONLY: True,"
              " LINEAR_EVAL_FEAT_POOL_OPS_MAP: [[res5, [Identity, []]]]}\n"_s);
        QTRY_COMPARE(part<QLabel>(dialog, u"importFit")->text(),
                     u"0 of 3 target keys are loaded · 1 skipped · 2 missing · 3 unexpected"_s);
        QCOMPARE(remarks(dialog).size(), 1);
        QVERIFY(remarks(dialog).first().startsWith(u"⚠ VISSL rewrites “trunk.” to “trunk.base_model.” after"_s));
        QCOMPARE(part<QPushButton>(dialog, u"importRepair")->text(), u"Set APPEND_PREFIX to trunk._feature_blocks."_s);
        press(dialog, u"importRepair");
        settle();
        QCOMPARE(remarks(dialog), QStringList());
        QTRY_COMPARE(part<QLabel>(dialog, u"importFit")->text(),
                     u"1 of 3 target keys are loaded · 1 skipped · 1 missing · 1 unexpected"_s);
        dialog->close();
        settle();
    }

    /// Cancelling leaves the recipe and the undo history as they were.
    void cancellingLeavesTheRecipe()
    {
        openNet();
        const Result<Step> step = parseStepText("remove-prefix: module.");
        QVERIFY(step);
        document().setRecipe(Recipe().withInserted(0, *step), u"Add step"_s);
        settle();
        const Recipe before = document().recipe();
        const QStringList history = document().historyTexts();
        ImportDialog *dialog = openDialog();
        type(dialog, u"vissl-APPEND_PREFIX", u"trunk."_s);
        settle();
        QVERIFY(!(document().recipe() == before));
        press(dialog, u"importCancel");
        settle();
        QVERIFY(document().recipe() == before);
        QCOMPARE(document().historyTexts(), history);
    }

    /// What cannot be read is said, and the form stays.
    void refusesBadSettings()
    {
        ImportDialog *dialog = openDialog();
        type(dialog, u"vissl-APPEND_PREFIX", u"x."_s);
        paste(dialog, u"just some words"_s);
        QCOMPARE(part<QLabel>(dialog, u"importProblem")->text(),
                 u"✗ Line 1, column 1: expected VISSL's YAML (a map with config, MODEL or WEIGHTS_INIT) or a "
                 u"command "
                 "line of KEY=VALUE, but found “just some words”."_s);
        QCOMPARE(part<QLineEdit>(dialog, u"vissl-APPEND_PREFIX")->text(), u"x."_s);
        dialog->readFile(path(u"none.yaml"));
        QVERIFY(part<QLabel>(dialog, u"importProblem")->text().startsWith(u"✗ “none.yaml” cannot be read: "_s));
        type(dialog, u"vissl-SKIP_LAYERS", u"[a, b"_s);
        QVERIFY(part<QLabel>(dialog, u"visslProblem")->isVisible());
        QTest::keyClicks(part<QLineEdit>(dialog, u"vissl-SKIP_LAYERS"), u"]"_s);
        QVERIFY(!part<QLabel>(dialog, u"visslProblem")->isVisible());
        QCOMPARE(part<VisslForm>(dialog, u"visslForm")->settings().skipLayers, (std::vector<std::string>{"a", "b"}));
        dialog->close();
    }

    /// The rules of other programs become steps at once; VISSL's bring the form back.
    void readsOtherRules()
    {
        openNet();
        ImportDialog *dialog = openDialog();
        paste(dialog, u"revise_keys=[('^module.', ''), ('^', 'trunk.')]"_s);
        QCOMPARE(part<QLabel>(dialog, u"importOthers")->text(), u"MMEngine revise_keys: 3 steps"_s);
        QVERIFY(!part<VisslForm>(dialog, u"visslForm")->isVisible());
        QCOMPARE(remarks(dialog).size(), 1);
        QVERIFY(remarks(dialog).first().startsWith(u"⚠ The dot of “^module.” stands for any character"_s));
        QCOMPARE(document().recipe().steps().size(), std::size_t(3));
        paste(dialog, u"revise_keys=[f(x)]"_s);
        QVERIFY(part<QLabel>(dialog, u"importProblem")->isVisible());
        paste(dialog, u"WEIGHTS_INIT: {APPEND_PREFIX: trunk., STATE_DICT_KEY_NAME: ''}"_s);
        QVERIFY(part<VisslForm>(dialog, u"visslForm")->isVisible());
        QVERIFY(!part<QLabel>(dialog, u"importProblem")->isVisible());
        press(dialog, u"importCancel");
        settle();
        QVERIFY(document().recipe().isEmpty());
    }

    /// PARAMS_FILE opens as the source.
    void opensTheCheckpoint()
    {
        ImportDialog *dialog = openDialog();
        QVERIFY(!part<QPushButton>(dialog, u"visslOpen")->isEnabled());
        QFile file(path(u"settings.yaml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("WEIGHTS_INIT: {STATE_DICT_KEY_NAME: '', APPEND_PREFIX: trunk., PARAMS_FILE: '"
                   + path(u"net.safetensors").toUtf8() + "'}");
        file.close();
        dialog->readFile(path(u"settings.yaml"));
        press(dialog, u"visslOpen");
        QTRY_VERIFY(document().checkpoint() && document().plan());
        settle();
        QTRY_COMPARE(part<QLabel>(dialog, u"importFit")->text(),
                     u"3 keys come out. Set a target to see whether they fit."_s);
        press(dialog, u"importKeep");
    }

    /// A recipe goes out as VISSL's YAML and comes back into the form; one that cannot says the step.
    void copiesAsSettings()
    {
        openNet();
        ImportDialog *dialog = openDialog();
        choose(dialog, u"visslSource", 2);
        type(dialog, u"vissl-STATE_DICT_KEY_NAME", u"[a, b]"_s);
        choose(dialog, u"visslDialect", 1);
        type(dialog, u"vissl-STATE_DICT_KEY_NAME", u"[a, b]"_s);
        press(dialog, u"importKeep");
        settle();
        find<QAction>(u"copyAs-vissl")->trigger();
        const QString yaml = QGuiApplication::clipboard()->text();
        QVERIFY2(yaml.contains(u"STATE_DICT_KEY_NAME: [\"a\", \"b\"]"_s), qPrintable(yaml));
        dialog = openDialog();
        QCOMPARE(part<QLineEdit>(dialog, u"vissl-STATE_DICT_KEY_NAME")->text(), u"[a, b]"_s);
        dialog->close();
        const Result<Step> step = parseStepText("drop: {contains: fc}");
        QVERIFY(step);
        document().setRecipe(document().recipe().withInserted(1, *step), u"Add step"_s);
        settle();
        find<QAction>(u"copyAs-vissl")->trigger();
        QVERIFY(m_window->findChild<MessageBar *>()->text().startsWith(u"Step 2 (Drop"_s));
        find<QAction>(u"copyAs-python")->trigger();
        const QString python = QGuiApplication::clipboard()->text();
        QVERIFY2(python.contains(u"table.drop(lambda key, value: 'fc' in key)"_s), qPrintable(python));
    }

    void everythingHasAName()
    {
        ImportDialog *dialog = openDialog();
        paste(dialog, u"SKIP_LAYERS=heads APPEND_PREFIX=x REMOVE_PREFIX=y"_s);
        QVERIFY(!remarks(dialog).isEmpty());
        QCOMPARE(namelessControls(*dialog), QStringList());
        dialog->close();
    }
};

QTEST_MAIN(TestImportDialog)
#include "tst_importdialog.moc"
