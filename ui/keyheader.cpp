// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keyheader.h"

#include "model/items/keytreemodel.h"
#include "ui/theme.h"

#include <QPainter>

KeyHeader::KeyHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent) {}

void KeyHeader::mousePressEvent(QMouseEvent *event)
{
    m_isHeld = true;
    QHeaderView::mousePressEvent(event);
}

void KeyHeader::mouseReleaseEvent(QMouseEvent *event)
{
    QHeaderView::mouseReleaseEvent(event);
    m_isHeld = false;
}

void KeyHeader::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_isHeld = true;
    QHeaderView::mouseDoubleClickEvent(event);
}

void KeyHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    const int inset = Metrics(*this).h * 6 / 10;
    const bool isNumber = section == KeyTreeModel::Parameters || section == KeyTreeModel::Bytes;
    painter->fillRect(rect, palette().base());
    painter->setPen(colour(Tone::Line, palette()));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    painter->setPen(colour(Tone::Muted, palette()));
    const QString text = model()->headerData(section, Qt::Horizontal).toString();
    painter->drawText(rect.adjusted(inset, 0, -inset, 0),
                      (isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
}
