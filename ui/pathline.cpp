// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pathline.h"

#include "ui/textpaint.h"

#include <QPainter>
#include <QStyleOptionFrame>

PathLine::PathLine(QWidget *parent) : QLineEdit(parent)
{
    connect(this, &QLineEdit::textChanged, this, &QWidget::setToolTip);
}

void PathLine::paintEvent(QPaintEvent *event)
{
    QStyleOptionFrame option;
    initStyleOption(&option);
    constexpr int qtMargin = 2; // beside the text, in every line edit
    const QRect room =
        style()->subElementRect(QStyle::SE_LineEditContents, &option, this).adjusted(qtMargin, 0, -qtMargin, 0);
    if (hasFocus() || fontMetrics().horizontalAdvance(text()) <= room.width()) {
        QLineEdit::paintEvent(event);
        return;
    }
    QPainter painter(this);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, elidedPath(text(), fontMetrics(), room.width()));
}
