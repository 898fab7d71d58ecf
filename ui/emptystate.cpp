// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/emptystate.h"

#include "model/base/text.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QFileInfo>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

EmptyState::EmptyState(QWidget *parent) : QWidget(parent), m_recentGroup(new QWidget(this))
{
    const Metrics m(*this);
    setObjectName(u"emptyState"_s);
    setAccessibleName(tr("Nothing is open"));
    auto *title = new QLabel(tr("Drop a checkpoint here, or open one"), this);
    QFont large = font();
    large.setPixelSize(m.h * 3 / 2);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    auto *what = new QLabel(tr("PyTorch files of every age and safetensors. Nothing in a file is ever run.\n"
                               "Then set a target above, add steps on the left, and save what fits."),
                            this);
    what->setAlignment(Qt::AlignCenter);
    what->setForegroundRole(QPalette::PlaceholderText);
    auto *open = new QPushButton(tr("Open a checkpoint…"), this);
    open->setObjectName(u"emptyOpen"_s);
    open->setAccessibleName(tr("Open a checkpoint"));
    open->setProperty("primary", true);
    connect(open, &QPushButton::clicked, this, &EmptyState::openRequested);
    auto *folder = new QPushButton(tr("Open a folder of shards…"), this);
    folder->setObjectName(u"emptyFolder"_s);
    folder->setAccessibleName(tr("Open a folder of shards"));
    folder->setProperty("link", true);
    connect(folder, &QPushButton::clicked, this, &EmptyState::folderRequested);

    m_recentGroup->setAccessibleName(tr("Recent files"));
    m_recent = new QVBoxLayout(m_recentGroup);
    m_recent->setSpacing(2);
    auto *column = new QVBoxLayout(this);
    column->setSpacing(m.padding);
    column->addStretch(2);
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addWidget(what, 0, Qt::AlignHCenter);
    column->addWidget(open, 0, Qt::AlignHCenter);
    column->addWidget(folder, 0, Qt::AlignHCenter);
    column->addWidget(m_recentGroup, 0, Qt::AlignHCenter);
    column->addStretch(3);
    refresh();
}

void EmptyState::refresh()
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const QList<RecentFile> files = Settings::recentFiles();
    m_recentGroup->setVisible(!files.isEmpty());
    if (files.isEmpty())
        return;
    auto *heading = new QLabel(tr("Recent"), m_recentGroup);
    heading->setFont(headingFont(font()));
    heading->setForegroundRole(QPalette::PlaceholderText);
    m_recent->addWidget(heading, 0, Qt::AlignHCenter);
    constexpr qsizetype shown = 5;
    for (int at = 0; at < qMin(files.size(), shown); ++at) {
        const QString name = displayName(QFileInfo(files[at].path).fileName().toStdString());
        const int room = Metrics(*this).h * 30; // a long name must not widen the window
        auto *button = new QPushButton(fontMetrics().elidedText(name, Qt::ElideMiddle, room), m_recentGroup);
        button->setProperty("link", true);
        button->setAccessibleName(tr("Open %1").arg(name));
        button->setToolTip(displayName(files[at].path.toStdString()));
        connect(button, &QPushButton::clicked, this, [this, at] { Q_EMIT recentRequested(at); });
        m_recent->addWidget(button, 0, Qt::AlignHCenter);
    }
}

void EmptyState::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), palette().base());
}
