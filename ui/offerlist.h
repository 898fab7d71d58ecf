// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>

/// Something that may be typed, and a word about it.
struct Offer
{
    QString text;
    QString detail; ///< shown beside it: what it means, or how many keys have it
};

/// Offers what may be typed in a field, beside it; the keyboard stays in the field. A child of the window and no window
/// of its own, so that it appears where it should on every desktop.
class OfferList final : public QListWidget
{
    Q_OBJECT

public:
    /// `mostRows` are shown without scrolling.
    OfferList(QWidget *field, int mostRows);
    /// Show these below a place in the field, or above it where there is no room, as wide as they need and at least as
    /// wide as the place. None hides the list.
    void offer(const QList<Offer> &offers, const QRect &place);
    /// Make the next row the chosen one (the one before for -1), going round; several rows stop at the ends.
    void step(int by);
    /// The text of the chosen row; empty when none is.
    QString chosen() const;
    int mostRows() const { return m_mostRows; }

Q_SIGNALS:
    void picked(const QString &text);

private:
    QWidget *m_field;
    int m_mostRows;
};
