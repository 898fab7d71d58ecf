// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QObject>

class Document;
class QAction;
class QMainWindow;
class QMenu;
class RecipeSides;

/// What an action is called, without mnemonics and shortcut.
QString plainText(const QAction &action);
/// The shortcuts of an action, "F8" or "Ctrl+F, /"; also those that only its menu text names.
QString shortcutText(const QAction &action);

/// Every action of the window in one place, with its shortcut, its menu and the reason why it is disabled.
class WindowActions final : public QObject
{
    Q_OBJECT

public:
    explicit WindowActions(QMainWindow *window);

    /// Enable what makes sense now; say in the tooltip why the rest does not.
    void refresh(const Document &document, const RecipeSides &sides);
    /// Icons in the colours of the palette.
    void refreshIcons();
    void setTheme(ThemeChoice choice);

    QMenu *openMenu; ///< open and recent files: also behind the open button
    QMenu *recentRecipes;
    QMenu *copyRecipeMenu; ///< the forms of exportForms()
    QMenu *recipeFileMenu; ///< open, save: also in the recipe's title
    QMenu *panelMenu;
    QMenu *columnsMenu; ///< filled when it opens
    QAction *newWindow, *open, *openFolder, *setTarget, *pasteTarget, *swap, *clearTarget, *openRecipe, *importRecipe,
        *importSettings, *saveRecipe, *saveRecipeAs, *save, *closeWindow, *quit;
    QAction *undo, *redo, *undoHistory, *find, *copyKey, *copySource, *copyShape, *copyPath, *copyPython, *renameKey,
        *dropKeys, *pairKey;
    QAction *addStep, *browseRecipes, *editStep, *toggleStep, *duplicateStep, *unfoldStep, *deleteStep, *moveUp,
        *moveDown, *editBind, *clearRecipe;
    QAction *recipeAsText;
    QAction *nextDifference, *previousDifference, *onlyDifferences, *expandAll, *collapseAll, *restorePanels;
    QAction *nextPanel, *previousPanel, *commands, *shortcuts;

Q_SIGNALS:
    void themeChosen(ThemeChoice choice);
    void recentChosen(int index);
    void recentRecipeChosen(const QString &path);
    void exportFormChosen(int index);

private:
    QAction *make(QMenu *menu, const QString &name, const QString &text, const QString &help,
                  const QList<QKeySequence> &keys = {});
    void makeFileMenu(QMenu *menu);
    void makeEditMenu(QMenu *menu);
    void makeRecipeMenu(QMenu *menu);
    void makeViewMenu(QMenu *menu);
    void makeThemeMenu(QMenu *menu);
    void makeCopyMenu(QMenu *menu);
    void makeHelpMenu(QMenu *menu);
    void refreshUndo(const Document &document, const RecipeSides &sides);
    void refreshSteps(const Document &document, const RecipeSides &sides);
    void fillRecent();
    void fillRecentRecipes();

    QMainWindow *m_window;
    QList<QAction *> m_themes;
};
