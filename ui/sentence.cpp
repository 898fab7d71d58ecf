// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sentence.h"

#include "ui/textpaint.h"
#include "ui/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace {
constexpr int chipPadding = 5;
}

SentenceLayout::SentenceLayout(const std::vector<SentencePart> &parts, const QFont &font, int width) : m_font(font)
{
    const QFontMetrics words(font);
    const QFontMetrics code(fixedFont(font));
    const int line = words.height() + 3;
    const int space = words.horizontalAdvance(u' ');
    int x = 0;
    int y = 0;
    const auto place = [&](const QString &text, int wanted, bool isCode) {
        const int piece = qMin(wanted, width);
        const bool isAttached = text.startsWith(u',') && x > 0; // to what stands before it, at the end of a line too
        if (isAttached) {
            x -= space;
        } else if (x > 0 && x + piece > width) {
            x = 0;
            y += line;
        }
        m_pieces.push_back({QRect(x, y, piece, words.height()), text, isCode});
        x += piece + space;
    };
    for (const SentencePart &part : parts) {
        if (part.isCode) {
            const QString shown = elidedKey(part.text, code, width - 2 * chipPadding);
            place(shown, code.horizontalAdvance(shown) + 2 * chipPadding, true);
            continue;
        }
        for (const QString &word : part.text.split(u' ', Qt::SkipEmptyParts))
            place(word, words.horizontalAdvance(word), false);
    }
    m_height = y + words.height();
}

void SentenceLayout::draw(QPainter &painter, const QPoint &topLeft, const QPalette &palette, const QColor &ink) const
{
    painter.save();
    painter.translate(topLeft);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont code = fixedFont(m_font);
    for (const Piece &piece : m_pieces) {
        if (piece.isCode) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour(Tone::Chip, palette));
            painter.drawRoundedRect(piece.rect, 3, 3);
        }
        painter.setPen(ink);
        painter.setFont(piece.isCode ? code : m_font);
        const QRect text = piece.isCode ? piece.rect.adjusted(chipPadding, 0, 0, 0) : piece.rect;
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, piece.text);
    }
    painter.restore();
}
