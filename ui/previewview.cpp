// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/previewview.h"

#include "model/base/text.h"
#include "ui/textpaint.h"
#include "ui/theme.h"

#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
/// The piece of `text` in which it differs from `other`, to whole components.
std::pair<qsizetype, qsizetype> differing(const QString &text, const QString &other)
{
    const qsizetype shorter = std::min(text.size(), other.size());
    qsizetype head = 0;
    while (head < shorter && text[head] == other[head])
        ++head;
    qsizetype tail = 0;
    while (tail < shorter - head && text[text.size() - 1 - tail] == other[other.size() - 1 - tail])
        ++tail;
    while (head > 0 && text[head - 1] != u'.')
        --head;
    while (tail > 0 && text[text.size() - tail] != u'.')
        --tail;
    return {head, text.size() - tail - head};
}
}

PreviewView::PreviewView(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"stepPreview"_s);
    setAccessibleName(tr("What the step does on this file"));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void PreviewView::setPreview(const StepPreview &preview)
{
    m_preview = preview;
    m_isShown = true;
    setAccessibleDescription(text());
    setToolTip(text());
    updateGeometry();
    update();
}

void PreviewView::clear()
{
    setPreview({});
    m_isShown = false;
    updateGeometry();
}

QString PreviewView::summary() const
{
    QStringList parts;
    const StepPreview &p = m_preview;
    if (p.changed >= 0)
        parts << (p.changed == 1 ? tr("1 key") : tr("%1 keys").arg(exactText(p.changed)));
    if (p.fitBefore >= 0)
        parts << (p.fitBefore == p.fitAfter ? tr("fit stays %1").arg(exactText(p.fitAfter))
                                            : tr("fit %1 → %2").arg(exactText(p.fitBefore), exactText(p.fitAfter)));
    return parts.join(u" · "_s);
}

QString PreviewView::text() const
{
    QStringList lines{summary()};
    if (!m_preview.problem.isEmpty())
        lines << m_preview.problem;
    for (const StepPreview::Line &line : m_preview.lines) {
        const QString before = displayName(line.before);
        lines << (!line.values.isEmpty()   ? u"%1: %2"_s.arg(before, line.values)
                      : line.after.empty() ? tr("%1 is dropped").arg(before)
                                           : u"%1 → %2"_s.arg(before, displayName(line.after)));
    }
    lines.removeAll(QString());
    return lines.join(u'\n');
}

int PreviewView::lineHeight() const
{
    return fontMetrics().height() + 1;
}

QSize PreviewView::sizeHint() const
{
    const int h = Metrics(*this).h;
    int lines = summary().isEmpty() ? 0 : 1;
    for (const StepPreview::Line &line : m_preview.lines)
        lines += line.after.empty() || !line.values.isEmpty() ? 1 : 2;
    const QFontMetrics small(smallFont(font()));
    const int problem = m_preview.problem.isEmpty()
        ? 0
        : small.boundingRect(QRect(0, 0, qMax(width(), h * 12), h * 10), Qt::TextWordWrap, m_preview.problem).height();
    return {h * 20, lines * lineHeight() + problem + int(m_preview.lines.size()) * 2};
}

void PreviewView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    int top = 0;
    if (!summary().isEmpty()) {
        painter.setFont(smallFont(font()));
        painter.setPen(colour(m_preview.changed == 0 ? Tone::Unexpected : Tone::Muted, palette()));
        painter.drawText(QRect(0, top, width(), lineHeight()), Qt::AlignLeft | Qt::AlignVCenter, summary());
        top += lineHeight();
    }
    if (!m_preview.problem.isEmpty()) {
        painter.setFont(smallFont(font()));
        painter.setPen(colour(m_preview.isError ? Tone::Missing : Tone::Unexpected, palette()));
        QRect used;
        painter.drawText(QRect(0, top, width(), height() - top), Qt::TextWordWrap,
                         (m_preview.isError ? u"✗ "_s : QString()) + m_preview.problem, &used);
        top += used.height();
    }
    for (const StepPreview::Line &line : m_preview.lines) {
        top += 2;
        paintLine(painter, top, line);
        top += lineHeight() * (line.after.empty() || !line.values.isEmpty() ? 1 : 2);
    }
}

/// The key as it is, and below it what it becomes; the piece that changes is marked.
void PreviewView::paintLine(QPainter &painter, int top, const StepPreview::Line &line) const
{
    QFont code = fixedFont(font());
    const bool isDropped = line.after.empty();
    const QString before = displayName(line.before);
    const QString after = displayName(line.after);
    const int arrow = QFontMetrics(code).horizontalAdvance(u"→ "_s);
    const auto draw = [&](int y, const QString &text, const QString &other, Tone tone, int room) {
        const QFontMetrics metrics(code);
        const QString shown = elidedKey(text, metrics, room);
        if (shown == text && !other.isEmpty() && text != other) {
            const auto [from, size] = differing(text, other);
            const int x = arrow + metrics.horizontalAdvance(text.left(from));
            painter.fillRect(QRect(x - 1, y, metrics.horizontalAdvance(text.mid(from, size)) + 2, lineHeight()),
                             colour(Tone::Chip, palette()));
        }
        painter.setFont(code);
        painter.setPen(colour(tone, palette()));
        painter.drawText(QRect(arrow, y, room, lineHeight()), Qt::AlignLeft | Qt::AlignVCenter, shown);
    };
    code.setStrikeOut(isDropped);
    const int values = line.values.isEmpty() ? 0 : fontMetrics().horizontalAdvance(line.values + u"  "_s);
    draw(top, before, after, Tone::Muted, width() - arrow - values);
    code.setStrikeOut(false);
    painter.setFont(code);
    painter.setPen(colour(Tone::Muted, palette()));
    if (isDropped)
        painter.drawText(QRect(0, top, arrow, lineHeight()), Qt::AlignLeft | Qt::AlignVCenter, u"–"_s);
    if (values > 0) {
        painter.setFont(font());
        painter.setPen(colour(Tone::Adapted, palette()));
        painter.drawText(QRect(0, top, width(), lineHeight()), Qt::AlignRight | Qt::AlignVCenter, line.values);
    } else if (!isDropped) {
        painter.drawText(QRect(0, top + lineHeight(), arrow, lineHeight()), Qt::AlignLeft | Qt::AlignVCenter, u"→"_s);
        draw(top + lineHeight(), after, before, Tone::Text, width() - arrow);
    }
}
