// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/textpaint.h"

#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
bool isSeparator(QChar c)
{
    return c == u'.' || c == u'/';
}

int digitWidth(const QFontMetrics &metrics)
{
    return metrics.horizontalAdvance(u'0');
}
}

QString elidedKey(const QString &key, const QFontMetrics &metrics, int width)
{
    if (metrics.horizontalAdvance(key) <= width)
        return key;
    // Fixed faces: the number of characters that fit is known, so no search is needed.
    constexpr int sample = 64; // one character's advance alone is rounded
    const int room = width * sample / qMax(1, metrics.horizontalAdvance(QString(sample, u'0'))) - 1;
    if (room < 4)
        return metrics.elidedText(key, Qt::ElideMiddle, width);
    const int total = int(key.size());
    int tail = room * 3 / 5; // the end tells keys apart better than the beginning
    const int slack = room / 6;
    for (int shift = 0; shift <= slack; ++shift) {
        if (isSeparator(key[total - tail + shift])) {
            tail -= shift;
            break;
        }
    }
    const int head = room - tail;
    return key.left(head) + u'…' + key.right(tail);
}

std::pair<int, int> pieceShown(const QString &text, const QString &shown, int start, int length)
{
    if (shown == text)
        return {start, length};
    const auto head = int(std::mismatch(shown.begin(), shown.end(), text.begin(), text.end()).first - shown.begin());
    const int tail = int(text.size()) - (int(shown.size()) - head - 1); // where it begins in `text`
    const int end = start + length;
    const int from = start < head ? start : start < tail ? head : start - tail + head + 1;
    const int to = end <= head ? end : end <= tail ? head + 1 : end - tail + head + 1;
    return {from, to - from};
}

QString elidedPath(const QString &path, const QFontMetrics &metrics, int width)
{
    QStringList folders = path.split(u'/');
    const QString name = folders.takeLast();
    QString shown = path;
    // From the middle outwards; the folder it lies in stays longest.
    while (metrics.horizontalAdvance(shown) > width && !folders.isEmpty()) {
        const qsizetype middle = folders.size() / 2;
        folders.removeAt(middle);
        QStringList parts = folders;
        parts.insert(middle, u"…"_s);
        shown = (parts << name).join(u'/');
    }
    return metrics.elidedText(shown, Qt::ElideMiddle, width);
}

int tabularWidth(const QString &text, const QFontMetrics &metrics)
{
    int width = 0;
    for (const QChar c : text)
        width += c.isDigit() ? digitWidth(metrics) : metrics.horizontalAdvance(c);
    return width;
}

void drawTabular(QPainter &painter, const QRect &rect, const QString &text)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const int digit = digitWidth(metrics);
    const int baseline = rect.top() + (rect.height() - metrics.height()) / 2 + metrics.ascent();
    int x = rect.right() + 1 - tabularWidth(text, metrics);
    for (const QChar c : text) {
        const int own = metrics.horizontalAdvance(c);
        const int room = c.isDigit() ? digit : own;
        painter.drawText(x + (room - own) / 2, baseline, QString(c));
        x += room;
    }
}
