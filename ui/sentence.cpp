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
    bool isAttached = true; // to what stands before it, without a space
    const auto place = [&](const QString &text, int wanted, bool isCode) {
        const int piece = qMin(wanted, width);
        if (isAttached && x > 0)
            x -= space;
        const bool staysInLine = isAttached && text == u','; // at the end of a line too
        if (x > 0 && x + piece > width && !staysInLine) {
            x = 0;
            y += line;
        }
        m_pieces.push_back({QRect(x, y, piece, words.height()), text, isCode});
        x += piece + space;
        isAttached = false;
    };
    for (const SentencePart &part : parts) {
        if (part.isCode) {
            const QString shown = elidedKey(part.text, code, width - 2 * chipPadding);
            place(shown, code.horizontalAdvance(shown) + 2 * chipPadding, true);
            isAttached = true;
            continue;
        }
        if (part.text.isEmpty())
            continue;
        isAttached = isAttached && !part.text.startsWith(u' ');
        for (const QString &word : part.text.split(u' ', Qt::SkipEmptyParts))
            place(word, words.horizontalAdvance(word), false);
        isAttached = !part.text.endsWith(u' ');
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
