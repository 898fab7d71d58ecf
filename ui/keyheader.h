// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

/// The header of the key tree: quiet words that stand where the text below them stands.
class KeyHeader final : public QHeaderView
{
    Q_OBJECT

public:
    explicit KeyHeader(QWidget *parent);

    /// Whether the user holds it: widths that change now are the user's.
    bool isHeld() const { return m_isHeld; }

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    QChar sortSign() const;

    bool m_isHeld = false;
};
