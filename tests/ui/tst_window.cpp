// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"
#include "tests/ui/names.h"
#include "tests/ui/windowtest.h"
#include "ui/chipbar.h"
#include "ui/fieldeditor.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/recipepanel.h"
#include "ui/savedialog.h"
#include "ui/settings.h"
#include "ui/steppalette.h"
#include "ui/targetbox.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

/// The window, driven by real events without a display, from opening a file to the file it saved.
class TestWindow : public WindowTest
{
    Q_OBJECT

private:
    void setTarget()
    {
        auto *box = find<TargetBox>("targetBox");
        box->setFocus();
        QTest::keyClicks(box, path("target.json"));
        QTest::keyClick(box, Qt::Key_Return);
        QTRY_VERIFY(document().fit().has_value());
        settle();
    }

    /// Through the palette: search, Return.
    void addStep(const QString &search)
    {
        QTest::mouseClick(find<QPushButton>("addStepButton"), Qt::LeftButton);
        auto *line = find<QLineEdit>("paletteSearch");
        QTRY_VERIFY(line->isVisible());
        QTest::keyClicks(line, search);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(!find<StepPalette>("stepPalette")->isVisible());
    }

    void typeField(const QString &field, const QString &text)
    {
        const auto editors = m_window->findChildren<FieldEditor *>(u"field-"_s + field);
        QVERIFY2(!editors.isEmpty(), qPrintable(field));
        auto *line = editors.last()->findChild<QLineEdit *>();
        QVERIFY(line);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
    }

    /// The card of a step; cards say their sentence in the same parts as the step.
    StepCard *cardOf(std::size_t step)
    {
        CardText expected;
        expected.sentence = document().recipe().steps()[step].sentence();
        for (StepCard *card : m_window->findChildren<StepCard *>()) {
            if (card->text().sentenceText() == expected.sentenceText())
                return card;
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"window-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void fromOpeningToSavedFile()
    {
        open();
        QCOMPARE(find<QPushButton>("openButton")->text(), u"swin.safetensors"_s);
        setTarget();
        QCOMPARE(document().fit()->coverage.tensors, 0);

        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        QTRY_COMPARE_GT(document().fit()->coverage.tensors, 100);
        QCOMPARE(document().undoText(), u"Add “remove-prefix”"_s);
        document().undo(); // all the letters at once
        QCOMPARE(sentences().size(), 0);
        document().redo();
        QCOMPARE(sentences().size(), 1);

        addStep(u"rename"_s);
        typeField(u"prefix"_s, u"head."_s);
        typeField(u"to"_s, u"head.fc."_s);
        addStep(u"drop"_s);
        typeField(u"where"_s, u"queue_ptr"_s);
        settle();
        QCOMPARE(sentences().size(), 3);
        save();
        compareSavedFile();
    }

    void stepsAreToggledMovedAndDeleted()
    {
        open();
        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        addStep(u"add-prefix"_s);
        typeField(u"prefix"_s, u"net."_s);
        auto *panel = find<RecipePanel>("recipePanel");
        panel->closeForms();
        const QStringList before = sentences();
        QCOMPARE(before.size(), 2);

        StepCard *card = cardOf(1);
        QVERIFY(card);
        QTest::mouseClick(card->checkBox(), Qt::LeftButton);
        QVERIFY(!document().recipe().steps()[1].enabled);
        card->setFocus();
        QTest::keyClick(card, Qt::Key_Space);
        QVERIFY(document().recipe().steps()[1].enabled);
        QTest::mouseClick(card, Qt::LeftButton, {}, QPoint(60, 12));
        QTest::keyClick(card, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(sentences(), QStringList({before[1], before[0]}));
        find<QAction>("undo")->trigger();
        QCOMPARE(sentences(), before);
        panel->selectStep(0);
        find<QAction>("duplicateStep")->trigger();
        QCOMPARE(sentences(), QStringList({before[0], before[0], before[1]}));
        find<QAction>("deleteStep")->trigger();
        QCOMPARE(sentences(), before);
        settle();
    }

    void cardsAreDragged()
    {
        open();
        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        addStep(u"add-prefix"_s);
        typeField(u"prefix"_s, u"net."_s);
        auto *panel = find<RecipePanel>("recipePanel");
        panel->closeForms();
        const QStringList before = sentences();
        StepCard *first = cardOf(0);
        StepCard *second = cardOf(1);
        QVERIFY(first && second);
        QTest::qWait(0);
        const QPoint below = first->mapFromGlobal(second->mapToGlobal(QPoint(60, second->height() - 4)));
        QTest::mousePress(first, Qt::LeftButton, {}, QPoint(60, 10));
        QTest::mouseMove(first, QPoint(60, 30));
        QTest::mouseMove(first, below);
        QTest::mouseRelease(first, Qt::LeftButton, {}, below);
        QCOMPARE(sentences(), QStringList({before[1], before[0]}));
        settle();
    }

    void filterAndChips()
    {
        open();
        setTarget();
        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        settle();
        auto *tree = find<KeyTreeView>("keyTree");
        auto *line = find<QLineEdit>("filterLine");
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(line->hasFocus());
        QTest::keyClicks(line, u"patch_embed"_s);
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        settle();
        QTest::keyClick(line, Qt::Key_Escape);
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE_GT(tree->model()->rowCount(), 1);
        for (ChipButton *chip : m_window->findChildren<ChipButton *>()) {
            if (chip->text() == "Mismatch"_L1)
                QTest::mouseClick(chip, Qt::LeftButton);
        }
        QTRY_COMPARE(tree->model()->rowCount(), 2); // the stem, and the downsamplings that moved
        settle();
    }

    void differencesAndCopying()
    {
        open();
        setTarget();
        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        settle();
        auto *tree = find<KeyTreeView>("keyTree");
        find<QAction>("nextDifference")->trigger();
        const auto current = [&] { return tree->currentIndex().data(KeyTreeModel::TargetNameRole).toString(); };
        const QString first = current();
        QVERIFY(!first.isEmpty());
        find<QAction>("nextDifference")->trigger();
        QVERIFY(current() != first);
        find<QAction>("previousDifference")->trigger();
        QCOMPARE(current(), first);
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), first);
    }

    /// Every row shown, from the first to the last, by each way of selecting it all.
    void selectionIsCopiedAsShown_data()
    {
        QTest::addColumn<bool>("isByRange");
        QTest::addRow("select all") << false;
        QTest::addRow("from the first to the last row") << true;
    }

    void selectionIsCopiedAsShown()
    {
        QFETCH(const bool, isByRange);
        open();
        auto *tree = find<KeyTreeView>("keyTree");
        find<QAction>("expandAll")->trigger();
        QStringList shown;
        for (QModelIndex at = tree->model()->index(0, 0); at.isValid(); at = tree->indexBelow(at))
            shown << at.data(KeyTreeModel::TargetNameRole).toString();
        QCOMPARE_GT(shown.size(), 150);
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_Home);
        if (isByRange)
            QTest::keyClick(tree, Qt::Key_End, Qt::ShiftModifier);
        else
            QTest::keyClick(tree, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text().split(u'\n'), shown);
    }

    void whatWasOpenStaysOpen()
    {
        open();
        auto *tree = find<KeyTreeView>("keyTree");
        auto *keys = qobject_cast<KeyTreeModel *>(tree->model());
        const auto isOpen = [&](std::string_view key) { return tree->isExpanded(keys->indexOf(key)); };
        find<QAction>("collapseAll")->trigger();
        QVERIFY(!isOpen("module"));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_Home);
        QTest::keyClick(tree, Qt::Key_Asterisk);
        QVERIFY(isOpen("module") && isOpen("module.layers.0.blocks.1"));
        tree->collapse(keys->indexOf("module"));
        addStep(u"drop"_s);
        typeField(u"where"_s, u"module.queue_ptr"_s);
        settle();
        QVERIFY(!isOpen("module"));
        tree->expand(keys->indexOf("module"));
        QVERIFY(isOpen("module.layers.0.blocks.1"));
    }

    void failuresStayUntilDismissed()
    {
        m_window->openCheckpoint(path("nowhere.safetensors"));
        auto *bar = m_window->findChild<MessageBar *>();
        QTRY_VERIFY(bar->isVisible());
        QVERIFY2(bar->text().contains(u"nowhere.safetensors"_s), qPrintable(bar->text()));
        QTest::mouseClick(find<QPushButton>("messageDismiss"), Qt::LeftButton);
        QVERIFY(!bar->isVisible());
    }

    void closingAsksOnlyWhenEditsWouldBeLost()
    {
        open();
        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        settle();
        QVERIFY(!m_window->close());
        QVERIFY(m_window->isVisible());
        QTest::mouseClick(find<QPushButton>("messageDiscard"), Qt::LeftButton);
        QVERIFY(!m_window->isVisible());
    }

    void filesAreDropped()
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path("swin.safetensors"))});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(m_window.get(), &drop));
        QTRY_VERIFY(document().checkpoint());
        QMimeData target;
        target.setUrls({QUrl::fromLocalFile(path("target.json"))});
        QDragEnterEvent enterTarget(QPoint(5, 5), Qt::CopyAction, &target, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(find<TargetBox>("targetBox"), &enterTarget);
        QVERIFY(enterTarget.isAccepted());
        QDropEvent onTarget(QPointF(5, 5), Qt::CopyAction, &target, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(find<TargetBox>("targetBox"), &onTarget));
        QTRY_VERIFY(document().fit().has_value());
        settle();
    }

    void disabledActionsSayWhy()
    {
        for (const char *name :
             {"undo", "redo", "saveAs", "nextDifference", "clearTarget", "deleteStep", "saveRecipe"}) {
            const auto *action = find<QAction>(name);
            QVERIFY2(!action->isEnabled(), name);
            QVERIFY2(action->toolTip().endsWith(u'.'), qPrintable(action->toolTip()));
        }
    }

    void everyControlHasAName_data()
    {
        QTest::addColumn<QString>("state");
        for (const char *state : {"empty", "step form", "bind form", "findings and a message", "save dialog"})
            QTest::addRow("%s", state) << QString::fromLatin1(state);
    }

    void everyControlHasAName()
    {
        QFETCH(const QString, state);
        if (state != "empty"_L1) {
            open();
            setTarget();
            addStep(u"rename"_s);
        }
        if (state == "step form"_L1) {
            typeField(u"prefix"_s, u"nothing."_s);
            for (QPushButton *button : m_window->findChildren<QPushButton *>()) {
                if (button->text() == "More options"_L1)
                    QTest::mouseClick(button, Qt::LeftButton);
            }
        }
        if (state == "bind form"_L1)
            find<QAction>("editBind")->trigger();
        if (state == "findings and a message"_L1) {
            find<QDockWidget>("findingsDock")->show();
            m_window->openCheckpoint(path("nowhere.safetensors"));
            QTRY_VERIFY(m_window->findChild<MessageBar *>()->isVisible());
        }
        if (state == "save dialog"_L1)
            find<QAction>("saveAs")->trigger();
        settle();
        const QStringList nameless = namelessControls(*m_window);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }

    void themesDiffer()
    {
        open();
        m_window->useTheme(ThemeChoice::Light);
        const QImage light = m_window->grab().toImage();
        m_window->useTheme(ThemeChoice::Dark);
        const QImage dark = m_window->grab().toImage();
        m_window->useTheme(ThemeChoice::Light);
        QCOMPARE(light.size(), dark.size());
        QVERIFY(light.pixelColor(light.width() / 2, light.height() - 40).lightness()
                > dark.pixelColor(dark.width() / 2, dark.height() - 40).lightness() + 100);
    }

    void theDesktopIsFollowed_data()
    {
        QTest::addColumn<ThemeChoice>("choice");
        QTest::addColumn<bool>("isDarkAfterwards");
        QTest::addRow("where that is wanted") << ThemeChoice::System << false;
        QTest::addRow("nowhere else") << ThemeChoice::Dark << true;
    }

    /// The desktop was dark and is light now, while the window is open.
    void theDesktopIsFollowed()
    {
        QFETCH(const ThemeChoice, choice);
        QFETCH(const bool, isDarkAfterwards);
        m_window->useTheme(choice);
        QApplication::setPalette(darkPalette());
        open();
        find<QLineEdit>("filterLine")->setText(u"/["_s);
        QTest::keyClick(find<QLineEdit>("filterLine"), Qt::Key_Return);
        QVERIFY(find<QLabel>("filterProblem")->isVisible());
        const auto inkOf = [this](const char *label) {
            return find<QLabel>(label)->palette().color(QPalette::WindowText);
        };
        const auto ground = [this] {
            const QImage picture = m_window->grab().toImage();
            return picture.pixelColor(picture.width() / 2, picture.height() - 40).lightness();
        };
        QCOMPARE_LT(ground(), 128);
        QEvent change(QEvent::ThemeChange);
        QCoreApplication::sendEvent(m_window.get(), &change);
        QCoreApplication::processEvents();
        QCOMPARE(isDark(QApplication::palette()), isDarkAfterwards);
        QCOMPARE(isDark(m_window->palette()), isDarkAfterwards);
        QCOMPARE(ground() < 128, isDarkAfterwards);
        QCOMPARE(inkOf("filterProblem"), colour(Tone::Unexpected, isDarkAfterwards ? darkPalette() : lightPalette()));
        m_window->useTheme(ThemeChoice::Light);
    }

    void narrowWindowsFoldTheInspector()
    {
        open();
        m_window->resize(1024, 700);
        QTRY_COMPARE_LE(m_window->width(), 1024);
        auto *recipe = find<QDockWidget>("recipeDock");
        QTRY_VERIFY(m_window->tabifiedDockWidgets(recipe).contains(find<QDockWidget>("inspectorDock")));
        m_window->resize(1500, 800);
        QTRY_VERIFY(!m_window->tabifiedDockWidgets(recipe).contains(find<QDockWidget>("inspectorDock")));
    }

    void replacingAFileIsAskedFor()
    {
        QVERIFY(QFile::copy(path("swin.safetensors"), path("there.safetensors")));
        open();
        SaveDialog *dialog = openSaveDialog(path("there.safetensors"));
        auto *start = dialog->findChild<QPushButton *>(u"saveStart"_s);
        auto *replace = dialog->findChild<QCheckBox *>(u"saveReplace"_s);
        QVERIFY(!start->isEnabled() && replace->isVisible());
        QVERIFY(!start->toolTip().isEmpty());
        QTest::mouseClick(replace, Qt::LeftButton, {}, QPoint(8, replace->height() / 2));
        QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
        QSignalSpy saved(&document(), &Document::saved);
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE(saved.size(), 1);
    }

    void certificateAndTorchOptions()
    {
        open();
        SaveDialog *dialog = openSaveDialog(path("saved.pt"));
        auto *root = dialog->findChild<QLineEdit *>(u"saveRootKey"_s);
        auto *certificate = dialog->findChild<QCheckBox *>(u"saveCertificate"_s);
        QVERIFY(root->isVisible() && !dialog->findChild<QLineEdit *>(u"saveMetadata"_s)->isVisible());
        QTest::keyClicks(root, u"model"_s);
        QTest::mouseClick(certificate, Qt::LeftButton, {}, QPoint(8, certificate->height() / 2));
        QSignalSpy saved(&document(), &Document::saved);
        QTRY_VERIFY(dialog->findChild<QPushButton *>(u"saveStart"_s)->isEnabled());
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"saveStart"_s), Qt::LeftButton);
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(QFile::exists(path("saved.pt.certificate.json")));
        QVERIFY(dialog->findChild<QLabel *>(u"saveResult"_s)->text().contains(u"saved.pt.certificate.json"_s));
        Progress progress;
        const auto written = ::openCheckpoint(path("saved.pt"), progress);
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        QCOMPARE(QString::fromStdString(pathText((*written)->roots().front().path)), u"model"_s);
    }

    void rootsAreChosen()
    {
        m_window->openCheckpoint(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-optimizer.pt"_s);
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        auto *chooser = find<QComboBox>("rootChooser");
        QVERIFY(chooser->isVisible());
        const int at = chooser->findText(u"optimizer/state"_s);
        QVERIFY2(at > 0, qPrintable(chooser->itemText(chooser->count() - 1)));
        chooser->setFocus();
        while (chooser->currentIndex() < at)
            QTest::keyClick(chooser, Qt::Key_Down);
        QTRY_COMPARE(QString::fromStdString(document().rootPath().value_or(std::string())), u"optimizer/state"_s);
        settle();
        document().undo();
        QCOMPARE(chooser->currentIndex(), at - 1);
        settle();
    }

    void bindIsEdited()
    {
        open();
        setTarget();
        find<QAction>("editBind")->trigger();
        auto *editor = m_window->findChild<FieldEditor *>(u"bind-skip"_s);
        QTRY_VERIFY(editor && editor->isVisible());
        QVERIFY(!document().recipe().bind().strictUnexpected);
        auto *strict = m_window->findChild<FieldEditor *>(u"bind-strict.unexpected"_s)->findChild<QCheckBox *>();
        QVERIFY(strict);
        QTest::mouseClick(strict, Qt::LeftButton, {}, QPoint(8, strict->height() / 2));
        QVERIFY(document().recipe().bind().strictUnexpected);
        document().undo();
        QVERIFY(!document().recipe().bind().strictUnexpected);
        settle();
    }

    void recipesAreSavedAndOpened()
    {
        open();
        addStep(u"remove-prefix"_s);
        typeField(u"prefix"_s, u"module."_s);
        settle();
        QVERIFY(document().isModified());
        document().saveRecipe(path("one.recipe.yaml"));
        QVERIFY(!document().isModified() && !m_window->isWindowModified());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        settle();
        m_window->openRecipe(path("one.recipe.yaml"));
        QTRY_COMPARE(sentences(), QStringList{u"Remove prefix “module.”"_s});
        settle();
    }

    void columnWidthsAndThemeColoursLast()
    {
        open();
        auto *tree = find<KeyTreeView>("keyTree");
        QHeaderView *header = tree->header();
        const int edge = header->sectionViewportPosition(KeyTreeModel::SourceShape) - 1;
        const int before = header->sectionSize(KeyTreeModel::SourceKey);
        QTest::mousePress(header->viewport(), Qt::LeftButton, {}, QPoint(edge, 8));
        QTest::mouseMove(header->viewport(), QPoint(edge - 60, 8));
        QTest::mouseRelease(header->viewport(), Qt::LeftButton, {}, QPoint(edge - 60, 8));
        const int narrow = header->sectionSize(KeyTreeModel::SourceKey);
        QVERIFY(narrow < before);
        m_window->close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        open();
        QCOMPARE(find<KeyTreeView>("keyTree")->header()->sectionSize(KeyTreeModel::SourceKey), narrow);
        Settings::setColumns({});

        QLabel label;
        tint(&label, Tone::Missing);
        m_window->useTheme(ThemeChoice::Dark);
        QCOMPARE(label.palette().color(QPalette::WindowText), colour(Tone::Missing, darkPalette()));
        m_window->useTheme(ThemeChoice::Light);
        QCOMPARE(label.palette().color(QPalette::WindowText), colour(Tone::Missing, lightPalette()));
    }

private:
    SaveDialog *openSaveDialog(const QString &file)
    {
        find<QAction>("saveAs")->trigger();
        auto *dialog = m_window->findChild<SaveDialog *>();
        auto *line = dialog->findChild<QLineEdit *>(u"savePath"_s);
        line->selectAll();
        QTest::keyClicks(line, file);
        return dialog;
    }

    void save()
    {
        SaveDialog *dialog = openSaveDialog(path("saved.safetensors"));
        QVERIFY(dialog->isVisible() && !dialog->isModal());
        QSignalSpy saved(&document(), &Document::saved);
        auto *start = dialog->findChild<QPushButton *>(u"saveStart"_s);
        QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(dialog->findChild<QLabel *>(u"saveResult"_s)->text().contains(u"saved.safetensors"_s));
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"saveSnippet"_s), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"load_file"_s));
    }

    void compareSavedFile()
    {
        Progress progress;
        const auto saved = openCheckpoint(path("saved.safetensors"), progress);
        QVERIFY2(saved, saved ? "" : qPrintable(saved.error().message));
        QStringList names;
        for (const Tensor &tensor : (*saved)->tensors())
            names << QString::fromUtf8(tensor.name.data(), qsizetype(tensor.name.size()));
        QVERIFY(names.contains(u"head.fc.weight"_s));
        QVERIFY(names.contains(u"layers.0.blocks.0.attn.qkv.weight"_s));
        QVERIFY(!names.contains(u"queue_ptr"_s));
        QCOMPARE(qint64(names.size()), document().fit()->coverage.tensors);
        m_window->openCheckpoint(path("saved.safetensors"));
        QTRY_COMPARE(find<QPushButton>("openButton")->text(), u"saved.safetensors"_s);
        settle();
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
