// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of MainWindow that goes by keyboard: commands, the undo history, shortcuts, panels.
#include "ui/mainwindow.h"

#include "ui/choicepopup.h"
#include "ui/findingspanel.h"
#include "ui/inspector.h"
#include "ui/keytreeview.h"
#include "ui/readingorder.h"
#include "ui/recipepanel.h"
#include "ui/recipesides.h"
#include "ui/shortcutsheet.h"
#include "ui/targetbox.h"
#include "ui/topbar.h"
#include "ui/windowactions.h"
#include "ui/yamlpanel.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
/// An entry of the menus with the way to it.
struct Command
{
    QString path; ///< "View › Theme › Dark"
    QAction *action;
};

/// What it does, or why it cannot.
QString helpOf(const QAction &action)
{
    const QString help = action.property("help").toString();
    return action.isEnabled() && !help.isEmpty() ? help : action.toolTip();
}

void collect(const QMenu *menu, const QString &path, QList<Command> &commands)
{
    for (QAction *action : menu->actions()) {
        if (action->isSeparator() || !action->isVisible())
            continue;
        const QString here = u"%1 › %2"_s.arg(path, plainText(*action));
        if (action->menu())
            collect(action->menu(), here, commands);
        else if (std::none_of(commands.begin(), commands.end(), [&](const Command &c) { return c.action == action; }))
            commands << Command{here, action}; // once, where it is first
    }
}
}

void MainWindow::connectWindowActions()
{
    const auto on = [this](QAction *action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    on(m_actions->newWindow, [this] { openWindow(); });
    on(m_actions->openFolder, [this] { chooseFolder(); });
    on(m_actions->closeWindow, [this] { close(); });
    on(m_actions->quit, [this] { quitAll(); });
    on(m_actions->commands, [this] { showCommands(); });
    on(m_actions->undoHistory, [this] { m_sides->yaml()->commit([this] { showHistory(); }); });
    on(m_actions->shortcuts, [this] { showShortcuts(); });
    on(m_actions->nextPanel, [this] { focusPanel(1); });
    on(m_actions->previousPanel, [this] { focusPanel(-1); });
    connect(m_history, &ChoicePopup::chosen, this,
            [this](int choice) { m_document.goToHistory(int(m_document.historyTexts().size()) - choice); });
}

void MainWindow::showCommands()
{
    QList<Command> commands;
    for (const QAction *top : menuBar()->actions())
        collect(top->menu(), plainText(*top), commands);
    std::vector<Choice> choices;
    for (const Command &command : commands) {
        const QString detail = command.action->isChecked() ? u"✓"_s : shortcutText(*command.action);
        choices.push_back({command.path, detail, helpOf(*command.action), command.action->isEnabled()});
    }
    disconnect(m_commands, &ChoicePopup::chosen, this, nullptr);
    connect(m_commands, &ChoicePopup::chosen, this, [commands](int choice) { commands[choice].action->trigger(); });
    const QPoint below = m_topBar->mapToGlobal(QPoint(m_topBar->width() / 2, m_topBar->height()));
    m_commands->open(choices, 0, below - QPoint(Metrics(*this).h * 19, 0));
}

/// The newest edit stands first, so that what is undone lies above what is in force.
void MainWindow::showHistory()
{
    const QStringList texts = m_document.historyTexts();
    const int place = m_document.historyPlace();
    std::vector<Choice> choices;
    for (int at = int(texts.size()); at > 0; --at) {
        const QString detail = at == place ? tr("now") : at > place ? tr("undone") : QString();
        const QString help = at == place ? tr("This is where you are.")
            : at > place                 ? tr("Do everything up to this edit again.")
                                         : tr("Undo every edit after this one.");
        choices.push_back({texts[at - 1], detail, help});
    }
    choices.push_back({tr("As it was opened"), place == 0 ? tr("now") : QString(),
                       place == 0 ? tr("This is where you are.") : tr("Undo everything.")});
    const auto *button = m_topBar->findChild<QToolButton *>(u"historyButton"_s);
    m_history->open(choices, int(texts.size()) - place, button->mapToGlobal(QPoint(0, button->height() + 2)));
}

void MainWindow::showShortcuts()
{
    if (!m_shortcuts)
        m_shortcuts = new ShortcutSheet(menuBar(), this);
    m_shortcuts->show();
    m_shortcuts->raise();
    m_shortcuts->activateWindow();
}

/// Those that are not hidden, from left to right and from top to bottom.
QList<QWidget *> MainWindow::panels() const
{
    QList<QWidget *> all{m_topBar};
    if (!m_recipeDock->isHidden())
        all << m_sides;
    all << m_middle;
    if (!m_inspectorDock->isHidden())
        all << m_inspector;
    if (!m_findingsDock->isHidden())
        all << m_findings;
    return all;
}

bool MainWindow::focusNextPrevChild(bool next)
{
    const QList<QWidget *> stops = tabStops(*this);
    if (stops.isEmpty())
        return false;
    const qsizetype at = stops.indexOf(focusWidget());
    const qsizetype to = at < 0 ? 0 : (at + (next ? 1 : -1) + stops.size()) % stops.size();
    stops[to]->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    return true;
}

void MainWindow::focusPanel(int direction)
{
    const QList<QWidget *> all = panels();
    const QWidget *focus = QApplication::focusWidget();
    qsizetype at = 0;
    for (qsizetype i = 0; i < all.size(); ++i) {
        if (focus && (all[i] == focus || all[i]->isAncestorOf(focus)))
            at = i;
    }
    QWidget *panel = all[(at + direction + all.size()) % all.size()];
    for (QDockWidget *dock : {m_recipeDock, m_inspectorDock, m_findingsDock}) {
        if (dock->isAncestorOf(panel)) {
            dock->raise(); // it may be a tab behind another
            if (dock->isFloating())
                dock->activateWindow();
        }
    }
    QWidget *place = panel == m_topBar                 ? m_topBar->targetBox()
        : panel == m_middle && m_document.checkpoint() ? m_tree
                                                       : tabStops(*panel).value(0, panel);
    if (place)
        place->setFocus(Qt::ShortcutFocusReason);
}
