// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paneltitle.h"

#include "ui/theme.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

using namespace Qt::StringLiterals;

PanelTitle::PanelTitle(QDockWidget *dock) : QWidget(dock), m_row(new QHBoxLayout(this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Title of the panel %1").arg(dock->windowTitle()));
    auto *heading = new QLabel(dock->windowTitle(), this);
    heading->setFont(headingFont(font()));
    heading->setForegroundRole(QPalette::PlaceholderText);
    auto *hide = new QToolButton(this);
    hide->setText(u"✕"_s);
    hide->setAutoRaise(true);
    hide->setFocusPolicy(Qt::NoFocus); // the view menu does the same
    hide->setAccessibleName(tr("Hide the panel %1").arg(dock->windowTitle()));
    hide->setToolTip(tr("Hide this panel; the View menu brings it back."));
    hide->setFont(smallFont(font()));
    m_row->setContentsMargins(m.padding, m.gap, m.gap, m.gap / 2);
    m_row->setSpacing(2);
    m_row->addWidget(heading);
    m_row->addStretch();
    m_row->addWidget(hide);
    setMinimumHeight(m.row + m.gap);
    connect(hide, &QToolButton::clicked, dock, &QDockWidget::close);
}

void PanelTitle::addButton(QWidget *button)
{
    m_row->insertWidget(m_row->count() - 1, button);
}
