// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"

#include <QFont>
#include <QStyledItemDelegate>

/// Draws the rows of the key tree: keys in the fixed face, elided in their middle; numbers in tabular figures; the
/// exception in colour with its sign and word, the common case as a small tick.
class KeyDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit KeyDelegate(QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    struct Cell; ///< what every column of a row needs to know

    void paintKey(QPainter &painter, const Cell &cell, const QRect &rect, bool isSource) const;
    void paintShape(QPainter &painter, const Cell &cell, const QRect &rect) const;
    void paintNumber(QPainter &painter, const Cell &cell, const QRect &rect) const;
    void paintVerdict(QPainter &painter, const Cell &cell, const QRect &rect) const;
};
