// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the window's main states, made from real events: screenshots OUT-FOLDER light|dark SUFFIX
#include "tests/ui/animatedstyle.h"
#include "tests/ui/testfiles.h"
#include "ui/choicepopup.h"
#include "ui/factspage.h"
#include "ui/fieldeditor.h"
#include "ui/importdialog.h"
#include "ui/keytreeview.h"
#include "ui/mainwindow.h"
#include "ui/previewview.h"
#include "ui/recipebrowser.h"
#include "ui/recipepanel.h"
#include "ui/savedialog.h"
#include "ui/settings.h"
#include "ui/shortcutsheet.h"
#include "ui/steppalette.h"
#include "ui/yamledit.h"
#include "ui/yamlpanel.h"

#include <QAction>
#include <QApplication>
#include <QContextMenuEvent>
#include <QDir>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace {
/// Takes one picture after the other; the window stays the same.
class Photographer
{
public:
    Photographer(const QString &folder, const QString &suffix) : m_folder(folder), m_suffix(suffix)
    {
        writeSafetensors(file(u"swin_mini_ours.safetensors"_s), swinCheckpoint());
        writeManifest(file(u"swin_mini.json"_s), swinTarget());
        m_window.resize(1560, 920);
        m_window.show();
    }

    bool takeAll()
    {
        take(u"01-empty"_s);
        m_window.openCheckpoint(file(u"swin_mini_ours.safetensors"_s));
        take(u"02-opened"_s);
        m_window.openTarget(file(u"swin_mini.json"_s));
        addSteps();
        child<KeyTreeView>(u"keyTree"_s)->goToKey(u"layers.0.blocks.0.attn.qkv.weight"_s);
        take(u"03-target-partly"_s);
        child<RecipePanel>(u"recipePanel"_s)->editStep(2);
        m_isGood = QTest::qWaitFor(
                       [this] { return child<RecipePanel>(u"recipePanel"_s)->findChild<PreviewView *>()->isVisible(); })
            && m_isGood;
        take(u"04-editing"_s);
        takeCompletion();
        trigger(u"addStep"_s);
        QTest::keyClicks(child<QLineEdit>(u"paletteSearch"_s), u"re"_s);
        m_isGood = QTest::qWaitFor([this] { return child<QWidget>(u"paletteHere"_s)->isVisible(); }) && m_isGood;
        take(u"05-palette"_s, child<StepPalette>(u"stepPalette"_s));
        child<StepPalette>(u"stepPalette"_s)->close();
        child<RecipePanel>(u"recipePanel"_s)->closeForms();
        takeRecipes();
        takeFindings();
        takeCommands();
        takeByHand();
        takeTree();
        takeChanges();
        takeText();
        takeSaving();
        m_window.openCheckpoint(file(u"swin_mini_ours.pth"_s));
        take(u"09-error"_s);
        QTest::mouseClick(child<QPushButton>(u"messageDismiss"_s), Qt::LeftButton);
        completeFit();
        take(u"10-complete"_s);
        m_window.resize(1024, 700);
        take(u"11-narrow"_s);
        takeNarrowDifferences();
        m_window.resize(1560, 920);
        takeFile();
        takeManyRows();
        takeImport();
        return m_isGood;
    }

private:
    QString file(const QString &name) const { return m_files.filePath(name); }

    template<typename T>
    T *child(const QString &name) const
    {
        return m_window.findChild<T *>(name);
    }

    void trigger(const QString &action) { child<QAction>(action)->trigger(); }

    void settle()
    {
        m_isGood = QTest::qWaitFor([this] { return m_window.isSettled() && m_window.document()->plan(); }) && m_isGood;
        laidOut();
    }

    /// Layouts are asked for by posted events, which may ask for others: let three rounds of them pass.
    void laidOut()
    {
        for (int round = 0; round < 3; ++round) {
            bool isPassed = false;
            QMetaObject::invokeMethod(
                &m_window, [&isPassed] { isPassed = true; }, Qt::QueuedConnection);
            m_isGood = QTest::qWaitFor([&isPassed] { return isPassed; }) && m_isGood;
        }
    }

    void add(const char *step)
    {
        const Recipe &recipe = m_window.document()->recipe();
        const Result<Step> parsed = parseStepText(step);
        m_isGood = m_isGood && parsed;
        if (parsed)
            m_window.document()->setRecipe(recipe.withInserted(int(recipe.steps().size()), *parsed), u"Add step"_s);
    }

    void takeRecipes()
    {
        trigger(u"browseRecipes"_s);
        auto *browser = child<RecipeBrowser>(u"recipeBrowser"_s);
        m_isGood = QTest::qWaitFor([browser] { return !browser->isAsking(); }) && m_isGood;
        take(u"05-recipes"_s, browser);
        QTest::keyClicks(child<QLineEdit>(u"browserSearch"_s), u"whisper"_s);
        take(u"05-recipes-searched"_s, browser);
        QTest::keyClicks(child<QLineEdit>(u"browserSearch"_s), u" of nothing"_s);
        take(u"05-recipes-none"_s, browser);
        browser->close();
    }

    void addSteps()
    {
        add("strip-wrappers");
        add("drop: {contains: [attn_mask, relative_position_index]}");
        add("rename: {from: 'layers.{i}.downsample', to: 'layers.{i+1}.downsample'}");
        add("rename: {prefix: head., to: head.fc.}");
        add("rename: {text: norm3, to: norm}");
        settle();
    }

    /// The keys that a field may go on to.
    void takeCompletion()
    {
        auto *line = child<FieldEditor>(u"field-from"_s)->findChild<QLineEdit *>();
        const QString before = line->text();
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, u"norm"_s);
        QTest::keyClick(line, Qt::Key_Down);
        take(u"18-completion"_s);
        QTest::keyClick(line, Qt::Key_Escape);
        line->selectAll();
        QTest::keyClicks(line, before);
        QTest::keyClick(line, Qt::Key_Escape);
        settle();
    }

    void takeFindings()
    {
        auto *dock = child<QDockWidget>(u"findingsDock"_s);
        dock->show();
        take(u"06-findings"_s);
        dock->hide();
    }

    /// What the keyboard offers: commands, the undo history, shortcuts.
    void takeCommands()
    {
        trigger(u"commands"_s);
        auto *commands = child<ChoicePopup>(u"commands"_s);
        QTest::keyClicks(commands->findChild<QLineEdit *>(), u"step"_s);
        take(u"18-commands"_s, commands);
        commands->close();
        m_window.document()->undo();
        m_window.document()->undo();
        trigger(u"undoHistory"_s);
        auto *history = child<ChoicePopup>(u"history"_s);
        take(u"19-history"_s, history);
        history->close();
        m_window.document()->redo();
        m_window.document()->redo();
        trigger(u"shortcuts"_s);
        auto *sheet = m_window.findChild<ShortcutSheet *>();
        take(u"20-shortcuts"_s, sheet);
        sheet->close();
    }

    /// Near misses of a missing key, a family of layers, the differences alone, and what the filter line offers.
    void takeTree()
    {
        auto *tree = child<KeyTreeView>(u"keyTree"_s);
        const QString here = tree->currentIndex().data(KeyTreeModel::TargetNameRole).toString();
        tree->goToKey(u"head.drop_scale"_s);
        m_isGood = QTest::qWaitFor([this] { return m_window.findChild<QPushButton *>(u"nearPair"_s); }) && m_isGood;
        take(u"30-near-misses"_s);
        trigger(u"onlyDifferences"_s);
        take(u"31-only-differences"_s);
        trigger(u"onlyDifferences"_s);
        tree->goToKey(u"layers.2.blocks"_s);
        tree->header()->setSortIndicator(KeyTreeModel::Parameters, Qt::DescendingOrder);
        take(u"32-family-sorted"_s);
        Q_EMIT tree->header()->customContextMenuRequested({300, 20});
        take(u"33-columns"_s, QApplication::activePopupWidget());
        QApplication::activePopupWidget()->close();
        tree->header()->setSortIndicator(-1, Qt::AscendingOrder);
        auto *line = child<QLineEdit>(u"filterLine"_s);
        line->setFocus();
        QTest::keyClicks(line, u"m"_s);
        QTest::keyClick(line, Qt::Key_Down);
        take(u"34-filter-offers"_s);
        QTest::keyClick(line, Qt::Key_Escape);
        QTest::keyClick(line, Qt::Key_Escape);
        child<QToolButton>(u"filterMenu"_s)->click();
        take(u"35-filter-lines"_s);
        QTest::keyClick(line, Qt::Key_Escape);
        QTest::keyClicks(line, u"dtype:bflaot16"_s);
        QTest::keyClick(line, Qt::Key_Return);
        take(u"36-filter-problem"_s);
        line->clear();
        QTest::keyClick(line, Qt::Key_Return);
        settle();
        tree->goToKey(here);
    }

    /// Rows that an edit has just changed, and several rows selected.
    void takeChanges()
    {
        auto *tree = child<KeyTreeView>(u"keyTree"_s);
        AnimatedStyle still;
        still.duration = 1'000'000; // the first moment of it
        tree->setStyle(&still);
        tree->goToKey(u"layers.0.blocks.0.norm1.weight"_s);
        add("rename: {text: mlp.fc, to: mlp.dense}");
        take(u"41-flash"_s);
        tree->setStyle(nullptr);
        m_window.document()->undo();
        settle();
        tree->goToKey(u"layers.0.blocks.0.norm1.weight"_s);
        for (int press = 0; press < 4; ++press)
            QTest::keyClick(tree, Qt::Key_Down, Qt::ShiftModifier);
        take(u"42-selected"_s);
    }

    /// What else is in a file: objects, and what its pickle names.
    void takeFile()
    {
        m_window.document()->clearTarget();
        m_window.document()->setRecipe(Recipe(), u"Clear recipe"_s);
        m_window.openCheckpoint(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-optimizer.pt"_s);
        settle();
        child<QPushButton>(u"inspectFile"_s)->click();
        auto *objects = child<QTreeView>(u"objectTree"_s);
        objects->expandToDepth(1);
        take(u"37-file"_s);
        child<QPushButton>(u"inspectKey"_s)->click();
        m_window.openCheckpoint(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-views.pt"_s);
        settle();
        child<KeyTreeView>(u"keyTree"_s)->goToKey(u"tied"_s);
        const auto names = [this] { return m_window.findChildren<KeyLabel *>().size(); };
        m_isGood = QTest::qWaitFor([&, before = names()] { return names() > before; }) && m_isGood;
        take(u"38-ties"_s);
    }

    /// A level of very many keys, some of which the target calls otherwise.
    void takeManyRows()
    {
        QStringList given;
        QStringList wanted;
        for (int at = 0; at < 12'000; ++at) {
            const QString name = u"lora_unet_blocks_%1_proj_%2_"_s.arg(at / 4).arg(at % 4);
            given << name + u"down F32 8x64"_s;
            wanted << name + (at % 1700 == 5 ? u"up float32 8x64"_s : u"down float32 8x64"_s);
        }
        writeSafetensors(file(u"flat_lora.safetensors"_s), given);
        writeManifest(file(u"flat_lora.json"_s), wanted);
        m_window.openCheckpoint(file(u"flat_lora.safetensors"_s));
        m_window.openTarget(file(u"flat_lora.json"_s));
        settle();
        auto *tree = child<KeyTreeView>(u"keyTree"_s);
        trigger(u"collapseAll"_s);
        tree->setCurrentIndex(tree->model()->index(3, 0));
        take(u"41-stretches"_s);
        trigger(u"nextDifference"_s);
        take(u"42-stretch-open"_s);
        tree->header()->setSortIndicator(KeyTreeModel::Parameters, Qt::DescendingOrder);
        settle();
        trigger(u"collapseAll"_s);
        take(u"43-stretches-sorted"_s);
        tree->header()->setSortIndicator(-1, Qt::AscendingOrder);
        settle();
    }

    /// The menu of a row, and its name being edited.
    void takeByHand()
    {
        auto *tree = child<KeyTreeView>(u"keyTree"_s);
        const QPoint at = tree->visualRect(tree->currentIndex()).bottomLeft() + QPoint(120, 0);
        QContextMenuEvent event(QContextMenuEvent::Keyboard, at, tree->viewport()->mapToGlobal(at));
        QCoreApplication::sendEvent(tree, &event);
        m_isGood = QTest::qWaitFor([&] { return tree->findChild<QMenu *>(); }) && m_isGood;
        take(u"14-row-menu"_s, tree->findChild<QMenu *>());
        tree->findChild<QMenu *>()->close();
        tree->rename(HandStep::Kind::Rename);
        take(u"15-rename"_s);
        QTest::keyClick(tree->findChild<QLineEdit *>(u"keyEditor"_s), Qt::Key_Escape);
        takePairing(*tree);
    }

    /// A row dragged onto another that fits, and one picked up by keyboard beside one that does not.
    void takePairing(KeyTreeView &tree)
    {
        const QString here = tree.currentIndex().data(KeyTreeModel::TargetNameRole).toString();
        tree.goToKey(u"head.drop_scale"_s);
        const QPoint end = tree.visualRect(tree.currentIndex()).center();
        auto *keys = qobject_cast<KeyTreeModel *>(tree.model());
        const QPoint start = tree.visualRect(keys->indexOf("queue_ptr")).center();
        QTest::mousePress(tree.viewport(), Qt::LeftButton, {}, start);
        for (const QPoint &at : {start + QPoint(40, 0), end}) {
            QMouseEvent move(QEvent::MouseMove, at, tree.viewport()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                             Qt::NoModifier);
            QCoreApplication::sendEvent(tree.viewport(), &move);
        }
        take(u"16-pairing"_s);
        QTest::keyClick(&tree, Qt::Key_Escape);
        QTest::mouseRelease(tree.viewport(), Qt::LeftButton, {}, end);
        tree.goToKey(u"layers.0.blocks.0.attn.qkv.weight"_s);
        trigger(u"pairKey"_s);
        tree.goToKey(u"layers.0.blocks.0.attn.relative_position_bias_table"_s);
        take(u"17-pairing-by-keyboard"_s);
        QTest::keyClick(&tree, Qt::Key_Escape);
        tree.goToKey(here);
    }

    /// The recipe as text, and with an error in it.
    void takeText()
    {
        trigger(u"recipeAsText"_s);
        auto *edit = child<YamlEdit>(u"recipeText"_s);
        const QString text = edit->text();
        edit->setPlainText(u"# Of the first repository\n"_s + text + u"bind:\n  skip: [head.fc] # ten classes\n"_s);
        m_isGood =
            QTest::qWaitFor([this] { return m_window.document()->undoText() == "Edit recipe text"_L1; }) && m_isGood;
        take(u"16-text"_s);
        edit->setPlainText(edit->text().replace("rename: {prefix"_L1, "renam: {prefix"_L1));
        m_isGood = QTest::qWaitFor([this] { return child<QLabel>(u"recipeTextProblem"_s)->isVisible(); }) && m_isGood;
        take(u"17-text-error"_s);
        edit->setPlainText(text);
        child<YamlPanel>(u"yamlPanel"_s)->commit();
        trigger(u"recipeAsText"_s);
    }

    void takeSaving()
    {
        trigger(u"saveAs"_s);
        auto *dialog = m_window.findChild<SaveDialog *>();
        m_isGood =
            QTest::qWaitFor([&] { return dialog->findChild<QPushButton *>(u"saveStart"_s)->isEnabled(); }) && m_isGood;
        take(u"07-save-before"_s, dialog);
        takeShards(*dialog);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"saveStart"_s), Qt::LeftButton);
        m_isGood = QTest::qWaitFor([&] { return dialog->findChild<QPushButton *>(u"saveSnippet"_s)->isVisible(); })
            && m_isGood;
        take(u"08-save-after"_s, dialog);
        dialog->close();
    }

    /// VISSL's settings as its documentation has them, what the main branch makes of them for a model of its own, and
    /// the mended ones that fit.
    void takeImport()
    {
        QStringList trunk = swinCheckpoint();
        for (QString &line : trunk)
            line.replace(u"module."_s, u"trunk.base_model."_s);
        writeManifest(file(u"vissl_trunk.json"_s), trunk);
        m_window.document()->setRecipe(Recipe(), u"Clear recipe"_s);
        m_window.openCheckpoint(file(u"swin_mini_ours.safetensors"_s));
        m_window.openTarget(file(u"vissl_trunk.json"_s));
        settle();
        trigger(u"importSettings"_s);
        auto *dialog = m_window.findChild<ImportDialog *>();
        dialog->readText(u"config.MODEL.WEIGHTS_INIT.STATE_DICT_KEY_NAME='' REMOVE_PREFIX=module. "
                         "APPEND_PREFIX=trunk.base_model. EVAL_MODE_ON=True FREEZE_TRUNK_ONLY=True "
                         "LINEAR_EVAL_FEAT_POOL_OPS_MAP=[[lastCLS,[Identity,[]]]]"_s);
        take(u"44-import-settings"_s, dialog);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"importRepair"_s), Qt::LeftButton);
        take(u"45-import-repaired"_s, dialog);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"importKeep"_s), Qt::LeftButton);
        settle();
        trigger(u"editBind"_s);
        take(u"46-bind"_s);
        child<RecipePanel>(u"recipePanel"_s)->closeForms();
    }

    /// A size of shards, and one that makes no sense.
    void takeShards(SaveDialog &dialog)
    {
        auto *size = dialog.findChild<QLineEdit *>(u"saveShardSize"_s);
        const auto *start = dialog.findChild<QPushButton *>(u"saveStart"_s);
        for (const auto &[text, name] :
             {std::pair(u"2MB"_s, u"39-save-shards"_s), {u"2XB"_s, u"40-save-shard-problem"_s}}) {
            size->setFocus();
            size->selectAll();
            QTest::keyClicks(size, text);
            m_isGood = QTest::qWaitFor([&] { return start->isEnabled() == text.contains(u'M'); }) && m_isGood;
            take(name, &dialog);
        }
        size->selectAll();
        QTest::keyClick(size, Qt::Key_Delete);
        m_isGood = QTest::qWaitFor([&] { return start->isEnabled(); }) && m_isGood;
    }

    /// Save the result, open it, and hold it against itself: everything fits.
    void completeFit()
    {
        m_window.document()->setRecipe(Recipe(), u"Clear recipe"_s);
        m_window.openCheckpoint(file(u"swin_mini_ours-converted.safetensors"_s));
        m_window.openTarget(file(u"swin_mini_ours-converted.safetensors"_s));
        settle();
    }

    /// As narrow as it gets, with something wrong in the file.
    void takeNarrowDifferences()
    {
        m_window.resize(960, 640);
        m_window.openCheckpoint(file(u"swin_mini_ours.safetensors"_s));
        m_window.openTarget(file(u"swin_mini.json"_s));
        addSteps();
        trigger(u"nextDifference"_s);
        take(u"12-narrow-differences"_s);
        child<QDockWidget>(u"inspectorDock"_s)->raise();
        take(u"13-narrow-inspector"_s);
    }

    /// The window, with what floats above it where it floats.
    void take(const QString &name, QWidget *above = nullptr)
    {
        if (m_window.document()->checkpoint() || m_window.document()->isOpening())
            settle();
        laidOut();
        QPixmap picture = m_window.grab();
        if (above) {
            const QPixmap front = above->grab();
            QPainter painter(&picture);
            const QPoint at = above->windowType() == Qt::Popup
                ? m_window.mapFromGlobal(above->pos())
                : QPoint((m_window.width() - above->width()) / 2, (m_window.height() - above->height()) / 3);
            painter.drawPixmap(at, front);
            painter.setPen(colour(Tone::Line, m_window.palette()));
            painter.drawRect(QRect(at, above->size()));
        }
        m_isGood = picture.save(QDir(m_folder).filePath(name + m_suffix + u".png"_s)) && m_isGood;
    }

    QTemporaryDir m_files;
    QString m_folder;
    QString m_suffix;
    MainWindow m_window;
    bool m_isGood = true;
};
}

int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    QApplication::setOrganizationName(u"Weightsmith"_s);
    QApplication::setApplicationName(u"screenshots"_s);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 4)
        return 2;
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    const ThemeChoice theme = themeFromWord(arguments[2]);
    applyTheme(theme);
    Settings::setTheme(theme);
    QDir().mkpath(arguments[1]);
    return Photographer(arguments[1], u"-"_s + arguments[2] + arguments[3]).takeAll() ? 0 : 1;
}
