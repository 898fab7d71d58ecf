// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paneltitle.h"

#include "ui/theme.h"

#include <QApplication>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QToolButton>

using namespace Qt::StringLiterals;

PanelTitle::PanelTitle(QDockWidget *dock)
    : QWidget(dock)
    , m_dock(dock)
    , m_row(new QHBoxLayout(this))
    , m_heading(new QLabel(dock->windowTitle(), this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Title of the panel %1").arg(dock->windowTitle()));
    m_heading->setObjectName(u"panelHeading"_s);
    m_heading->setFont(headingFont(font()));
    m_heading->setForegroundRole(QPalette::PlaceholderText);
    auto *hide = new QToolButton(this);
    hide->setText(u"✕"_s);
    hide->setAutoRaise(true);
    hide->setFocusPolicy(Qt::NoFocus); // the view menu does the same
    hide->setAccessibleName(tr("Hide the panel %1").arg(dock->windowTitle()));
    hide->setToolTip(tr("Hide this panel; the View menu brings it back."));
    hide->setFont(smallFont(font()));
    m_row->setContentsMargins(m.padding, m.gap, m.gap, m.gap / 2);
    m_row->setSpacing(2);
    m_row->addWidget(m_heading);
    m_row->addStretch();
    m_row->addWidget(hide);
    setMinimumHeight(m.row + m.gap);
    connect(hide, &QToolButton::clicked, dock, &QDockWidget::close);
    connect(dock, &QDockWidget::visibilityChanged, this, &PanelTitle::refresh);
    connect(dock, &QDockWidget::dockLocationChanged, this, &PanelTitle::refresh);
    connect(dock, &QDockWidget::topLevelChanged, this, &PanelTitle::refresh);
    connect(qApp, &QApplication::focusChanged, this, [this](const QWidget *, const QWidget *now) {
        const bool isHere = now && m_dock->isAncestorOf(now);
        m_heading->setForegroundRole(isHere ? QPalette::Link : QPalette::PlaceholderText); // where the keyboard is
    });
}

/// A tab says the panel's name already.
void PanelTitle::refresh()
{
    const auto *window = qobject_cast<QMainWindow *>(m_dock->parentWidget());
    const bool isTab = window && !m_dock->isFloating() && !window->tabifiedDockWidgets(m_dock).isEmpty();
    m_heading->setVisible(!isTab);
}

void PanelTitle::addButton(QWidget *button)
{
    m_row->insertWidget(m_row->count() - 1, button);
}
