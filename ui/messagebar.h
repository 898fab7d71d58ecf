// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QFrame>

#include <functional>
#include <optional>

class QLabel;
class QPushButton;

/// Says above the tree that the action just asked for failed, and why; or asks. Stays until dismissed or answered: a
/// failure stands before a question, which comes back after it.
class MessageBar final : public QFrame
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);
    /// A failure, with where in the file it is when that is known.
    void showError(const Error &error);
    struct Answer
    {
        QString text;
        std::function<void()> run; ///< may be null
    };
    /// Ask, in the place of an earlier question. Escape answers nothing.
    void ask(const QString &question, Answer yes, Answer no);
    QString text() const;

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Question
    {
        QString text;
        Answer yes, no;
    };

    void present(const QString &text, const QString &detail);
    void presentQuestion();
    void answer(Answer Question::*which);
    void dismiss();

    QLabel *m_text;
    QLabel *m_detail;
    QPushButton *m_yes;
    QPushButton *m_close; ///< says no, or dismisses a failure
    std::optional<Question> m_question;
    bool m_isError = true;
};
