// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of MainWindow: what happens between the document and the panels.
#include "ui/mainwindow.h"

#include "model/base/text.h"
#include "model/recipe/dialects/exportforms.h"
#include "ui/chipbar.h"
#include "ui/emptystate.h"
#include "ui/filterbar.h"
#include "ui/findingspanel.h"
#include "ui/handtext.h"
#include "ui/inspector.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/recipebrowser.h"
#include "ui/recipepanel.h"
#include "ui/recipesides.h"
#include "ui/savedialog.h"
#include "ui/settings.h"
#include "ui/statusstrip.h"
#include "ui/steppalette.h"
#include "ui/targetbox.h"
#include "ui/topbar.h"
#include "ui/touchedby.h"
#include "ui/windowactions.h"
#include "ui/yamlpanel.h"

#include <QClipboard>
#include <QDockWidget>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace {
QString pickleText(const Checkpoint &checkpoint)
{
    NameGrade worst = NameGrade::Known;
    for (const auto &[name, grade] : checkpoint.namesInPickle())
        worst = std::max(worst, grade);
    if (checkpoint.format() == Format::Safetensors)
        return {};
    return worst == NameGrade::Known  ? MainWindow::tr("the pickle names only known types")
        : worst == NameGrade::Unknown ? MainWindow::tr("the pickle names unknown types; nothing is run")
                                      : MainWindow::tr("the pickle names dangerous functions; nothing is run");
}
}

void MainWindow::connectDocument()
{
    connect(&m_document, &Document::checkpointChanged, this, &MainWindow::showCheckpoint);
    connect(&m_document, &Document::planChanged, this, &MainWindow::showPlan);
    connect(&m_document, &Document::targetChanged, this, [this] {
        m_isFresh = m_document.target() != nullptr;
        if (m_isFresh)
            Settings::addRecentTarget(m_document.target()->spec());
        m_topBar->targetBox()->setRecent(Settings::recentTargets());
        m_topBar->refresh();
        rememberFile();
    });
    connect(&m_document, &Document::rootChanged, m_topBar, &TopBar::refresh);
    connect(&m_document, &Document::recipeChanged, this, [this] {
        m_isFresh |= m_document.recipePath() != m_recipePath; // another recipe file, not an edit
        refreshActions();
    });
    connect(&m_document, &Document::historyChanged, this, [this] {
        m_recipePath = m_document.recipePath();
        if (!m_recipePath.isEmpty())
            Settings::addRecentRecipe(m_recipePath);
        refreshActions();
        rememberFile();
    });
    connect(&m_document, &Document::busyChanged, this, &MainWindow::showJob);
    connect(&m_document, &Document::openProgressed, m_status, &StatusStrip::setProgress);
    connect(&m_document, &Document::saveProgressed, m_status, &StatusStrip::setProgress);
    connect(&m_document, &Document::failed, this, &MainWindow::report);
    connect(&m_planningPause, &QTimer::timeout, this, [this] {
        if (m_document.isPlanning() && !m_document.isOpening() && !m_document.isSaving())
            m_status->startJob(tr("Planning"), false);
    });
    connect(m_status, &StatusStrip::cancelRequested, this, [this] {
        // What runs, in the order in which showJob() shows it.
        if (m_document.isSaving()) {
            m_document.cancelSaving();
        } else if (m_document.isOpening()) {
            m_document.cancelOpening();
            m_status->say(m_document.checkpoint() ? tr("Opening was stopped; the file that was open stays.")
                                                  : tr("Opening was stopped; nothing is open."));
        } else if (m_document.isOpeningTarget()) {
            m_document.cancelOpeningTarget();
            m_status->say(m_document.target() ? tr("Opening the target was stopped; the one before stays.")
                                              : tr("Opening the target was stopped; none is set."));
        } else if (m_tree->isCopying()) {
            m_tree->stopCopying();
            m_status->say(tr("Copying was stopped; the clipboard is as it was."));
        }
    });
    m_topBar->targetBox()->setRecent(Settings::recentTargets());
}

void MainWindow::connectActions()
{
    const auto on = [this](QAction *action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    on(m_actions->open, [this] { chooseCheckpoint(); });
    on(m_actions->setTarget, [this] { chooseTarget(); });
    on(m_actions->pasteTarget, [this] { pasteTarget(QGuiApplication::clipboard()->text()); });
    on(m_actions->swap, [this] { m_document.swap(); });
    on(m_actions->clearTarget, [this] { m_document.clearTarget(); });
    on(m_actions->undo, [this] { m_sides->yaml()->canUndo() ? m_sides->yaml()->undo() : m_document.undo(); });
    on(m_actions->redo, [this] { m_sides->yaml()->canRedo() ? m_sides->yaml()->redo() : m_document.redo(); });
    on(m_actions->find, [this] {
        m_filter->line()->setFocus(Qt::ShortcutFocusReason);
        m_filter->line()->selectAll();
    });
    on(m_actions->copyKey, [this] { m_tree->copyKeys(); });
    on(m_actions->copySource, [this] { m_tree->copySourceKeys(); });
    on(m_actions->copyShape, [this] { m_tree->copyShapes(); });
    on(m_actions->copyPath, [this] { m_tree->copyPaths(); });
    on(m_actions->copyPython, [this] { m_tree->copyPython(); });
    on(m_actions->renameKey, [this] { m_tree->rename(HandStep::Kind::Rename); });
    on(m_actions->dropKeys, [this] { m_tree->dropSelected(); });
    on(m_actions->pairKey, [this] { m_tree->pairCurrent(); });
    on(m_actions->onlyDifferences,
       [this] { m_filter->chips()->showOnlyDifferences(m_actions->onlyDifferences->isChecked()); });
    on(m_actions->nextDifference, [this] { m_tree->goToDifference(1); });
    on(m_actions->previousDifference, [this] { m_tree->goToDifference(-1); });
    on(m_actions->expandAll, [this] { m_tree->expandBelow({}); });
    on(m_actions->collapseAll, [this] { m_tree->collapseAllRows(); });
    on(m_actions->restorePanels, [this] { restoreLayout({}); });
    on(m_actions->save, [this] {
        if (!m_saveDialog)
            m_saveDialog = new SaveDialog(&m_document, this);
        m_saveDialog->begin();
    });
    connect(m_actions, &WindowActions::themeChosen, this, &MainWindow::chooseTheme);
    connect(m_actions, &WindowActions::recentChosen, this, &MainWindow::openRecent);
    connect(m_empty, &EmptyState::openRequested, this, &MainWindow::chooseCheckpoint);
    connect(m_empty, &EmptyState::folderRequested, this, &MainWindow::chooseFolder);
    connect(m_empty, &EmptyState::recentRequested, this, &MainWindow::openRecent);
    connect(m_topBar->targetBox(), &TargetBox::targetChosen, this, &MainWindow::openTarget);
    connect(m_topBar->targetBox(), &TargetBox::textPasted, this, &MainWindow::pasteTarget);
    connect(m_topBar->targetBox(), &TargetBox::clearRequested, &m_document, &Document::clearTarget);
    connect(m_topBar->targetBox(), &TargetBox::browseRequested, this, &MainWindow::chooseTarget);
}

void MainWindow::connectStepActions()
{
    const auto on = [this](QAction *action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    on(m_actions->addStep, [this] { showPalette(); });
    on(m_actions->browseRecipes, [this] { showRecipes(); });
    connect(m_recipe, &RecipePanel::browseRequested, this, &MainWindow::showRecipes);
    on(m_actions->recipeAsText, [this] {
        m_recipeDock->show();
        m_sides->showSide(m_actions->recipeAsText->isChecked() ? RecipeSides::Side::Yaml : RecipeSides::Side::Steps);
    });
    connect(m_sides, &RecipeSides::sideChanged, this, &MainWindow::refreshActions);
    connect(m_sides->yaml(), &YamlPanel::draftChanged, this, &MainWindow::refreshActions);
    connect(m_sides->yaml(), &YamlPanel::readingChanged, this, &MainWindow::showJob);
    on(m_actions->editStep, [this] { m_recipe->editStep(m_recipe->selectedStep()); });
    on(m_actions->toggleStep, [this] { m_recipe->toggleSelected(); });
    on(m_actions->duplicateStep, [this] { m_recipe->duplicateSelected(); });
    on(m_actions->unfoldStep, [this] { m_recipe->unfoldSelected(); });
    on(m_actions->deleteStep, [this] { m_recipe->deleteSelected(); });
    on(m_actions->moveUp, [this] { m_recipe->moveSelected(-1); });
    on(m_actions->moveDown, [this] { m_recipe->moveSelected(1); });
    on(m_actions->editBind, [this] {
        showSteps();
        m_recipe->editBind();
    });
    on(m_actions->openRecipe, [this] { chooseRecipe(); });
    on(m_actions->importRecipe, [this] { chooseImport(); });
    on(m_actions->importSettings, [this] { showImport(); });
    connect(m_actions, &WindowActions::exportFormChosen, this,
            [this](int form) { copyRecipe(exportForms()[std::size_t(form)]); });
    connect(m_actions, &WindowActions::recentRecipeChosen, this, &MainWindow::openRecipe);
    on(m_actions->saveRecipe, [this] { saveRecipe(); });
    on(m_actions->saveRecipeAs, [this] { chooseRecipePath(); });
    on(m_actions->clearRecipe, [this] { m_document.setRecipe(Recipe(), tr("Clear recipe")); });
    connect(m_addStep, &QPushButton::clicked, this, &MainWindow::showPalette);
    connect(m_recipe, &RecipePanel::addRequested, this, &MainWindow::showPalette);
    connect(m_recipe, &RecipePanel::stepPointedAt, m_tree, &KeyTreeView::markStep);
    connect(m_recipe, &RecipePanel::said, m_status, &StatusStrip::say);
    connect(m_recipe, &RecipePanel::failed, this, [this](const QString &reason) {
        m_message->showError({Error::Kind::BadRecipe, reason});
    });
    connect(m_recipe, &RecipePanel::selectionChanged, this, &MainWindow::refreshActions);
    connect(m_palette, &StepPalette::chosen, this, [this](const StepKind *kind) {
        showSteps();
        m_recipe->addStep(*kind);
    });
    connect(m_palette, &StepPalette::stepChosen, this, [this](const Step &step) {
        showSteps();
        m_recipe->addStep(step);
    });
    connect(m_status->findingsButton(), &QPushButton::clicked, this,
            [this] { m_findingsDock->setVisible(!m_findingsDock->isVisible()); });
    connect(m_findings, &FindingsPanel::goToRequested, this, &MainWindow::goTo);
}

void MainWindow::copyRecipe(const ExportForm &form)
{
    ExportInput input{m_document.recipe()};
    if (m_document.plan() && m_document.plan()->recipe == m_document.recipe() && !m_document.plan()->error)
        input.plan = m_document.plan();
    if (m_document.checkpoint())
        input.source = m_document.checkpoint()->path().toStdString();
    const Result<std::string> text = form.write(input);
    if (text)
        QGuiApplication::clipboard()->setText(QString::fromStdString(*text));
    else
        report(text.error());
}

void MainWindow::connectTree()
{
    connect(m_tree, &KeyTreeView::currentKeyChanged, this, &MainWindow::inspect);
    connect(m_tree, &KeyTreeView::selectionTotalsChanged, this, [this] { inspect(m_tree->currentIndex()); });
    connect(m_tree, &KeyTreeView::stepMade, this, [this](const HandStep &step, const QString &newName) {
        const int place = int(m_document.recipe().steps().size()); // it sees the names that the tree shows
        m_recipe->closeForms();
        m_document.setRecipe(m_document.recipe().withInserted(place, step.step), undoText(step, newName));
        m_recipe->selectStep(place);
        m_tree->setFocus();
    });
    connect(m_tree, &KeyTreeView::pairMade, this, [this](const HandPairs &pairs) {
        m_recipe->closeForms();
        const auto paired = withPairs(m_document.recipe(), pairs.pairs);
        if (!paired)
            return;
        m_document.setRecipe(paired->recipe, undoText(pairs));
        m_recipe->selectStep(paired->step);
        m_tree->setFocus();
    });
    connect(m_tree, &KeyTreeView::bindMade, this, [this](const HandBind &hand) {
        m_document.setRecipe(withHandBind(m_document.recipe(), hand), undoText(hand));
        m_tree->setFocus();
    });
    connect(m_inspector, &Inspector::pairChosen, m_tree, &KeyTreeView::pair);
    connect(m_inspector, &Inspector::goToRequested, m_tree, &KeyTreeView::goToKey);
    connect(m_tree, &KeyTreeView::refused, this, [this](const QString &reason) {
        m_message->showError({Error::Kind::Usage, reason});
    });
    connect(m_tree, &KeyTreeView::copyingChanged, this, &MainWindow::showJob);
    connect(m_tree, &KeyTreeView::copyProgressed, this, [this](qint64 done, qint64 total) {
        if (!m_document.isSaving() && !m_document.isOpening() && !m_document.isOpeningTarget())
            m_status->setProgress(done, total);
    });
    connect(m_tree, &KeyTreeView::copied, this,
            [this](qint64 rows) { m_status->say(tr("%1 rows were copied.").arg(exactText(rows))); });
    connect(m_tree, &KeyTreeView::sortChosen, &m_loader, &KeyTreeLoader::setSort);
    connect(m_actions->columnsMenu, &QMenu::aboutToShow, this, [this] {
        m_actions->columnsMenu->clear();
        m_tree->fillColumnsMenu(m_actions->columnsMenu);
    });
    connect(&m_loader, &KeyTreeLoader::aboutToShow, m_tree, &KeyTreeView::rememberPlace);
    connect(&m_loader, &KeyTreeLoader::shown, this, &MainWindow::showTree);
    connect(&m_loader, &KeyTreeLoader::runningChanged, this, &MainWindow::checkSettled);
    connect(&m_loader, &KeyTreeLoader::filterErrorChanged, this,
            [this] { m_filter->setProblem(m_loader.filterError()); });
    m_filter->setKeys([this] { return m_loader.whole(); });
    connect(m_filter, &FilterBar::textChanged, this, [this] { m_loader.setFilter(m_filter->text()); });
    connect(m_filter->chips(), &ChipBar::chosenChanged, this, [this] {
        m_loader.setVerdicts(m_filter->chips()->chosen());
        m_actions->onlyDifferences->setChecked(m_filter->chips()->isOnlyDifferences());
    });
}

void MainWindow::showPalette()
{
    m_recipeDock->show();
    m_palette->openBelow(m_addStep, m_recipe->placeOfNext());
}

void MainWindow::showRecipes()
{
    m_recipeDock->show();
    if (!m_browser) {
        m_browser = new RecipeBrowser(&m_document, this);
        connect(m_browser, &RecipeBrowser::chosen, this, [this](const Recipe &recipe, const QString &text) {
            showSteps();
            m_recipe->closeForms();
            m_document.setRecipe(recipe, text);
        });
    }
    m_browser->openBelow(m_addStep);
}

void MainWindow::showSteps()
{
    m_recipeDock->show();
    m_sides->showSide(RecipeSides::Side::Steps);
}

void MainWindow::goTo(const Finding::Where &where)
{
    if (where.step >= 0 && std::size_t(where.step) < m_document.recipe().steps().size()) {
        showSteps();
        m_recipe->selectStep(where.step);
    }
    m_wantedKey.clear();
    if (where.key.empty() || m_tree->goToKey(QString::fromStdString(where.key)))
        return;
    if (m_loader.isFiltered() || m_loader.isRunning())
        m_wantedKey = QString::fromStdString(where.key);
    m_filter->clear();
}

void MainWindow::showCheckpoint()
{
    const auto &checkpoint = m_document.checkpoint();
    rememberTree(); // the one that is still shown
    m_middle->setCurrentIndex(checkpoint ? 1 : 0);
    m_isFresh = true;
    setWindowTitle(checkpoint ? tr("%1[*] – Weightsmith").arg(displayName(checkpoint->fileName().toStdString()))
                              : tr("Weightsmith[*]"));
    showFileText();
    m_wantedKey.clear();
    if (checkpoint) {
        m_filter->clear();
        m_tree->setGroupsToOpen(Settings::openGroups(checkpoint->path()));
        rememberFile();
    }
    m_inspector->setCheckpoint(checkpoint);
    m_topBar->refresh();
    refreshActions();
}

void MainWindow::showFileText()
{
    const auto &checkpoint = m_document.checkpoint();
    if (!checkpoint) {
        m_status->setFileText({});
        return;
    }
    QStringList parts{checkpoint->formatText()};
    if (checkpoint->roots().size() > 1)
        parts << tr("%1 roots").arg(checkpoint->roots().size());
    parts << tr("%1 tensors").arg(exactText(qint64(checkpoint->tensors().size())))
          << bytesText(checkpoint->bytesOnDisk());
    if (const QString pickle = pickleText(*checkpoint); !pickle.isEmpty())
        parts << pickle;
    m_status->setFileText(parts.join(u" · "_s));
}

void MainWindow::showPlan()
{
    m_tree->setHasTarget(m_document.target() != nullptr, !m_document.recipe().steps().empty());
    m_loader.setPlan(m_document.plan());
    m_findings->setFindings(m_document.findings());
    m_status->setFindings(m_findings->warnings(), m_findings->count());
    m_topBar->refresh();
    refreshActions();
    checkSettled();
}

void MainWindow::showTree()
{
    m_filter->chips()->setCounts(m_loader.counts(), m_document.target() != nullptr);
    if (!m_isFresh) {
        m_tree->restorePlace();
    } else {
        // While anything is still on its way, this tree is not the one that was meant.
        const bool isLast = m_keys.tree() && m_keys.tree()->all->plan == m_document.plan() && !m_document.isPlanning()
            && !m_document.isOpening() && !m_document.isOpeningTarget();
        m_isFresh = !isLast;
        m_tree->openFresh();
        if (m_tree->isVisible() && !m_topBar->targetBox()->hasFocus())
            m_tree->setFocus();
    }
    constexpr int filteredRows = 200;
    if (m_loader.isFiltered())
        m_tree->expandUpTo(filteredRows);
    else if (!m_wantedKey.isEmpty())
        m_tree->goToKey(std::exchange(m_wantedKey, {}));
    checkSettled();
}

void MainWindow::inspect(const QModelIndex &index)
{
    const std::shared_ptr<const Plan> plan = m_keys.tree() ? m_keys.tree()->all->plan : nullptr;
    const KeyTotals totals = plan ? m_tree->selectionTotals() : KeyTotals();
    if (totals.rows > 1)
        m_inspector->showTotals(totals);
    else
        m_inspector->showIndex(plan, index);
    m_recipe->markSteps(plan ? stepsOf(*plan, index) : std::vector<int>());
}

void MainWindow::showJob()
{
    if (m_document.isSaving())
        m_status->startJob(tr("Saving"), true);
    else if (m_document.isOpening())
        m_status->startJob(tr("Opening"), true);
    else if (m_document.isOpeningTarget())
        m_status->startJob(tr("Opening the target"), true);
    else if (m_tree->isCopying())
        m_status->startJob(tr("Copying"), true);
    else if (m_sides->yaml()->isReading())
        m_status->startJob(tr("Reading the text"), false);
    else
        m_status->endJob();
    if (m_document.isPlanning())
        m_planningPause.start();
    refreshActions();
    checkSettled();
}

void MainWindow::report(const Error &error)
{
    const bool isDialogs = m_saveDialog && m_saveDialog->isVisible();
    if (!isDialogs) // the save dialog says itself what went wrong with the save
        m_message->showError(error);
    m_topBar->refresh();
    Q_EMIT failed(error.message);
    checkSettled();
}

void MainWindow::rememberFile()
{
    if (!m_document.checkpoint())
        return;
    Settings::addRecentFile({m_document.checkpoint()->path(),
                             m_document.target() ? m_document.target()->spec() : QString(), m_document.recipePath()});
}

void MainWindow::rememberTree()
{
    if (m_keys.tree())
        Settings::setOpenGroups(m_keys.tree()->all->plan->checkpoint->path(), m_tree->openGroups());
}

void MainWindow::refreshActions()
{
    setWindowModified(m_document.isModified());
    m_actions->refresh(m_document, *m_sides);
}
