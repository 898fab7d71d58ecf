// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QVBoxLayout;

/// What the middle says before anything is open: what this is for and how to begin, with the recent files.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget *parent = nullptr);
    void refresh();

Q_SIGNALS:
    void openRequested();
    void folderRequested();
    void recentRequested(int index);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QVBoxLayout *m_recent;
    QWidget *m_recentGroup;
};
