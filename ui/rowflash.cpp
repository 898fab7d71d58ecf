// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rowflash.h"

#include <QStyle>

RowFlash::RowFlash(QTreeView *view) : QObject(view), m_view(view)
{
    m_animation.setStartValue(1.0);
    m_animation.setEndValue(0.0);
    m_animation.setEasingCurve(QEasingCurve::InQuad);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, &RowFlash::repaint);
}

/// The style's is that of things that move; a change of colour takes longer to be seen.
int RowFlash::duration() const
{
    return 4 * m_view->style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, m_view);
}

void RowFlash::begin(const QModelIndexList &rows)
{
    m_animation.stop();
    m_rows.clear();
    if (rows.isEmpty() || !isWanted())
        return;
    for (const QModelIndex &row : rows)
        m_rows << row;
    m_animation.setDuration(duration());
    m_animation.start();
}

double RowFlash::strength(const QModelIndex &row) const
{
    return isRunning() && m_rows.contains(row) ? m_animation.currentValue().toDouble() : 0.0;
}

void RowFlash::repaint() const
{
    for (const QPersistentModelIndex &row : m_rows) {
        QRect rect = m_view->visualRect(row);
        rect.setLeft(0);
        rect.setRight(m_view->viewport()->width());
        m_view->viewport()->update(rect);
    }
}
