// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QStringList>

/// An item model as indented text: one line per row, two spaces per level, the displayed texts of `columns` joined by
/// " | ". Comparing outlines shows both trees when a test fails.
inline QStringList outline(const QAbstractItemModel &model, const QList<int> &columns = {0},
                           const QModelIndex &parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList texts;
        for (const int column : columns)
            texts += model.index(row, column, parent).data().toString();
        lines += QString(depth * 2, u' ') + texts.join(QStringLiteral(" | "));
        lines += outline(model, columns, model.index(row, 0, parent), depth + 1);
    }
    return lines;
}
