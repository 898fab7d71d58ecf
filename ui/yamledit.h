// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QPlainTextEdit>

class YamlColours;

/// A plain-text editor for a recipe: line numbers, light colours, the current line, and one error at its place.
/// Undo and redo keys are left to the window.
class YamlEdit final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit YamlEdit(QWidget *parent);

    QString text() const;
    /// Change only what differs: the cursor and the place scrolled to stay. Nothing of it can be undone here.
    void setText(const QString &text);
    /// Mark where the error is, or nothing when it names no line. One in an empty line, as a bracket that is never
    /// closed, is marked at the last line that is not.
    void markError(const Error &error);
    void clearError();
    int errorLine() const { return m_errorLine; } ///< from 1; 0: none is marked
    void goToError();

Q_SIGNALS:
    /// The keyboard came to the text, or left it for another part of the window.
    void entered();
    void left();

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    class Margin; ///< line numbers, and a sign at the line of the error

    int marginWidth() const;
    void paintMargin(QPainter &painter, const QRect &rect);
    void arrange();
    void mark();
    QTextCursor errorCursor() const;

    Margin *m_margin;
    YamlColours *m_colours;
    int m_errorLine = 0;
    int m_errorColumn = 0; ///< in characters, from 1; 0: the whole line
};
