// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/offerlist.h"

#include <QPointer>

#include <functional>

class QLineEdit;
class QPlainTextEdit;

/// What may stand where the cursor is.
struct Completions
{
    QList<Offer> items;
    qsizetype replaced = 0; ///< characters before the cursor that an item takes the place of
};

/// Offers completions below a field while the user types, and on Ctrl+Space. The field keeps the keyboard: Down and Up
/// choose, Return or Tab takes what is chosen, Escape closes; a list in which nothing is chosen is in nobody's way.
class Completer final : public QObject
{
    Q_OBJECT

public:
    /// Called with the text before the cursor; of a text with lines, some hundred of them.
    using Ask = std::function<Completions(const QString &before)>;

    Completer(QLineEdit *line, Ask ask);
    Completer(QPlainTextEdit *edit, Ask ask);
    ~Completer() override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    Completer(QWidget *field, Ask ask);
    void complete();
    void show(const Completions &completions);
    void close();
    bool isOpen() const;
    bool pressed(int key, Qt::KeyboardModifiers modifiers);
    void take(const QString &text);
    QString before() const;
    QRect place() const;

    QWidget *m_field;
    QLineEdit *m_line = nullptr;
    QPlainTextEdit *m_edit = nullptr;
    Ask m_ask;
    QPointer<OfferList> m_list; ///< made when it is first needed, in the window of the field
    qsizetype m_replaced = 0;
    bool m_isTyping = false;
};
