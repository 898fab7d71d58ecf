// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QPlainTextEdit>
#include <QTimer>

#include <memory>
#include <vector>

/// A plain-text editor for a recipe: line numbers, light colours, the current line, and one error at its place.
/// Undo and redo keys are left to the window.
class YamlEdit final : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit YamlEdit(QWidget *parent);

    QString text() const;
    /// Change only what differs: the cursor and the place scrolled to stay. Nothing of it can be undone here. A long
    /// text appears piece by piece; text() is all of it at once.
    void setText(const QString &text);
    /// Whether a piece is still to come. Keys that are pressed meanwhile wait for it.
    bool isFilling() const { return !m_rest.isEmpty(); }
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
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    class Margin; ///< line numbers, and a sign at the line of the error

    int marginWidth() const;
    void paintMargin(QPainter &painter, const QRect &rect);
    void arrange();
    void fill();
    void colourLines();
    void mark();
    QTextCursor errorCursor() const;

    Margin *m_margin;
    QTextCursor m_filling; ///< where the rest goes
    QString m_rest; ///< of a long text
    QTimer m_nextFill;
    std::vector<std::unique_ptr<QKeyEvent>> m_keysAhead; ///< pressed before the text was whole
    int m_palettes = 0; ///< how often it was another
    int m_errorLine = 0;
    int m_errorColumn = 0; ///< in characters, from 1; 0: the whole line
};
