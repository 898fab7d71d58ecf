// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/importdialog.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "model/recipe/dialects/exportsettings.h"
#include "ui/theme.h"
#include "ui/visslform.h"

#include <QClipboard>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {
QLabel *wrapped(QWidget *parent, const QString &name, const QString &accessibleName)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(accessibleName);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

/// "Set APPEND_PREFIX to trunk.", "Clear REMOVE_PREFIX and APPEND_PREFIX".
QString repairText(const std::vector<std::string> &words)
{
    QStringList names;
    for (const std::string &word : words)
        names << displayName(word.substr(0, word.find('=')));
    const std::string value = words.front().substr(words.front().find('=') + 1);
    if (value.empty())
        return ImportDialog::tr("Clear %1").arg(names.join(ImportDialog::tr(" and ")));
    return ImportDialog::tr("Set %1 to %2").arg(names.join(ImportDialog::tr(" and ")), displayName(value));
}
}

ImportDialog::ImportDialog(Document *document, QWidget *parent)
    : QDialog(parent)
    , m_document(document)
    , m_form(new VisslForm(this))
    , m_remarks(new QVBoxLayout)
    , m_others(wrapped(this, u"importOthers"_s, tr("What was read")))
    , m_problem(wrapped(this, u"importProblem"_s, tr("Why it cannot be imported")))
    , m_fit(wrapped(this, u"importFit"_s, tr("What the settings do to the open file")))
    , m_keep(new QPushButton(tr("Keep as recipe"), this))
{
    const Metrics m(*this);
    setObjectName(u"importDialog"_s);
    setWindowTitle(tr("Import settings"));
    setAccessibleName(windowTitle());
    setMinimumWidth(m.h * 42);
    auto *file = new QPushButton(tr("Read a file…"), this);
    file->setObjectName(u"importFile"_s);
    file->setAccessibleName(tr("Read settings from a file"));
    file->setToolTip(tr("VISSL's YAML; revise_keys or init_cfg of MMEngine; key_mapping of transformers; a mapper of "
                        "vLLM; a table of torchtune; CSV. They are read as data; nothing in them is run."));
    auto *paste = new QPushButton(tr("Paste"), this);
    paste->setObjectName(u"importPaste"_s);
    paste->setAccessibleName(tr("Read settings from the clipboard"));
    paste->setToolTip(tr("The same as text, or a command line with config.MODEL.WEIGHTS_INIT.…=…"));
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(u"importCancel"_s);
    cancel->setAccessibleName(tr("Cancel, and leave the recipe as it was"));
    for (QPushButton *button : {file, paste, cancel})
        button->setAutoDefault(false);
    m_keep->setObjectName(u"importKeep"_s);
    m_keep->setAccessibleName(m_keep->text());
    m_keep->setProperty("primary", true);
    m_keep->setDefault(true);
    auto *top = new QHBoxLayout;
    top->addWidget(file);
    top->addWidget(paste);
    top->addStretch();
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_keep);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(m.padding * 3 / 2, m.padding * 3 / 2, m.padding * 3 / 2, m.padding * 3 / 2);
    column->setSpacing(m.padding);
    column->addLayout(top);
    column->addWidget(m_form);
    column->addWidget(m_others);
    column->addLayout(m_remarks);
    column->addWidget(m_problem);
    column->addWidget(m_fit);
    column->addStretch();
    column->addLayout(buttons);
    tint(m_problem, Tone::Missing);

    connect(file, &QPushButton::clicked, this, &ImportDialog::chooseFile);
    connect(paste, &QPushButton::clicked, this, [this] { readText(QGuiApplication::clipboard()->text()); });
    connect(cancel, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_keep, &QPushButton::clicked, this, &ImportDialog::accept);
    connect(m_form, &VisslForm::edited, this, &ImportDialog::apply);
    connect(m_form, &VisslForm::openRequested, this, &ImportDialog::openRequested);
    connect(document, &Document::planChanged, this, &ImportDialog::showFit);
}

void ImportDialog::begin()
{
    if (!isVisible()) {
        static int count = 0;
        m_session = u"import-%1"_s.arg(++count);
        m_before = m_document->recipe();
        m_read.clear();
        m_source.clear();
        m_isApplied = false;
        const Result<VisslSettings> now = visslSettings(m_before);
        m_form->setSettings(now ? *now : VisslSettings());
        m_form->show();
        m_others->hide();
        m_problem->hide();
        showRemarks({});
        m_keep->setEnabled(false);
        m_keep->setToolTip(tr("Read settings, or change one."));
    }
    showFit();
    show();
    raise();
    activateWindow();
}

void ImportDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Read settings"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Settings (*.yaml *.yml *.json *.py *.csv *.tsv *.txt *.sh)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &ImportDialog::readFile);
    dialog->open();
}

void ImportDialog::readFile(const QString &path)
{
    constexpr qint64 largest = 4 << 20; // as recipes
    QFile file(path);
    const QString name = displayName(QFileInfo(path).fileName().toStdString());
    if (!file.open(QIODevice::ReadOnly))
        return showError({Error::Kind::Unreadable, tr("“%1” cannot be read: %2.").arg(name, file.errorString()), path});
    if (file.size() > largest)
        return showError({Error::Kind::BadRecipe,
                          tr("“%1” has %2: too large to be settings.").arg(name, bytesText(file.size())), path});
    readText(QString::fromUtf8(file.readAll()), path);
}

void ImportDialog::readText(const QString &text, const QString &name)
{
    if (text.trimmed().isEmpty())
        return showError({Error::Kind::Usage, tr("There is no text. Copy settings first.")});
    ImportInput input;
    input.text = text.toStdString();
    input.name = name.toStdString();
    if (settingsKind(input.text, input.name) != SettingsKind::Vissl)
        return readOthers(input);
    Result<VisslText> read =
        readVissl(text.toStdString(), {}, m_form->settings().dialect, VisslBlock::Either, name.toStdString());
    if (!read)
        return showError(read.error());
    m_read = std::move(read->remarks);
    m_source = name.toStdString();
    m_form->setSettings(read->settings);
    apply();
}

void ImportDialog::apply()
{
    const Result<Imported> imported = visslRecipe(m_form->settings(), m_source);
    if (!imported)
        return showError(imported.error());
    std::vector<ImportRemark> remarks = m_read;
    remarks.insert(remarks.end(), imported->remarks.begin(), imported->remarks.end());
    m_form->show();
    m_others->hide();
    use(*imported, remarks);
}

/// Rules of another program, which have no form.
void ImportDialog::readOthers(const ImportInput &input)
{
    const Result<Imported> imported = importSettings(input);
    if (!imported)
        return showError(imported.error());
    const int steps = int(imported->recipe.steps().size());
    m_others->setText(steps == 1 ? tr("%1: one step").arg(displayName(imported->recipe.name()))
                                 : tr("%1: %2 steps").arg(displayName(imported->recipe.name())).arg(steps));
    m_form->hide();
    m_others->show();
    use(*imported, imported->remarks);
}

void ImportDialog::use(const Imported &imported, const std::vector<ImportRemark> &remarks)
{
    m_problem->hide();
    showRemarks(remarks);
    m_isApplied = true;
    m_keep->setEnabled(true);
    m_keep->setToolTip(tr("The steps stay; undo takes them back."));
    m_document->setRecipe(imported.recipe, tr("Import settings"), m_session);
}

/// Each with a button that does what it advises.
void ImportDialog::showRemarks(const std::vector<ImportRemark> &remarks)
{
    while (QLayoutItem *item = m_remarks->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater(); // it may be the button that was pressed
        }
        delete item;
    }
    for (const ImportRemark &remark : remarks) {
        auto *row = new QWidget(this);
        row->setAccessibleName(tr("Remark"));
        auto *line = new QVBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(Metrics(*this).gap);
        auto *label = wrapped(row, u"importRemark"_s, tr("Remark"));
        const bool isInfo = remark.finding.severity == Finding::Severity::Info;
        label->setText((isInfo ? u"ⓘ "_s : u"⚠ "_s) + remark.finding.message);
        tint(label, isInfo ? Tone::Muted : Tone::Unexpected);
        line->addWidget(label);
        if (!remark.repair.empty()) {
            auto *button = new QPushButton(repairText(remark.repair), row);
            button->setObjectName(u"importRepair"_s);
            button->setAccessibleName(button->text());
            button->setAutoDefault(false);
            connect(button, &QPushButton::clicked, this, [this, words = remark.repair] {
                const Result<VisslSettings> mended = changedVissl(m_form->settings(), words);
                if (!mended)
                    return showError(mended.error());
                m_form->setSettings(*mended);
                apply();
            });
            line->addWidget(button, 0, Qt::AlignLeft);
        }
        m_remarks->addWidget(row);
        row->show(); // a layout counts what is shown
    }
    fitHeight();
}

void ImportDialog::showError(const Error &error)
{
    m_problem->setText(u"✗ "_s + error.message);
    m_problem->show();
    fitHeight();
}

/// What the window shows of it, in a line.
void ImportDialog::showFit()
{
    if (!m_document->checkpoint() || !m_document->plan()) {
        m_fit->setText(tr("Open a checkpoint to see what the settings do to it."));
    } else if (const auto &error = m_document->plan()->error) {
        m_fit->setText(u"✗ "_s + error->message);
    } else if (const auto &fit = m_document->fit()) {
        const Coverage &c = fit->coverage;
        QStringList parts{tr("%1 of %2 target keys are loaded").arg(exactText(c.tensors), exactText(c.allTensors))};
        if (fit->skipped > 0)
            parts << tr("%1 skipped").arg(exactText(fit->skipped));
        if (fit->missing > 0)
            parts << tr("%1 missing").arg(exactText(fit->missing));
        if (fit->sizeMismatches > 0)
            parts << tr("%1 of another size").arg(exactText(fit->sizeMismatches));
        if (fit->unexpected > 0)
            parts << tr("%1 unexpected").arg(exactText(fit->unexpected));
        m_fit->setText(parts.join(u" · "_s));
    } else {
        m_fit->setText(tr("%1 keys come out. Set a target to see whether they fit.")
                           .arg(exactText(qint64(m_document->plan()->outputs.size()))));
    }
    const bool isBad = m_document->plan() && m_document->plan()->error;
    tint(m_fit, isBad ? Tone::Missing : Tone::Muted);
    fitHeight();
}

/// As high as what it says, and as wide as it was.
void ImportDialog::fitHeight()
{
    layout()->activate();
    resize(width(), layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : sizeHint().height());
}

void ImportDialog::reject()
{
    if (std::exchange(m_isApplied, false))
        m_document->setRecipe(m_before, tr("Import settings"), m_session);
    QDialog::reject();
}
