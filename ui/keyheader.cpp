// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keyheader.h"

#include "model/items/keytreemodel.h"
#include "ui/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

KeyHeader::KeyHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent) {}

QChar KeyHeader::sortSign() const
{
    return sortIndicatorOrder() == Qt::AscendingOrder ? u'▴' : u'▾';
}

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
    const bool isSorted = isSortIndicatorShown() && sortIndicatorSection() == section;
    painter->setPen(colour(isSorted ? Tone::Text : Tone::Muted, palette()));
    QString text = model()->headerData(section, Qt::Horizontal).toString();
    if (isSorted) // where numbers stand to the right, the sign must not move them
        text = isNumber ? u"%1 %2"_s.arg(sortSign(), text) : u"%1 %2"_s.arg(text, sortSign());
    painter->drawText(rect.adjusted(inset, 0, -inset, 0),
                      (isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
}
