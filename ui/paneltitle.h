// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QDockWidget;
class QHBoxLayout;
class QLabel;

/// The quiet title of a panel: its name in small capitals, room for its buttons, and a way to hide it.
class PanelTitle final : public QWidget
{
    Q_OBJECT

public:
    explicit PanelTitle(QDockWidget *dock);
    /// Put a button at the right, before the one that hides the panel.
    void addButton(QWidget *button);
    /// Whether the panel is one of several tabs may have changed.
    void refresh();

private:
    QDockWidget *m_dock;
    QHBoxLayout *m_row;
    QLabel *m_heading;
};
