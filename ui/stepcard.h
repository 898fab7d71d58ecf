// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/cardtext.h"
#include "ui/sentence.h"

#include <QFrame>
#include <QPoint>

class QCheckBox;
class QToolButton;

/// One step as something to grab: checkbox, sentence, hit count, effect; the form to edit it opens inside.
class StepCard final : public QFrame
{
    Q_OBJECT

public:
    /// A card without checkbox cannot be turned off, moved or deleted (bind, a draft).
    enum class Kind { Step, Fixed };

    StepCard(Kind kind, QWidget *parent);

    void setText(const CardText &text);
    const CardText &text() const { return m_text; }
    void setSelected(bool selected);
    /// Show at its edge that it changed what is selected in the tree.
    void setMarked(bool isMarked);
    bool isMarked() const { return m_isMarked; }
    bool isSelected() const { return m_isSelected; }
    /// Show a form below the text; the card takes it over. Null closes it.
    void setForm(QWidget *form);
    QWidget *form() const { return m_form; }
    QCheckBox *checkBox() const { return m_check; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void toggled(bool on);
    void pressed();
    void hovered(bool isHovered);
    void focused(bool hasFocus);
    void editRequested();
    void menuRequested(const QPoint &globalPos);
    void dragMoved(const QPoint &globalPos);
    void dragEnded(const QPoint &globalPos, bool isDropped);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Places; ///< where things are at one width

    Places places(int width) const;
    int formHeight(int width) const;
    void arrange();
    void showMenuButton();
    void describe();

    CardText m_text;
    Kind m_kind;
    QCheckBox *m_check = nullptr;
    QToolButton *m_menu = nullptr;
    QWidget *m_form = nullptr;
    QPoint m_pressedAt;
    bool m_isPressed = false;
    bool m_isDragging = false;
    bool m_isSelected = false;
    bool m_isMarked = false;
};
