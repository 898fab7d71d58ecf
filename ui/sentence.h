// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/step.h"

#include <QFont>
#include <QPalette>
#include <QRect>

class QPainter;

/// A step's sentence laid out in lines: words in the interface face, code in chips of the fixed face. A value: made for
/// one width, drawn any number of times.
class SentenceLayout
{
public:
    SentenceLayout() = default;
    SentenceLayout(const std::vector<SentencePart> &parts, const QFont &font, int width);

    int height() const { return m_height; }
    void draw(QPainter &painter, const QPoint &topLeft, const QPalette &palette, const QColor &ink) const;

private:
    struct Piece
    {
        QRect rect;
        QString text;
        bool isCode = false;
    };

    std::vector<Piece> m_pieces;
    QFont m_font;
    int m_height = 0;
};
