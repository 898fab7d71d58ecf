// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/filterwords.h"

#include <QListWidget>

/// Offers for the word being typed, below the line; the keyboard stays in the line. A child of the window and no window
/// of its own, so that it appears where it should on every desktop.
class FilterPopup final : public QListWidget
{
    Q_OBJECT

public:
    explicit FilterPopup(QWidget *line);
    /// Show these below the line; none hides it.
    void offer(const QList<FilterWord> &words);
    /// Make the next row the chosen one (the one before for -1), going round.
    void step(int by);
    /// The text of the chosen row; empty when none is.
    QString chosen() const;

Q_SIGNALS:
    void picked(const QString &text);

private:
    QWidget *m_line;
};
