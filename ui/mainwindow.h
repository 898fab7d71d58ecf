// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/document/document.h"
#include "model/items/keytreeloader.h"
#include "model/items/keytreemodel.h"
#include "ui/settings.h"

#include <QMainWindow>
#include <QTimer>

#include <functional>

class ChoicePopup;
class EmptyState;
struct ExportForm;
class FilterBar;
class FindingsPanel;
class ImportDialog;
class Inspector;
class KeyTreeView;
class MessageBar;
class PanelTitle;
class QDockWidget;
class QPushButton;
class QStackedWidget;
class RecipeBrowser;
class RecipePanel;
class RecipeSides;
class SaveDialog;
class Sessions;
class ShortcutSheet;
class StatusStrip;
class StepPalette;
class TopBar;
class WindowActions;

/// The window: one document, its panels, and what connects them.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    Document *document() { return &m_document; }
    void openCheckpoint(const QString &spec);
    void openTarget(const QString &spec);
    void openRecipe(const QString &path);
    /// Keep unsaved recipes in this folder for the case of a crash, and offer those that a crash left there.
    void keepSessions(const QString &folder);
    /// Another window, laid out as this one, with nothing open. It deletes itself when it is closed.
    MainWindow *openWindow();
    /// Use this theme now and remember it.
    void chooseTheme(ThemeChoice choice);
    /// Use this theme for this run only.
    void useTheme(ThemeChoice choice);
    /// Nothing is being opened, planned or laid out: what is shown is what there is.
    bool isSettled() const;

Q_SIGNALS:
    /// isSettled() has become true.
    void settled();
    /// The action just asked for failed; the message bar says so too.
    void failed(const QString &message);

protected:
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeCentre();
    void makePanels();
    QDockWidget *makePanel(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area);
    PanelTitle *titleOf(QDockWidget *dock) const;
    void restoreLayout(const QByteArray &state);
    void foldInspector(bool fold);
    void connectDocument();
    void connectActions();
    void connectStepActions();
    void connectTree();

    void connectWindowActions();

    void chooseCheckpoint();
    void chooseFolder();
    void pasteTarget(const QString &text);
    void openFile(const QString &path);
    void offerOpening(const QString &name, const std::function<void(MainWindow &)> &open);
    void quitAll();
    void chooseTarget();
    void chooseRecipe();
    void chooseImport();
    void showImport();
    /// Put the recipe into the clipboard in another form, or say what prevents it.
    void copyRecipe(const ExportForm &form);
    void saveRecipe();
    void chooseRecipePath();
    void openRecent(int index);
    void openRecentFile(const RecentFile &file);
    void showPalette();
    void showRecipes();
    void showCommands();
    void showHistory();
    void showShortcuts();
    void focusPanel(int direction);
    QList<QWidget *> panels() const;
    void showSteps();
    void goTo(const Finding::Where &where);

    void showCheckpoint();
    void showFileText();
    void showPlan();
    void showTree();
    void showJob();
    void inspect(const QModelIndex &index);
    void report(const Error &error);
    void rememberFile();
    void rememberTree();
    void refreshActions();
    void checkSettled();

    Document m_document;
    KeyTreeModel m_keys;
    KeyTreeLoader m_loader;
    WindowActions *m_actions;
    TopBar *m_topBar;
    QStackedWidget *m_middle;
    EmptyState *m_empty;
    MessageBar *m_message;
    FilterBar *m_filter;
    KeyTreeView *m_tree;
    RecipeSides *m_sides;
    RecipePanel *m_recipe; ///< the cards
    Inspector *m_inspector;
    FindingsPanel *m_findings;
    StatusStrip *m_status;
    StepPalette *m_palette;
    RecipeBrowser *m_browser = nullptr; ///< made when it is first asked for
    ChoicePopup *m_commands;
    ChoicePopup *m_history;
    ShortcutSheet *m_shortcuts = nullptr;
    SaveDialog *m_saveDialog = nullptr;
    ImportDialog *m_importDialog = nullptr;
    QPushButton *m_addStep = nullptr;
    QDockWidget *m_recipeDock = nullptr;
    QDockWidget *m_inspectorDock = nullptr;
    QDockWidget *m_findingsDock = nullptr;
    QByteArray m_defaultLayout;
    std::unique_ptr<Sessions> m_sessions;
    QString m_sessionFolder;
    QTimer m_planningPause; ///< planning is shown only when it takes long enough to be seen
    ThemeChoice m_theme = ThemeChoice::System;
    QString m_recipePath; ///< of the recipe shown
    QString m_wantedKey; ///< to go to once the tree has it: a filter hid it
    bool m_isFresh = false; ///< the next tree is the first of a checkpoint, a target or a recipe file
    bool m_isFolded = false;
    bool m_mayClose = false; ///< the user agreed to lose recipe edits
    bool m_wasSettled = true;
};
