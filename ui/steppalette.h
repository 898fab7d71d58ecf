// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/step.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

/// Every kind of step, to search and choose from, with its help and an example of what it does.
class StepPalette final : public QFrame
{
    Q_OBJECT

public:
    explicit StepPalette(QWidget *parent);
    /// Show below `anchor`, emptied, ready to type.
    void openBelow(QWidget *anchor);

Q_SIGNALS:
    void chosen(const StepKind *kind);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void fill();
    void filter(const QString &text);
    void showExample(QListWidgetItem *item);
    void choose(QListWidgetItem *item);
    void moveCurrent(int by);

    QLineEdit *m_search;
    QListWidget *m_list;
    QLabel *m_help;
    QLabel *m_step;
    QLabel *m_before;
    QLabel *m_after;
};
