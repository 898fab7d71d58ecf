// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

/// Says above the tree that the action just asked for failed, and why. Stays until dismissed or answered.
class MessageBar final : public QFrame
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);
    /// A failure, with where in the file it is when that is known.
    void showError(const Error &error);
    /// Ask before recipe edits are lost: `discard` runs when the user agrees.
    void ask(const QString &question, const QString &discardText, std::function<void()> discard);
    QString text() const;

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void present(const QString &text, const QString &detail);
    void dismiss();

    QLabel *m_text;
    QLabel *m_detail;
    QPushButton *m_discard;
    QPushButton *m_close;
    std::function<void()> m_onDiscard;
    bool m_isError = true;
};
