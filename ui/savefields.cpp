// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/savefields.h"

#include "model/base/text.h"
#include "model/save/shards.h"
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
    , m_replace(new QCheckBox(this))
    , m_format(new QComboBox(this))
    , m_rootKey(new QLineEdit(this))
    , m_metadata(new QLineEdit(this))
    , m_shardSize(new QLineEdit(this))
    , m_shardProblem(new QLabel(this))
    , m_keepObjects(new QCheckBox(tr("Keep the other objects of the file"), this))
    , m_certificate(new QCheckBox(tr("Write a certificate beside it"), this))
{
    nameFields();
    layOut();
    connect(m_path, &QLineEdit::textEdited, this, &SaveFields::pathEdited);
    connect(m_format, &QComboBox::activated, this, &SaveFields::formatChosen);
    connect(m_shardSize, &QLineEdit::textEdited, this, [this] {
        readShardSize();
        refresh();
        Q_EMIT changed();
    });
    for (QLineEdit *line : {m_rootKey, m_metadata})
        connect(line, &QLineEdit::textEdited, this, &SaveFields::changed);
    for (QCheckBox *box : {m_keepObjects, m_certificate, m_replace})
        connect(box, &QCheckBox::toggled, this, &SaveFields::changed);
    refresh();
}

void SaveFields::nameFields()
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
    m_shardSize->setObjectName(u"saveShardSize"_s);
    m_shardSize->setAccessibleName(tr("Shard size"));
    m_shardSize->setPlaceholderText(tr("empty: one file; 5GB: files of at most so much, and their index"));
    m_shardSize->setToolTip(tr("The most that one file may hold: bytes, or a number with KB, MB, GB, TB, KiB, MiB, GiB "
                               "or TiB. A larger checkpoint becomes several files and the index that opens them."));
    m_shardProblem->setObjectName(u"saveShardProblem"_s);
    m_shardProblem->setAccessibleName(tr("Problem with the shard size"));
    m_shardProblem->setFont(smallFont(font()));
    m_shardProblem->setTextFormat(Qt::PlainText);
    m_shardProblem->setWordWrap(true);
    m_shardProblem->hide();
}

void SaveFields::layOut()
{
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
    grid->addWidget(fieldLabel(tr("Shard size"), m_shardSize), 4, 0);
    grid->addWidget(m_shardSize, 4, 1, 1, 2);
    grid->addWidget(m_shardProblem, 5, 1, 1, 2);
    grid->addWidget(m_keepObjects, 6, 1, 1, 2);
    grid->addWidget(m_certificate, 7, 1, 1, 2);
    connect(browse, &QPushButton::clicked, this, &SaveFields::browse);
    setTabOrder(m_path, browse);
    setTabOrder(browse, m_replace);
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
    const QStringList now = replaced();
    if (now != std::exchange(m_replaced, now))
        m_replace->setChecked(false); // it was said of other files
    m_replace->setVisible(!now.isEmpty());
    m_replace->setText(isSource() ? tr("Replace the open file itself")
                           : now.size() > 1
                           ? tr("Replace the %1 existing files of this name").arg(exactText(now.size()))
                           : tr("Replace the existing file"));
    m_replace->setAccessibleName(m_replace->text());
}

/// A save that may be cut into shards replaces an earlier one of its name as a whole.
QStringList SaveFields::replaced() const
{
    const QFileInfo info(m_path->text());
    if (m_shardBytes > 0)
        return earlierFiles(m_path->text());
    return info.exists() && !info.isDir() ? QStringList(m_path->text()) : QStringList();
}

void SaveFields::readShardSize()
{
    m_shardBytes = 0;
    m_problem.clear();
    if (const QString text = m_shardSize->text().trimmed(); !text.isEmpty()) {
        const Result<qint64> bytes = shardBytes(text);
        m_shardBytes = bytes ? *bytes : 0;
        m_problem = bytes ? QString() : bytes.error().message;
    }
    tint(m_shardProblem, Tone::Unexpected);
    m_shardProblem->setText(m_problem.isEmpty() ? QString() : u"⚠ "_s + m_problem);
    m_shardProblem->setVisible(!m_problem.isEmpty());
    m_shardSize->setAccessibleDescription(m_problem);
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

QString SaveFields::consentProblem() const
{
    if (m_replaced.isEmpty() || m_replace->isChecked())
        return {};
    return m_replaced.size() == 1
        ? tr("This file exists already; tick the box below the path to replace it.")
        : tr("Files of this name exist already; tick the box below the path to replace them.");
}

SaveOptions SaveFields::options() const
{
    SaveOptions options;
    options.path = m_path->text();
    options.format = isTorch() ? OutputFormat::Torch : OutputFormat::Safetensors;
    options.maxShardBytes = m_shardBytes;
    const bool replaces = m_replace->isChecked() && !m_replaced.isEmpty();
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
