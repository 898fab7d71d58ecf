// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/savefields.h"

#include "ui/pathline.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace {
QLabel *fieldLabel(const QString &text, QWidget *buddy)
{
    auto *label = new QLabel(text, buddy->parentWidget());
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setBuddy(buddy);
    return label;
}
}

SaveFields::SaveFields(QWidget *parent)
    : QWidget(parent)
    , m_path(new PathLine(this))
    , m_format(new QComboBox(this))
    , m_rootKey(new QLineEdit(this))
    , m_keepObjects(new QCheckBox(tr("Keep the other objects of the file"), this))
    , m_metadata(new QLineEdit(this))
    , m_certificate(new QCheckBox(tr("Write a certificate beside it"), this))
    , m_replace(new QCheckBox(this))
{
    m_path->setObjectName(u"savePath"_s);
    m_path->setAccessibleName(tr("Path of the new file"));
    m_path->setFont(fixedFont(font()));
    m_format->setObjectName(u"saveFormat"_s);
    m_format->setAccessibleName(tr("Format"));
    m_format->addItem(tr("safetensors"), u".safetensors"_s);
    m_format->addItem(tr("PyTorch (.pt)"), u".pt"_s);
    m_format->addItem(tr("PyTorch (.pth)"), u".pth"_s);
    m_format->addItem(tr("PyTorch (.bin)"), u".bin"_s);
    m_format->addItem(tr("PyTorch (.ckpt)"), u".ckpt"_s);
    m_rootKey->setObjectName(u"saveRootKey"_s);
    m_rootKey->setAccessibleName(tr("Root key"));
    m_rootKey->setPlaceholderText(tr("none: the bare state dict"));
    m_keepObjects->setObjectName(u"saveKeepObjects"_s);
    m_keepObjects->setAccessibleName(m_keepObjects->text());
    m_keepObjects->setToolTip(
        tr("Epoch, arguments, optimizer state and all else, with the new state dict in its place."));
    m_metadata->setObjectName(u"saveMetadata"_s);
    m_metadata->setAccessibleName(tr("Metadata"));
    m_metadata->setPlaceholderText(tr("key=value, key=value; format=pt is always there"));
    m_certificate->setObjectName(u"saveCertificate"_s);
    m_certificate->setAccessibleName(m_certificate->text());
    m_certificate->setToolTip(tr("A small JSON file with what every tensor was made from and its content hash."));
    m_replace->setObjectName(u"saveReplace"_s);
    m_replace->setAccessibleName(tr("Replace the existing file"));
    auto *browse = new QPushButton(tr("Choose…"), this);
    browse->setAccessibleName(tr("Choose the path"));

    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(Metrics(*this).padding);
    grid->setVerticalSpacing(Metrics(*this).gap);
    grid->setColumnStretch(1, 1);
    grid->addWidget(fieldLabel(tr("File"), m_path), 0, 0);
    grid->addWidget(m_path, 0, 1);
    grid->addWidget(browse, 0, 2);
    grid->addWidget(m_replace, 1, 1, 1, 2);
    grid->addWidget(fieldLabel(tr("Format"), m_format), 2, 0);
    grid->addWidget(m_format, 2, 1, Qt::AlignLeft);
    m_rootLabel = fieldLabel(tr("Root key"), m_rootKey);
    grid->addWidget(m_rootLabel, 3, 0);
    grid->addWidget(m_rootKey, 3, 1, 1, 2);
    m_metadataLabel = fieldLabel(tr("Metadata"), m_metadata);
    grid->addWidget(m_metadataLabel, 3, 0);
    grid->addWidget(m_metadata, 3, 1, 1, 2);
    grid->addWidget(m_keepObjects, 4, 1, 1, 2);
    grid->addWidget(m_certificate, 5, 1, 1, 2);

    connect(browse, &QPushButton::clicked, this, &SaveFields::browse);
    connect(m_path, &QLineEdit::textEdited, this, &SaveFields::pathEdited);
    connect(m_format, &QComboBox::activated, this, &SaveFields::formatChosen);
    for (QLineEdit *line : {m_rootKey, m_metadata})
        connect(line, &QLineEdit::textEdited, this, &SaveFields::changed);
    for (QCheckBox *box : {m_keepObjects, m_certificate, m_replace})
        connect(box, &QCheckBox::toggled, this, &SaveFields::changed);
    refresh();
}

bool SaveFields::isTorch() const
{
    return m_format->currentIndex() > 0;
}

bool SaveFields::isSource() const
{
    return !m_source.isEmpty() && QFileInfo(m_path->text()) == QFileInfo(m_source);
}

void SaveFields::setSource(const QString &path)
{
    m_source = path;
    refresh();
}

void SaveFields::setPath(const QString &path)
{
    m_path->setText(path);
    pathEdited();
}

void SaveFields::pathEdited()
{
    const int format = m_format->findData(u'.' + QFileInfo(m_path->text()).suffix());
    if (format >= 0)
        m_format->setCurrentIndex(format);
    m_replace->setChecked(false);
    refresh();
    Q_EMIT changed();
}

void SaveFields::formatChosen()
{
    const QFileInfo info(m_path->text());
    m_path->setText(info.path() + u'/' + info.completeBaseName() + m_format->currentData().toString());
    m_replace->setChecked(false);
    refresh();
    Q_EMIT changed();
}

void SaveFields::refresh()
{
    m_rootLabel->setVisible(isTorch());
    m_rootKey->setVisible(isTorch());
    m_keepObjects->setVisible(isTorch());
    m_metadataLabel->setVisible(!isTorch());
    m_metadata->setVisible(!isTorch());
    const QFileInfo info(m_path->text());
    m_replace->setVisible(info.exists() && !info.isDir());
    m_replace->setText(isSource() ? tr("Replace the open file itself") : tr("Replace the existing file"));
}

void SaveFields::browse()
{
    auto *dialog = new QFileDialog(this, tr("Save as"), QFileInfo(m_path->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // asked for in this dialog
    dialog->selectFile(QFileInfo(m_path->text()).fileName());
    dialog->setNameFilters({tr("safetensors (*.safetensors)"), tr("PyTorch (*.pt *.pth *.bin *.ckpt)")});
    connect(dialog, &QFileDialog::fileSelected, this, &SaveFields::setPath);
    dialog->open();
}

bool SaveFields::needsConsent() const
{
    return !m_replace->isHidden() && !m_replace->isChecked();
}

SaveOptions SaveFields::options() const
{
    SaveOptions options;
    options.path = m_path->text();
    options.format = isTorch() ? OutputFormat::Torch : OutputFormat::Safetensors;
    const bool replaces = m_replace->isChecked() && !m_replace->isHidden();
    options.existing = replaces ? SaveOptions::Existing::Replace : SaveOptions::Existing::Refuse;
    options.overSource = replaces && isSource();
    if (isTorch()) {
        options.rootKey = m_rootKey->text().toStdString();
        options.keepObjects = m_keepObjects->isChecked();
    } else {
        for (const QString &entry : m_metadata->text().split(u',', Qt::SkipEmptyParts)) {
            const qsizetype equals = entry.indexOf(u'=');
            if (equals > 0)
                options.metadata.emplace_back(entry.left(equals).trimmed().toStdString(),
                                              entry.mid(equals + 1).trimmed().toStdString());
        }
    }
    if (m_certificate->isChecked())
        options.certificatePath = options.path + u".certificate.json"_s;
    return options;
}
