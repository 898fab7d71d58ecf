// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPersistentModelIndex>
#include <QTreeView>
#include <QVariantAnimation>

/// Rows of a tree that flash softly once and fade. Where the style does not animate, none does.
class RowFlash final : public QObject
{
    Q_OBJECT

public:
    explicit RowFlash(QTreeView *view);
    /// Whether the style animates at all.
    bool isWanted() const { return duration() > 0; }
    /// Flash these rows, and no others any more.
    void begin(const QModelIndexList &rows);
    bool isRunning() const { return m_animation.state() == QAbstractAnimation::Running; }
    /// How strong the flash of a row is: from 1 down to 0.
    double strength(const QModelIndex &row) const;

private:
    int duration() const;
    void repaint() const;

    QTreeView *m_view;
    QList<QPersistentModelIndex> m_rows;
    QVariantAnimation m_animation;
};
