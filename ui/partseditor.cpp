// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/partseditor.h"

#include "ui/theme.h"

#include <QFileDialog>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {
FieldEditor *yamlEditor(FieldInfo info, QWidget *parent)
{
    info.type = FieldType::Any;
    return makeFieldEditor(info, parent);
}

Node part(std::vector<Node::Entry> entries)
{
    entries.insert(entries.begin(), {"root", Node::scalar("auto")});
    return Node::map(std::move(entries));
}
}

PartsEditor::PartsEditor(const FieldInfo &info, QWidget *parent) : FieldEditor(parent), m_text(yamlEditor(info, this))
{
    auto *add = new QPushButton(tr("Add a file…"), this);
    add->setObjectName(u"addFile"_s);
    add->setAccessibleName(tr("Add a file to what is joined"));
    add->setToolTip(tr("Choose another checkpoint, whose tensors are joined with these"));
    add->setProperty("link", true);
    add->setAutoDefault(true); // Enter presses it
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_text);
    column->addWidget(add, 0, Qt::AlignLeft);
    setFocusProxy(m_text);
    connect(m_text, &FieldEditor::changed, this, &FieldEditor::changed);
    connect(add, &QPushButton::clicked, this, &PartsEditor::browse);
}

void PartsEditor::addFile(const QString &path)
{
    const Result<Node> now = m_text->value();
    if (!now) // what is typed cannot be read: it is not thrown away
        return;
    std::vector<Node> parts = now->isList() ? now->items : now->isNull() ? std::vector<Node>() : std::vector{*now};
    if (parts.empty())
        parts.push_back(part({}));
    parts.push_back(part({{"file", Node::scalar(path.toStdString())}}));
    m_text->setValue(Node::list(std::move(parts)));
    Q_EMIT changed();
}

void PartsEditor::browse()
{
    auto *dialog = new QFileDialog(this, tr("Add a file to what is joined"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {tr("Checkpoints (*.safetensors *.pt *.pth *.bin *.ckpt *.index.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &PartsEditor::addFile);
    dialog->open();
}
