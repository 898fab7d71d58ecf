// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of MainWindow that opens files and windows, and closes them.
#include "ui/mainwindow.h"

#include "model/base/text.h"
#include "ui/importdialog.h"
#include "ui/keytreeview.h"
#include "ui/messagebar.h"
#include "ui/recipepanel.h"
#include "ui/recipesides.h"
#include "ui/sessions.h"
#include "ui/yamlpanel.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QMimeData>

using namespace Qt::StringLiterals;

namespace {
/// A file dialog that does not block: no nested event loop.
QFileDialog *openFileDialog(QWidget *parent, const QString &title, const QStringList &filters, const QString &folder)
{
    auto *dialog = new QFileDialog(parent, title, folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(filters);
    return dialog;
}

/// Where people look first: beside the file that is open.
QString folderOf(const Document &document)
{
    return document.checkpoint() ? QFileInfo(document.checkpoint()->path()).path() : QString();
}

QFileDialog *openRecipeDialog(QWidget *parent, const QString &title, const Document &document)
{
    return openFileDialog(parent, title,
                          {MainWindow::tr("Recipes (*.yaml *.yml *.json)"), MainWindow::tr("All files (*)")},
                          QFileInfo(document.recipePath()).path());
}

QString fileName(const QString &path)
{
    return displayName(QFileInfo(path).fileName().toStdString());
}
}

void MainWindow::openCheckpoint(const QString &spec)
{
    m_document.openCheckpoint(spec);
    checkSettled();
}

void MainWindow::openTarget(const QString &spec)
{
    m_document.openTarget(spec);
    checkSettled();
}

void MainWindow::openRecipe(const QString &path)
{
    m_document.loadRecipe(path);
    checkSettled();
}

/// What the user opens comes here, or, when the recipe has edits that are not saved, where they say.
void MainWindow::offerOpening(const QString &name, const std::function<void(MainWindow &)> &open)
{
    if (!m_document.checkpoint() || !(m_document.isModified() || m_sides->yaml()->hasDraft())) {
        open(*this);
        return;
    }
    m_message->ask(tr("The recipe has changes that are not saved. Open “%1” in a window of its own, or here, under "
                      "this recipe?")
                       .arg(name),
                   {tr("New window"), [this, open] { open(*openWindow()); }},
                   {tr("Open here"), [this, open] { open(*this); }});
}

void MainWindow::openFile(const QString &path)
{
    offerOpening(fileName(path), [path](MainWindow &window) { window.openCheckpoint(path); });
}

void MainWindow::openRecent(int index)
{
    const QList<RecentFile> files = Settings::recentFiles();
    if (index >= files.size())
        return;
    offerOpening(fileName(files[index].path),
                 [file = files[index]](MainWindow &window) { window.openRecentFile(file); });
}

void MainWindow::openRecentFile(const RecentFile &file)
{
    const bool isOtherTarget = !m_document.target() || m_document.target()->spec() != file.target;
    const bool mayReplace = !m_document.isModified(); // edits are not replaced by what was there before
    m_document.openCheckpoint(file.path, isOtherTarget ? file.target : QString(), mayReplace ? file.recipe : QString());
    checkSettled();
}

void MainWindow::chooseCheckpoint()
{
    QFileDialog *dialog = openFileDialog(
        this, tr("Open a checkpoint"),
        {tr("Checkpoints (*.pt *.pth *.bin *.ckpt *.safetensors *.tar *.pkl *.index.json)"), tr("All files (*)")},
        folderOf(m_document));
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openFile);
    dialog->open();
}

/// A checkpoint in shards is a folder with their index.
void MainWindow::chooseFolder()
{
    QFileDialog *dialog = openFileDialog(this, tr("Open a folder of shards"), {}, folderOf(m_document));
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openFile);
    dialog->open();
}

void MainWindow::chooseTarget()
{
    QFileDialog *dialog = openFileDialog(
        this, tr("Choose a target"),
        {tr("Manifests and checkpoints (*.json *.txt *.pt *.pth *.bin *.ckpt *.safetensors)"), tr("All files (*)")},
        folderOf(m_document));
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openTarget);
    dialog->open();
}

void MainWindow::chooseRecipe()
{
    QFileDialog *dialog = openRecipeDialog(this, tr("Open a recipe"), m_document);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openRecipe);
    dialog->open();
}

void MainWindow::chooseImport()
{
    QFileDialog *dialog = openRecipeDialog(this, tr("Import a recipe"), m_document);
    connect(dialog, &QFileDialog::fileSelected, &m_document, &Document::importRecipe);
    dialog->open();
}

/// What is typed as text becomes the recipe first: the settings take its place.
void MainWindow::showImport()
{
    m_sides->yaml()->commit([this] {
        m_recipe->closeForms();
        if (!m_importDialog) {
            m_importDialog = new ImportDialog(&m_document, this);
            connect(m_importDialog, &ImportDialog::openRequested, this, &MainWindow::openFile);
        }
        m_importDialog->begin();
    });
}

void MainWindow::saveRecipe()
{
    m_sides->yaml()->commit([this] {
        if (m_document.recipePath().isEmpty())
            chooseRecipePath();
        else
            m_document.saveRecipe(m_document.recipePath());
    });
}

void MainWindow::chooseRecipePath()
{
    QFileDialog *dialog = openFileDialog(this, tr("Save the recipe"), {tr("Recipes (*.recipe.yaml)")},
                                         QFileInfo(m_document.recipePath()).path());
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"recipe.yaml"_s);
    connect(dialog, &QFileDialog::fileSelected, &m_document, &Document::saveRecipe);
    dialog->open();
}

void MainWindow::pasteTarget(const QString &text)
{
    if (text.trimmed().isEmpty()) {
        report({Error::Kind::Usage,
                tr("The clipboard holds no text. Copy a list of keys, or the message of a failed load_state_dict.")});
        return;
    }
    m_document.pasteTarget(text, Settings::targetsFolder());
    checkSettled();
}

void MainWindow::keepSessions(const QString &folder)
{
    m_sessionFolder = folder;
    m_sessions = std::make_unique<Sessions>(&m_document, m_message, folder);
    m_sessions->keeper()->setDraft([this] { return m_sides->yaml()->draft(); });
    connect(m_sides->yaml(), &YamlPanel::draftChanged, m_sessions->keeper(), &SessionKeeper::keepLater);
    connect(m_sessions.get(), &Sessions::draftLeft, this, [this](const QString &text) {
        m_recipeDock->show();
        m_sides->showSide(RecipeSides::Side::Yaml);
        m_sides->yaml()->takeDraft(text);
    });
    connect(m_sessions.get(), &Sessions::moreLeft, this, &MainWindow::openWindow);
}

MainWindow *MainWindow::openWindow()
{
    auto *window = new MainWindow;
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->restoreGeometry(saveGeometry());
    window->restoreLayout(m_isFolded ? QByteArray() : saveState(Settings::layoutVersion));
    window->m_tree->restoreColumns(m_tree->columns());
    window->move(pos() + QPoint(1, 1) * Metrics(*this).row);
    window->useTheme(m_theme);
    window->show();
    if (!m_sessionFolder.isEmpty())
        window->keepSessions(m_sessionFolder);
    return window;
}

/// Every window; one that would lose something asks, and stays.
void MainWindow::quitAll()
{
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *widget : all) {
        if (auto *window = qobject_cast<MainWindow *>(widget); window && window->isVisible() && !window->close())
            window->activateWindow();
    }
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const auto closeAnyway = [this] {
        m_mayClose = true;
        close();
    };
    if (m_document.isSaving() && !m_mayClose) {
        event->ignore();
        m_message->ask(tr("A file is being saved. Closing stops it; nothing is left under its name."),
                       {tr("Stop and close"), closeAnyway}, {tr("Cancel"), {}});
        return;
    }
    if (!m_mayClose)
        m_sides->yaml()->commit();
    if (m_sides->yaml()->isReading() && !m_mayClose) { // what it says is known in a moment
        event->ignore();
        m_sides->yaml()->commit([this] { close(); });
        return;
    }
    if ((m_document.isModified() || m_sides->yaml()->hasDraft()) && !m_mayClose) {
        event->ignore();
        m_message->ask(tr("The recipe has changes that are not saved."), {tr("Discard them and close"), closeAnyway},
                       {tr("Cancel"), {}});
        return;
    }
    Settings::setWindow(saveGeometry(), m_isFolded ? QByteArray() : saveState(Settings::layoutVersion));
    Settings::setColumns(m_tree->columns());
    rememberTree();
    m_sessions.reset(); // a clean end
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.first().isLocalFile())
        return;
    event->acceptProposedAction();
    const QString path = urls.first().toLocalFile();
    const bool isRecipe =
        path.endsWith(".yaml"_L1, Qt::CaseInsensitive) || path.endsWith(".yml"_L1, Qt::CaseInsensitive);
    if (isRecipe)
        openRecipe(path);
    else
        openFile(path);
}
