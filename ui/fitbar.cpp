// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fitbar.h"

#include "model/base/text.h"
#include "ui/verdictlook.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace {
struct Segment
{
    KeyVerdict verdict;
    qint64 keys;
};

std::array<Segment, 8> segments(const Fit &fit)
{
    return {{{KeyVerdict::Loaded, fit.loaded},
             {KeyVerdict::Created, fit.created},
             {KeyVerdict::Filled, fit.filled},
             {KeyVerdict::Adapted, fit.adapted},
             {KeyVerdict::Skipped, fit.skipped},
             {KeyVerdict::Ignored, fit.ignored},
             {KeyVerdict::SizeMismatch, fit.sizeMismatches},
             {KeyVerdict::Missing, fit.missing}}};
}

QString inWords(const Fit &fit)
{
    QStringList words;
    for (const Segment &segment : segments(fit)) {
        if (segment.keys > 0)
            words << u"%1 %2"_s.arg(exactText(segment.keys), verdictText(segment.verdict));
    }
    return words.join(u", "_s);
}
}

FitBar::FitBar(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Fit"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
}

void FitBar::setFit(const std::optional<Fit> &fit)
{
    m_fit = fit;
    const QString words = fit ? inWords(*fit) : QString();
    setToolTip(words);
    setAccessibleDescription(words);
    update();
}

QSize FitBar::sizeHint() const
{
    const int h = Metrics(*this).h;
    return {h * 13, h};
}

void FitBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int thickness = qMax(6, Metrics(*this).h * 6 / 10);
    const QRectF bar(0, (height() - thickness) / 2.0, width(), thickness);
    QPainterPath clip;
    clip.addRoundedRect(bar, thickness / 2.0, thickness / 2.0);
    painter.setClipPath(clip);
    painter.fillRect(bar, colour(Tone::Line, palette()));
    if (!m_fit)
        return;
    const auto parts = segments(*m_fit);
    qint64 all = 0;
    qreal spare = bar.width();
    for (const Segment &part : parts)
        all += part.keys;
    if (all == 0)
        return;
    constexpr qreal smallest = 2;
    for (const Segment &part : parts)
        spare -= part.keys > 0 ? smallest : 0;
    qreal x = bar.left();
    for (const Segment &part : parts) {
        if (part.keys == 0)
            continue;
        const qreal width = smallest + spare * double(part.keys) / double(all);
        painter.fillRect(QRectF(x, bar.top(), width, bar.height()), colour(look(part.verdict).tone, palette()));
        x += width;
    }
}
