// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/savedialog.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "ui/theme.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {
QLabel *wrapped(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setAccessibleName(name);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString secondsText(double seconds)
{
    if (seconds < 60)
        return SaveDialog::tr("%1 s").arg(qMax(1, qRound(seconds)));
    return SaveDialog::tr("%1 min %2 s").arg(int(seconds) / 60).arg(int(seconds) % 60);
}

QString quoted(const QString &path)
{
    QString text = path;
    return u'"' + text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s) + u'"';
}

/// Python that reads what an index names into `state`.
QString shardsSnippet(const QString &index, OutputFormat format)
{
    const bool isTorch = format == OutputFormat::Torch;
    const QString import = isTorch ? u"import torch"_s : u"from safetensors.torch import load_file"_s;
    const QString read = isTorch ? u"torch.load(%1, map_location=\"cpu\", weights_only=True)"_s : u"load_file(%1)"_s;
    return u"import json\nfrom pathlib import Path\n\n%1\n\nindex = Path(%2)\nstate = {}\n"
           "for name in sorted(set(json.loads(index.read_bytes())[\"weight_map\"].values())):\n"
           "    state.update(%3)\n"_s.arg(import, index, read.arg(u"index.parent / name"_s));
}
}

SaveDialog::SaveDialog(Document *document, QWidget *parent)
    : QDialog(parent)
    , m_document(document)
    , m_fields(new SaveFields(this))
    , m_problem(wrapped(this, tr("Why it cannot be saved")))
    , m_save(new QPushButton(tr("Save"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    const Metrics m(*this);
    setObjectName(u"saveDialog"_s);
    setWindowTitle(tr("Save as"));
    setAccessibleName(tr("Save as"));
    setMinimumWidth(m.h * 48);
    m_pages = {makeBefore(), makeDuring(), makeAfter()};
    m_save->setObjectName(u"saveStart"_s);
    m_save->setAccessibleName(tr("Save"));
    m_save->setProperty("primary", true);
    m_save->setDefault(true);
    m_cancel->setObjectName(u"saveCancel"_s);
    m_cancel->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_problem, 1);
    buttons->addStretch();
    buttons->addWidget(m_cancel, 0, Qt::AlignBottom);
    buttons->addWidget(m_save, 0, Qt::AlignBottom);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(m.padding * 3 / 2, m.padding * 3 / 2, m.padding * 3 / 2, m.padding * 3 / 2);
    column->setSpacing(m.padding);
    column->addWidget(m_fields);
    for (QWidget *page : m_pages)
        column->addWidget(page);
    column->addStretch();
    column->addLayout(buttons);

    connect(m_fields, &SaveFields::changed, this, &SaveDialog::refresh);
    connect(m_save, &QPushButton::clicked, this, &SaveDialog::start);
    connect(m_cancel, &QPushButton::clicked, this, &SaveDialog::reject);
    connect(document, &Document::planChanged, this, &SaveDialog::refresh);
    connect(document, &Document::savePreviewed, this, [this](const Result<SavePreview> &preview) {
        if (m_fields->problem().isEmpty()) // else it answers an earlier question
            showPreview(preview);
    });
    connect(document, &Document::saveProgressed, this, &SaveDialog::showProgress);
    connect(document, &Document::saved, this, &SaveDialog::showReport);
    connect(document, &Document::failed, this, [this](const Error &error) {
        if (m_isOurs)
            showFailure(error);
    });
    connect(document, &Document::busyChanged, this, [this] {
        if (!m_document->isSaving() && std::exchange(m_isOurs, false) && m_page == During)
            showPage(Before); // cancelled
    });
    showPage(Before);
}

QWidget *SaveDialog::makeBefore()
{
    m_preview = wrapped(this, tr("What will be written"));
    m_preview->setObjectName(u"savePreview"_s);
    m_preview->setTextFormat(Qt::RichText);
    return m_preview;
}

QWidget *SaveDialog::makeDuring()
{
    auto *page = new QWidget(this);
    page->setAccessibleName(tr("Progress"));
    m_bar = new QProgressBar(page);
    m_bar->setAccessibleName(tr("Progress of the save"));
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 1000);
    m_rate = wrapped(page, tr("Rate and time left"));
    m_rate->setObjectName(u"saveRate"_s);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_bar);
    column->addWidget(m_rate);
    column->addStretch();
    return page;
}

QWidget *SaveDialog::makeAfter()
{
    auto *page = new QWidget(this);
    page->setAccessibleName(tr("Result"));
    m_result = wrapped(page, tr("What was written"));
    m_result->setObjectName(u"saveResult"_s);
    m_result->setTextFormat(Qt::RichText);
    m_folder = new QPushButton(tr("Show in folder"), page);
    m_folder->setAccessibleName(m_folder->text());
    m_folder->setAutoDefault(false);
    m_snippet = new QPushButton(tr("Copy load snippet"), page);
    m_snippet->setObjectName(u"saveSnippet"_s);
    m_snippet->setAccessibleName(m_snippet->text());
    m_snippet->setAutoDefault(false);
    auto *row = new QHBoxLayout;
    row->addWidget(m_folder);
    row->addWidget(m_snippet);
    row->addStretch();
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Metrics(*this).padding);
    column->addWidget(m_result);
    column->addLayout(row);
    column->addStretch();
    connect(m_folder, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_report.path).absolutePath())); });
    connect(m_snippet, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(loadSnippet());
        m_snippet->setText(tr("Copied"));
    });
    return page;
}

void SaveDialog::begin()
{
    if (!m_document->isSaving()) {
        const QFileInfo source(m_document->checkpoint()->path());
        QString name = source.completeBaseName() + u"-converted.safetensors"_s;
        m_fields->setSource(source.absoluteFilePath());
        m_fields->setPath(source.absolutePath() + u'/' + name);
        m_isFresh = true;
        showPage(Before);
    }
    show();
    raise();
    activateWindow();
}

void SaveDialog::showPage(Page page)
{
    m_page = page;
    for (std::size_t at = 0; at < m_pages.size(); ++at)
        m_pages[at]->setVisible(at == std::size_t(page));
    m_fields->setVisible(page != After);
    m_fields->setEnabled(page == Before);
    m_save->setVisible(page == Before);
    m_cancel->setText(page == After ? tr("Close") : page == During ? tr("Stop") : tr("Cancel"));
    m_cancel->setAccessibleName(m_cancel->text());
    m_problem->setVisible(page == Before);
    if (page == Before)
        refresh();
    else
        fitHeight();
}

/// As high as what it says, and as wide as it was.
void SaveDialog::fitHeight()
{
    layout()->activate();
    const int high = hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : sizeHint().height();
    resize(width(), high);
}

QString SaveDialog::fitText() const
{
    const auto &fit = m_document->fit();
    if (!fit)
        return tr("no target is set: every key of the result is written");
    const Coverage &c = fit->coverage;
    const QString part = tr("%1 of %2 target keys get their values").arg(exactText(c.tensors), exactText(c.allTensors));
    if (fit->complete)
        return tr("✓ complete: %1").arg(part);
    QStringList rest;
    if (fit->missing > 0)
        rest << tr("%1 missing").arg(exactText(fit->missing));
    if (fit->sizeMismatches > 0)
        rest << tr("%1 of another size").arg(exactText(fit->sizeMismatches));
    if (fit->unexpected > 0)
        rest << tr("%1 unexpected, left out").arg(exactText(fit->unexpected));
    return tr("✗ not complete: %1")
        .arg(QStringList{part, rest.join(u", "_s)}.join(rest.isEmpty() ? QString() : u"; "_s));
}

QString SaveDialog::filesText(const QStringList &files, qint64 most) const
{
    if (files.size() == 1)
        return tr("one: all of it is no more than %1").arg(bytesText(most));
    const auto name = [](const QString &path) { return displayName(QFileInfo(path).fileName().toStdString()); };
    return tr("%1 shards, %2 and on, and the index %3")
        .arg(exactText(files.size() - 1), name(files.front()), name(files.back()));
}

QString SaveDialog::previewText(const SavePreview &preview) const
{
    QStringList rows;
    const auto row = [&rows](const QString &label, const QString &text) {
        rows << u"<tr><td style='padding-right:16px'>%1</td><td>%2</td></tr>"_s.arg(label, text.toHtmlEscaped());
    };
    row(tr("Size"), tr("%1 in %2 tensors").arg(bytesText(preview.bytes), exactText(preview.tensors)));
    if (const qint64 most = m_fields->options().maxShardBytes; most > 0)
        row(tr("Files"), filesText(preview.files, most));
    row(tr("Free there"), bytesText(preview.freeBytes));
    row(tr("Copied"), tr("%1, byte for byte").arg(bytesText(preview.copiedBytes)));
    row(tr("Computed"), preview.computedBytes > 0 ? bytesText(preview.computedBytes) : tr("nothing"));
    const auto &plan = m_document->plan();
    const qint64 dropped = plan ? qint64(plan->dropped.size()) : 0;
    const qint64 left = plan && plan->table ? qint64(plan->table->rows.size()) - preview.tensors : 0;
    QStringList gone;
    if (dropped > 0)
        gone << tr("%1 dropped by steps").arg(exactText(dropped));
    if (left > 0)
        gone << tr("%1 the target does not take").arg(exactText(left));
    row(tr("Left out"), gone.isEmpty() ? tr("nothing") : gone.join(u", "_s));
    row(tr("Fit"), fitText());
    QString html = u"<table cellspacing='0' cellpadding='2'>%1</table>"_s.arg(rows.join(QString()));
    for (const Finding &finding : preview.findings)
        html += u"<p>⚠ %1</p>"_s.arg(finding.message.toHtmlEscaped());
    return html;
}

void SaveDialog::refresh()
{
    if (m_page != Before || !m_document->checkpoint())
        return;
    m_save->setEnabled(false); // until it is known that it can be saved
    m_save->setToolTip(tr("What would be saved is being worked out."));
    if (const QString &problem = m_fields->problem(); !problem.isEmpty()) {
        showPreview(Error{Error::Kind::Usage, problem});
        return;
    }
    m_document->previewSave(m_fields->options());
}

void SaveDialog::showPreview(const Result<SavePreview> &preview)
{
    if (m_page != Before)
        return;
    const QString problem = preview ? m_fields->consentProblem() : preview.error().message;
    const bool isSaid = problem.isEmpty() || problem == m_fields->problem(); // at the field
    m_save->setEnabled(problem.isEmpty());
    m_save->setToolTip(problem);
    if (std::exchange(m_isFresh, false) && m_save->isEnabled())
        m_save->setFocus();
    tint(m_problem, Tone::Unexpected);
    m_problem->setText(isSaid ? QString() : u"⚠ "_s + problem);
    if (preview)
        m_preview->setText(previewText(*preview));
    else
        m_preview->setText(
            u"<table cellspacing='0' cellpadding='2'><tr><td style='padding-right:16px'>%1</td><td>%2</td></tr></table>"_s
                .arg(tr("Fit"), fitText().toHtmlEscaped()));
    fitHeight();
}

void SaveDialog::start()
{
    m_isOurs = true;
    m_clock.start();
    m_bar->setValue(0);
    m_rate->setText(tr("Starting…"));
    showPage(During);
    m_document->save(m_fields->options());
}

void SaveDialog::showProgress(qint64 done, qint64 total)
{
    if (total <= 0)
        return;
    m_bar->setValue(int(double(done) / double(total) * 1000));
    const double seconds = double(m_clock.elapsed()) / 1000;
    const double rate = seconds > 0 ? double(done) / seconds : 0;
    const QString left =
        rate > 0 && done < total ? tr(" · %1 left").arg(secondsText(double(total - done) / rate)) : QString();
    m_rate->setText(tr("%1 of %2 · %3/s%4").arg(bytesText(done), bytesText(total), bytesText(qint64(rate)), left));
}

void SaveDialog::showReport(const SaveReport &report)
{
    m_isOurs = false;
    m_report = report;
    QString text =
        tr("<b>✓ Saved %1</b><br>%2 in %3 tensors, %4 s. Opened again and compared with the plan: the file's size and "
           "every tensor's name, dtype, shape, strides and place are as planned.")
            .arg(displayName(QFileInfo(report.path).fileName().toStdString()).toHtmlEscaped(), bytesText(report.bytes),
                 exactText(report.tensors), QString::number(report.seconds, 'f', 2));
    if (report.files.size() > 1)
        text += tr("<br>The index of %1 shards.").arg(exactText(report.files.size() - 1));
    if (!report.certificatePath.isEmpty())
        text += tr("<br>Certificate: %1").arg(QFileInfo(report.certificatePath).fileName().toHtmlEscaped());
    for (const Finding &finding : report.findings)
        text += u"<br>⚠ %1"_s.arg(finding.message.toHtmlEscaped());
    m_result->setText(text);
    m_snippet->setText(tr("Copy load snippet"));
    m_snippet->setToolTip(loadSnippet());
    showPage(After);
}

void SaveDialog::showFailure(const Error &error)
{
    m_isOurs = false;
    showPage(Before);
    tint(m_problem, Tone::Missing);
    m_problem->setText(u"✗ "_s + error.message);
}

QString SaveDialog::loadSnippet() const
{
    const QString path = quoted(m_report.path);
    const bool strict = m_document->fit() && m_document->fit()->complete;
    const QString load = strict ? u"model.load_state_dict(state)"_s : u"model.load_state_dict(state, strict=False)"_s;
    if (m_report.files.size() > 1)
        return shardsSnippet(path, m_report.format) + load + u'\n';
    if (m_report.format == OutputFormat::Safetensors)
        return u"from safetensors.torch import load_file\n\nstate = load_file(%1)\n%2\n"_s.arg(path, load);
    const QString root = m_fields->options().rootKey.empty()
        ? QString()
        : u"[%1]"_s.arg(quoted(QString::fromStdString(m_fields->options().rootKey)));
    return u"import torch\n\nstate = torch.load(%1, map_location=\"cpu\", weights_only=True)%2\n%3\n"_s.arg(path, root,
                                                                                                            load);
}

void SaveDialog::reject()
{
    if (m_page == During && m_document->isSaving()) {
        m_rate->setText(tr("Stopping…"));
        m_document->cancelSaving();
        return;
    }
    QDialog::reject();
    if (m_page == After)
        showPage(Before);
}

void SaveDialog::closeEvent(QCloseEvent *event)
{
    // Closing the dialog while it saves only hides it: the status line goes on showing the job.
    event->accept();
}
