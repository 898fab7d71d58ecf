// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"

#include "ui/choicepopup.h"
#include "ui/emptystate.h"
#include "ui/filterbar.h"
#include "ui/findingspanel.h"
#include "ui/inspector.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/paneltitle.h"
#include "ui/recipesides.h"
#include "ui/savedialog.h"
#include "ui/sessions.h"
#include "ui/settings.h"
#include "ui/statusstrip.h"
#include "ui/steppalette.h"
#include "ui/topbar.h"
#include "ui/windowactions.h"
#include "ui/yamlpanel.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent)
    , m_loader(&m_keys)
    , m_actions(new WindowActions(this))
    , m_topBar(new TopBar(&m_document, m_actions->openMenu, this))
    , m_middle(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_message(new MessageBar(this))
    , m_filter(new FilterBar(this))
    , m_tree(new KeyTreeView(this))
    , m_sides(new RecipeSides(&m_document, this))
    , m_recipe(m_sides->steps())
    , m_inspector(new Inspector(this))
    , m_findings(new FindingsPanel(this))
    , m_status(new StatusStrip(this))
    , m_palette(new StepPalette(&m_document, this))
    , m_commands(new ChoicePopup(tr("Commands"), tr("Search commands"), this))
    , m_history(new ChoicePopup(tr("Undo history"), tr("Search edits"), this))
{
    setObjectName(u"mainWindow"_s);
    setAccessibleName(tr("Weightsmith"));
    setAcceptDrops(true);
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    setContextMenuPolicy(Qt::NoContextMenu);
    auto *bar = new QToolBar(tr("Top bar"), this);
    bar->setObjectName(u"topBar"_s);
    bar->setAccessibleName(tr("Top bar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->addWidget(m_topBar);
    addToolBar(bar);
    m_topBar->setActions(*m_actions);
    m_commands->setObjectName(u"commands"_s);
    m_history->setObjectName(u"history"_s);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setAccessibleName(tr("Status bar"));
    statusBar()->setContentsMargins(0, 0, 0, 0);
    statusBar()->addWidget(m_status, 1);
    m_planningPause.setSingleShot(true);
    m_planningPause.setInterval(250ms);
    makeCentre();
    makePanels();
    connectDocument();
    connectActions();
    connectWindowActions();
    connectStepActions();
    connectTree();

    const int h = Metrics(*this).h;
    setMinimumSize(h * 62, h * 36); // folded, all panels fit into this
    resize(h * 120, h * 70);
    m_defaultLayout = saveState(Settings::layoutVersion);
    restoreGeometry(Settings::geometry());
    restoreLayout(Settings::layout());
    m_tree->restoreColumns(Settings::columns());
    m_theme = Settings::theme();
    m_actions->setTheme(m_theme);
    showCheckpoint();
}

MainWindow::~MainWindow()
{
    m_sessions.reset();
    delete m_sides; // a text that loses the keyboard is given to the document, which goes before the widgets do
}

void MainWindow::makeCentre()
{
    auto *keys = new QWidget(this);
    keys->setAccessibleName(tr("Keys and filter"));
    auto *column = new QVBoxLayout(keys);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filter);
    column->addWidget(m_tree, 1);
    m_tree->setKeys(&m_keys);
    m_middle->setAccessibleName(tr("Middle"));
    m_middle->addWidget(m_empty);
    m_middle->addWidget(keys);
    auto *centre = new QWidget(this);
    centre->setAccessibleName(tr("Workspace"));
    auto *all = new QVBoxLayout(centre);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_message);
    all->addWidget(m_middle, 1);
    setCentralWidget(centre);
}

QDockWidget *MainWindow::makePanel(const QString &name, const QString &title, QWidget *content, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setAccessibleName(title);
    dock->setTitleBarWidget(new PanelTitle(dock));
    dock->setWidget(content);
    addDockWidget(area, dock);
    QAction *toggle = dock->toggleViewAction();
    toggle->setToolTip(tr("Show or hide the panel “%1”.").arg(title));
    m_actions->panelMenu->addAction(toggle);
    return dock;
}

PanelTitle *MainWindow::titleOf(QDockWidget *dock) const
{
    return qobject_cast<PanelTitle *>(dock->titleBarWidget());
}

void MainWindow::makePanels()
{
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    m_recipeDock = makePanel(u"recipeDock"_s, tr("Recipe"), m_sides, Qt::LeftDockWidgetArea);
    m_inspectorDock = makePanel(u"inspectorDock"_s, tr("Inspector"), m_inspector, Qt::RightDockWidgetArea);
    m_findingsDock = makePanel(u"findingsDock"_s, tr("Findings"), m_findings, Qt::BottomDockWidgetArea);
    m_findingsDock->hide();

    m_addStep = new QPushButton(tr("+ Add step"), this);
    m_addStep->setObjectName(u"addStepButton"_s);
    m_addStep->setAccessibleName(tr("Add a step"));
    m_addStep->setToolTip(m_actions->addStep->toolTip());
    m_addStep->setProperty("link", true);
    auto *more = new QToolButton(this);
    more->setText(u"⋯"_s);
    more->setObjectName(u"recipeMenu"_s);
    more->setAccessibleName(tr("Recipe file"));
    more->setToolTip(tr("Open, save or clear the recipe"));
    more->setAutoRaise(true);
    connect(more, &QToolButton::clicked, this,
            [this, more] { m_actions->recipeFileMenu->popup(more->mapToGlobal(QPoint(0, more->height()))); });
    titleOf(m_recipeDock)->addButton(m_sides->switches());
    titleOf(m_recipeDock)->addButton(m_addStep);
    titleOf(m_recipeDock)->addButton(more);
    titleOf(m_inspectorDock)->addButton(m_inspector->switches());
    const int h = Metrics(*this).h;
    m_findings->setMinimumHeight(h * 5);
    resizeDocks({m_recipeDock, m_inspectorDock}, {h * 25, h * 23}, Qt::Horizontal);
}

void MainWindow::restoreLayout(const QByteArray &state)
{
    if (state.isEmpty() || !restoreState(state, Settings::layoutVersion))
        restoreState(m_defaultLayout, Settings::layoutVersion);
    m_isFolded = false;
}

/// A window too narrow for three columns keeps the inspector as a tab beside the recipe.
void MainWindow::foldInspector(bool fold)
{
    if (fold == m_isFolded || m_inspectorDock->isFloating())
        return;
    m_isFolded = fold;
    const bool isShown = m_inspectorDock->isVisible();
    if (fold) {
        tabifyDockWidget(m_recipeDock, m_inspectorDock);
        m_recipeDock->raise();
    } else {
        addDockWidget(Qt::RightDockWidgetArea, m_inspectorDock);
        m_inspectorDock->setVisible(isShown || !m_inspectorDock->isHidden());
        const int h = Metrics(*this).h;
        resizeDocks({m_recipeDock, m_inspectorDock}, {h * 25, h * 23}, Qt::Horizontal);
    }
    for (QDockWidget *dock : {m_recipeDock, m_inspectorDock})
        titleOf(dock)->refresh();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    foldInspector(width() < Metrics(*this).h * 86);
}

bool MainWindow::isSettled() const
{
    return !m_document.isOpening() && !m_document.isOpeningTarget() && !m_document.isReadingRecipe()
        && !m_document.isPlanning() && !m_loader.isRunning() && !m_sides->yaml()->isReading();
}

void MainWindow::checkSettled()
{
    const bool now = isSettled();
    if (now && !std::exchange(m_wasSettled, now))
        Q_EMIT settled();
    m_wasSettled = now;
}

void MainWindow::chooseTheme(ThemeChoice choice)
{
    Settings::setTheme(choice);
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *widget : all) {
        if (auto *window = qobject_cast<MainWindow *>(widget)) {
            window->m_theme = choice;
            window->m_actions->setTheme(choice);
        }
    }
    applyTheme(choice);
}

void MainWindow::useTheme(ThemeChoice choice)
{
    m_theme = choice;
    m_actions->setTheme(choice);
    applyTheme(choice);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        m_actions->refreshIcons();
        m_topBar->refresh();
        inspect(m_tree->currentIndex());
    }
    // The desktop changed its own palette or style: follow it when that is what the user chose.
    if (event->type() == QEvent::ThemeChange && m_theme == ThemeChoice::System)
        QTimer::singleShot(0, this, [this] { applyTheme(m_theme); });
}
