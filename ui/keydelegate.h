// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"

#include <QFont>
#include <QStyledItemDelegate>

class KeyMatches;

/// Draws the rows of the key tree: keys in the fixed face, elided in their middle; numbers in tabular figures; the
/// exception in colour with its sign and word, the common case as a small tick.
class KeyDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit KeyDelegate(QObject *parent);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    /// Marks the pieces of names that patterns match; null: none. They must outlive the delegate's next painting.
    void setMatches(KeyMatches *matches) { m_matches = matches; }
    /// What the editor opened next starts with.
    void setEditedText(const QString &text) { m_edited = text; }
    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void setEditorData(QWidget *editor, const QModelIndex &index) const override;
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override;
    void updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
    /// What the tool tip of a cell says.
    static QString helpText(const QModelIndex &index);
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    /// The user typed this name and meant it.
    void edited(const QModelIndex &index, const QString &text) const;

private:
    struct Cell; ///< what every column of a row needs to know

    void paintKey(QPainter &painter, const Cell &cell, const QRect &rect, bool isSource) const;
    void paintShape(QPainter &painter, const Cell &cell, const QRect &rect) const;
    void paintNumber(QPainter &painter, const Cell &cell, const QRect &rect) const;
    void paintVerdict(QPainter &painter, const Cell &cell, const QRect &rect) const;

    QString m_edited;
    KeyMatches *m_matches = nullptr;
};
