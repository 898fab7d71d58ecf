// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class ChipBar;
class QLabel;
class QLineEdit;

/// The filter line and the verdict chips above the tree.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(QWidget *parent = nullptr);

    ChipBar *chips() const { return m_chips; }
    QLineEdit *line() const { return m_line; }
    QString text() const;
    void clear();
    /// Why the filter could not be understood, shown beside the line; empty when it could.
    void setProblem(const QString &problem);

Q_SIGNALS:
    /// After a pause in typing, or at once on Return.
    void textChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLineEdit *m_line;
    QLabel *m_problem;
    ChipBar *m_chips;
    QTimer m_pause;
};
