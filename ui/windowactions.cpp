// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windowactions.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "model/recipe/dialects/exportforms.h"
#include "ui/recipepanel.h"
#include "ui/recipesides.h"
#include "ui/settings.h"
#include "ui/yamlpanel.h"

#include <QActionGroup>
#include <QCoreApplication>
#include <QFileInfo>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>

using namespace Qt::StringLiterals;

namespace {
/// Enabled, or disabled with the reason in place of the help.
void allow(QAction *action, bool allowed, const QString &reason)
{
    action->setEnabled(allowed);
    const QString keys = shortcutText(*action);
    const QString help = action->property("help").toString();
    action->setToolTip(!allowed && !reason.isEmpty() ? reason : keys.isEmpty() ? help : u"%1 (%2)"_s.arg(help, keys));
}
}

QString plainText(const QAction &action)
{
    return action.text().section(u'\t', 0, 0).remove(u'&');
}

QString shortcutText(const QAction &action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action.shortcuts())
        keys << sequence.toString(QKeySequence::NativeText);
    keys << action.text().section(u'\t', 1);
    keys.removeAll(QString());
    return keys.join(u", "_s);
}

WindowActions::WindowActions(QMainWindow *window) : QObject(window), m_window(window)
{
    QMenuBar *bar = window->menuBar();
    bar->setAccessibleName(tr("Menu"));
    makeFileMenu(bar->addMenu(tr("&File")));
    makeEditMenu(bar->addMenu(tr("&Edit")));
    makeRecipeMenu(bar->addMenu(tr("&Recipe")));
    makeViewMenu(bar->addMenu(tr("&View")));
    makeHelpMenu(bar->addMenu(tr("&Help")));
    refreshIcons();
}

QAction *WindowActions::make(QMenu *menu, const QString &name, const QString &text, const QString &help,
                             const QList<QKeySequence> &keys)
{
    auto *action = new QAction(text, m_window);
    action->setObjectName(name);
    action->setProperty("title", text); // undo and redo say more while they can
    action->setProperty("help", help);
    action->setShortcuts(keys);
    allow(action, true, {});
    menu->addAction(action);
    menu->setToolTipsVisible(true);
    m_window->addAction(action); // shortcuts work while the menu bar is hidden too
    return action;
}

void WindowActions::makeFileMenu(QMenu *menu)
{
    openMenu = new QMenu(tr("Open &recent"), m_window);
    openMenu->setToolTipsVisible(true);
    newWindow = make(menu, u"newWindow"_s, tr("&New window"), tr("Open another window, with a checkpoint of its own."),
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)});
    open =
        make(menu, u"open"_s, tr("&Open checkpoint…"), tr("Open a PyTorch or safetensors file."), {QKeySequence::Open});
    openFolder = make(menu, u"openFolder"_s, tr("Open &folder…"), tr("Open a checkpoint in shards by its folder."));
    menu->addMenu(openMenu);
    setTarget = make(menu, u"setTarget"_s, tr("Choose &target…"), tr("Choose what the checkpoint should fit."),
                     {QKeySequence(Qt::CTRL | Qt::Key_T)});
    pasteTarget = make(menu, u"pasteTarget"_s, tr("&Paste target"),
                       tr("Take a list of keys, or the message of a failed load_state_dict, from the clipboard."),
                       {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V)});
    swap = make(menu, u"swap"_s, tr("S&wap source and target"),
                tr("Make the target the source, and the source the target."),
                {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X)});
    clearTarget = make(menu, u"clearTarget"_s, tr("&Remove target"), tr("Show the checkpoint alone."));
    menu->addSeparator();
    save = make(menu, u"saveAs"_s, tr("&Save as…"), tr("Write the converted checkpoint."),
                {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)});
    menu->addSeparator();
    closeWindow = make(menu, u"closeWindow"_s, tr("&Close window"), tr("Close this window."),
                       {QKeySequence(Qt::CTRL | Qt::Key_W)});
    quit = make(menu, u"quit"_s, tr("&Quit"), tr("Close every window."), {QKeySequence(Qt::CTRL | Qt::Key_Q)});
    connect(openMenu, &QMenu::aboutToShow, this, &WindowActions::fillRecent);
    fillRecent();
}

void WindowActions::fillRecent()
{
    openMenu->clear();
    openMenu->addActions({open, openFolder});
    openMenu->addSeparator();
    const QList<RecentFile> files = Settings::recentFiles();
    for (int at = 0; at < files.size(); ++at) {
        QAction *action = openMenu->addAction(displayName(QFileInfo(files[at].path).fileName().toStdString()), this,
                                              [this, at] { Q_EMIT recentChosen(at); });
        action->setToolTip(displayName(files[at].path.toStdString()));
    }
}

void WindowActions::fillRecentRecipes()
{
    recentRecipes->clear();
    const QStringList paths = Settings::recentRecipes();
    for (const QString &path : paths) {
        QAction *action = recentRecipes->addAction(displayName(QFileInfo(path).fileName().toStdString()), this,
                                                   [this, path] { Q_EMIT recentRecipeChosen(path); });
        action->setToolTip(displayName(path.toStdString()));
    }
    recentRecipes->setEnabled(!paths.isEmpty());
    recentRecipes->menuAction()->setToolTip(paths.isEmpty() ? tr("No recipe was opened or saved yet.") : QString());
}

void WindowActions::makeEditMenu(QMenu *menu)
{
    undo = make(menu, u"undo"_s, tr("&Undo"), tr("Undo"), QKeySequence::keyBindings(QKeySequence::Undo));
    redo = make(menu, u"redo"_s, tr("&Redo"), tr("Redo"),
                {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    undo->setIconText(tr("Undo"));
    redo->setIconText(tr("Redo"));
    undoHistory = make(menu, u"undoHistory"_s, tr("Undo hist&ory…"), tr("Go back to any edit, or forward again."),
                       {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Z)});
    undoHistory->setIconText(tr("Undo history"));
    menu->addSeparator();
    copyKey = make(menu, u"copyKey"_s, tr("&Copy key"), tr("Copy the names of the selected keys."));
    copySource = make(menu, u"copySource"_s, tr("Copy &source key"), tr("Copy the names they have in the file."));
    copyShape = make(menu, u"copyShape"_s, tr("Copy s&hape"), tr("Copy the shapes of the selected keys."));
    copyPath = make(menu, u"copyPath"_s, tr("Copy p&ath in the file"),
                    tr("Copy where the selected tensors are in the file, root and key."));
    copyPython = make(menu, u"copyPython"_s, tr("Copy as P&ython\tCtrl+Shift+C"),
                      tr("Copy a line of Python for each selected tensor that loads it."));
    menu->addSeparator();
    // The keys after the tab are the tree's: elsewhere they mean other things.
    renameKey = make(menu, u"renameKey"_s, tr("&Rename key…\tF2"), tr("Give the current key or group another name."));
    dropKeys = make(menu, u"dropKeys"_s, tr("&Drop keys\tDel"), tr("Take the selected keys out of the result."));
    pairKey = make(menu, u"pairKey"_s, tr("&Pair with…"),
                   tr("Pick the current key or group up, go to its partner, press Enter. Dragging does the same."),
                   {QKeySequence(Qt::CTRL | Qt::Key_M)});
    menu->addSeparator();
    find = make(menu, u"find"_s, tr("&Filter keys"), tr("Go to the filter line."),
                {QKeySequence::Find, QKeySequence(Qt::Key_Slash)});
}

void WindowActions::makeRecipeMenu(QMenu *menu)
{
    recipeFileMenu = new QMenu(m_window);
    addStep = make(menu, u"addStep"_s, tr("&Add step…"), tr("Choose from all kinds of steps."),
                   {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)});
    browseRecipes = make(menu, u"browseRecipes"_s, tr("&Browse recipes…"),
                         tr("Search the recipes that come with the program; those for the open file are first."),
                         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B)});
    editStep = make(menu, u"editStep"_s, tr("&Edit step"), tr("Open the fields of the selected step."),
                    {QKeySequence(Qt::CTRL | Qt::Key_E)});
    toggleStep = make(menu, u"toggleStep"_s, tr("Turn step &on or off"), tr("Run the selected step, or leave it out."));
    duplicateStep = make(menu, u"duplicateStep"_s, tr("D&uplicate step"), tr("Add a copy of the selected step."));
    unfoldStep = make(menu, u"unfoldStep"_s, tr("Un&fold step"),
                      tr("Put the steps of the recipe that the selected step includes in its place."),
                      {QKeySequence(Qt::CTRL | Qt::Key_U)});
    moveUp = make(menu, u"moveUp"_s, tr("Move step u&p"), tr("Run the selected step earlier."));
    moveDown = make(menu, u"moveDown"_s, tr("Move step do&wn"), tr("Run the selected step later."));
    deleteStep = make(menu, u"deleteStep"_s, tr("De&lete step"), tr("Take the selected step out of the recipe."));
    menu->addSeparator();
    editBind = make(menu, u"editBind"_s, tr("Edit &bind policy"),
                    tr("Say what is skipped, ignored, and how strict the fit is."));
    recipeAsText = make(menu, u"recipeAsText"_s, tr("Show as &text"), tr("See and edit the recipe as YAML."),
                        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)});
    recipeAsText->setCheckable(true);
    menu->addSeparator();
    openRecipe = make(menu, u"openRecipe"_s, tr("&Open recipe…"), tr("Replace the steps by those of a recipe file."),
                      {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)});
    recentRecipes = new QMenu(tr("Open re&cent recipe"), m_window);
    recentRecipes->setObjectName(u"recentRecipes"_s);
    recentRecipes->setToolTipsVisible(true);
    menu->addMenu(recentRecipes);
    connect(menu, &QMenu::aboutToShow, this, &WindowActions::fillRecentRecipes);
    connect(recipeFileMenu, &QMenu::aboutToShow, this, &WindowActions::fillRecentRecipes);
    importRecipe = make(menu, u"importRecipe"_s, tr("&Import recipe…"),
                        tr("Put the steps of a recipe file behind these, with their comments."));
    importSettings = make(menu, u"importSettings"_s, tr("Import settin&gs…"),
                          tr("Make a recipe from settings of VISSL or another program, and see what they do."));
    makeCopyMenu(menu);
    saveRecipe =
        make(menu, u"saveRecipe"_s, tr("&Save recipe"), tr("Write the recipe to its file."), {QKeySequence::Save});
    saveRecipeAs = make(menu, u"saveRecipeAs"_s, tr("Save recipe &as…"), tr("Write the recipe to another file."));
    clearRecipe = make(menu, u"clearRecipe"_s, tr("&Clear recipe"), tr("Take out all steps."));
    recipeFileMenu->addActions({browseRecipes, openRecipe});
    recipeFileMenu->addMenu(recentRecipes);
    recipeFileMenu->addActions({importRecipe, importSettings});
    recipeFileMenu->addMenu(copyRecipeMenu);
    recipeFileMenu->addActions({saveRecipe, saveRecipeAs, clearRecipe});
    recipeFileMenu->addSeparator();
    recipeFileMenu->addAction(editBind);
    recipeFileMenu->setToolTipsVisible(true);
}

void WindowActions::makeViewMenu(QMenu *menu)
{
    nextDifference = make(menu, u"nextDifference"_s, tr("&Next difference"),
                          tr("Go to the next key that does not fit."), {QKeySequence(Qt::Key_F8)});
    previousDifference = make(menu, u"previousDifference"_s, tr("&Previous difference"),
                              tr("Go to the previous key that does not fit."), {QKeySequence(Qt::SHIFT | Qt::Key_F8)});
    onlyDifferences = make(menu, u"onlyDifferences"_s, tr("&Only differences"),
                           tr("Show only the keys that do not fit."), {QKeySequence(Qt::CTRL | Qt::Key_D)});
    onlyDifferences->setCheckable(true);
    expandAll = make(menu, u"expandAll"_s, tr("&Expand all"),
                     tr("Open every group, or as many levels as stay quick in a very large file."));
    collapseAll = make(menu, u"collapseAll"_s, tr("&Collapse all"), tr("Close every group of the tree."));
    menu->addSeparator();
    columnsMenu = menu->addMenu(tr("C&olumns"));
    panelMenu = menu->addMenu(tr("Pa&nels"));
    restorePanels = make(menu, u"restorePanels"_s, tr("&Restore panels"), tr("Put every panel back in its place."));
    nextPanel = make(menu, u"nextPanel"_s, tr("Ne&xt panel"), tr("Give the keyboard to the next part of the window."),
                     {QKeySequence(Qt::Key_F6)});
    previousPanel = make(menu, u"previousPanel"_s, tr("Pre&vious panel"),
                         tr("Give the keyboard to the part of the window before this one."),
                         {QKeySequence(Qt::SHIFT | Qt::Key_F6)});
    menu->addSeparator();
    makeThemeMenu(menu->addMenu(tr("&Theme")));
}

void WindowActions::makeHelpMenu(QMenu *menu)
{
    commands = make(menu, u"commands"_s, tr("&Commands…"), tr("Search everything that the menus hold, and do it."),
                    {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P)});
    shortcuts = make(menu, u"shortcuts"_s, tr("&Keyboard shortcuts"), tr("Show every shortcut on one page."),
                     {QKeySequence(Qt::CTRL | Qt::Key_Slash)});
}

void WindowActions::makeThemeMenu(QMenu *themes)
{
    auto *group = new QActionGroup(this);
    const std::pair<ThemeChoice, QString> choices[]{
        {ThemeChoice::System, tr("&System")}, {ThemeChoice::Light, tr("&Light")}, {ThemeChoice::Dark, tr("&Dark")}};
    for (const auto &[choice, text] : choices) {
        QAction *action = themes->addAction(text, this, [this, choice = choice] { Q_EMIT themeChosen(choice); });
        action->setObjectName(u"theme-"_s + themeWord(choice));
        action->setToolTip(tr("Colours of the window."));
        action->setCheckable(true);
        action->setData(int(choice));
        group->addAction(action);
        m_themes << action;
    }
}

void WindowActions::makeCopyMenu(QMenu *menu)
{
    copyRecipeMenu = new QMenu(tr("Cop&y recipe as"), m_window);
    copyRecipeMenu->setObjectName(u"copyRecipe"_s);
    menu->addMenu(copyRecipeMenu);
    const auto forms = exportForms();
    for (std::size_t i = 0; i < forms.size(); ++i) {
        const ExportForm &form = forms[i];
        QAction *action = make(copyRecipeMenu, u"copyAs-"_s + QString::fromUtf8(form.word),
                               QCoreApplication::translate("Export", form.title.data()),
                               QCoreApplication::translate("Export", form.help.data()));
        connect(action, &QAction::triggered, this, [this, i] { Q_EMIT exportFormChosen(int(i)); });
    }
}

void WindowActions::setTheme(ThemeChoice choice)
{
    for (QAction *action : std::as_const(m_themes))
        action->setChecked(ThemeChoice(action->data().toInt()) == choice);
}

void WindowActions::refreshIcons()
{
    const QPalette &palette = m_window->palette();
    undo->setIcon(themeIcon(u"edit-undo"_s, palette));
    redo->setIcon(themeIcon(u"edit-redo"_s, palette));
    undoHistory->setIcon(themeIcon(u"view-history"_s, palette));
}

/// Typing that is no recipe yet is taken back first.
void WindowActions::refreshUndo(const Document &document, const RecipeSides &sides)
{
    const QString undone = sides.yaml()->canUndo() ? tr("typing") : document.undoText();
    const QString redone = sides.yaml()->canRedo() ? tr("typing") : document.redoText();
    undo->setText(undone.isEmpty() ? tr("&Undo") : tr("&Undo %1").arg(undone));
    undo->setProperty("help", undone.isEmpty() ? tr("Undo") : tr("Undo: %1").arg(undone));
    allow(undo, !undone.isEmpty(), tr("Nothing to undo."));
    redo->setText(redone.isEmpty() ? tr("&Redo") : tr("&Redo %1").arg(redone));
    redo->setProperty("help", redone.isEmpty() ? tr("Redo") : tr("Redo: %1").arg(redone));
    allow(redo, !redone.isEmpty(), tr("Nothing to redo."));
    allow(undoHistory, document.canUndo() || document.canRedo(), tr("Nothing was changed yet."));
}

void WindowActions::refreshSteps(const Document &document, const RecipeSides &sides)
{
    const bool isText = sides.side() == RecipeSides::Side::Yaml;
    const bool hasSteps = !document.recipe().steps().empty();
    const QString noStep = isText ? tr("Show the steps as cards first.")
        : hasSteps                ? tr("Select a step first.")
                                  : tr("The recipe has no steps yet.");
    recipeAsText->setChecked(isText);
    const int step = isText ? -1 : sides.steps()->selectedStep();
    const int last = int(document.recipe().steps().size()) - 1;
    for (QAction *action : {editStep, toggleStep, duplicateStep, deleteStep})
        allow(action, step >= 0, noStep);
    const QString noUnfolding = step >= 0 ? sides.steps()->whyNotUnfolded(step) : noStep;
    allow(unfoldStep, noUnfolding.isEmpty(), noUnfolding);
    allow(moveUp, step > 0, step == 0 ? tr("It is the first step.") : noStep);
    allow(moveDown, step >= 0 && step < last, step >= 0 ? tr("It is the last step.") : noStep);
}

void WindowActions::refresh(const Document &document, const RecipeSides &sides)
{
    const bool isOpen = document.checkpoint() != nullptr;
    const bool hasTarget = document.target() != nullptr;
    const QString noFile = tr("Open a checkpoint first.");
    allow(clearTarget, hasTarget, tr("No target is set."));
    const QString noSwap = document.swapProblem();
    allow(swap, noSwap.isEmpty(), noSwap);
    allow(save, isOpen && document.plan() && !document.plan()->error && !document.isSaving(),
          !isOpen                   ? noFile
              : document.isSaving() ? tr("A file is being saved.")
                                    : tr("A step of the recipe has failed; its card says why."));
    allow(openRecipe, true, {});
    allow(saveRecipe, document.isModified() || sides.yaml()->isReading(), tr("The recipe has no changes to save."));
    allow(saveRecipeAs, !document.recipe().isEmpty(), tr("The recipe is empty."));
    for (QAction *action : copyRecipeMenu->actions())
        allow(action, !document.recipe().isEmpty(), tr("The recipe is empty."));
    allow(clearRecipe, !document.recipe().isEmpty(), tr("The recipe is empty."));
    refreshUndo(document, sides);
    refreshSteps(document, sides);
    for (QAction *action :
         {copyKey, copySource, copyShape, copyPath, copyPython, renameKey, dropKeys, expandAll, collapseAll, find})
        allow(action, isOpen, noFile);
    for (QAction *action : {nextDifference, previousDifference, onlyDifferences, pairKey})
        allow(action, hasTarget && isOpen, isOpen ? tr("Set a target first.") : noFile);
}
