// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recipesteps.h"

#include "model/recipe/selectorcompiled.h"
#include "ui/theme.h"

#include <QEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

RecipeSteps::RecipeSteps(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Steps of the recipe"));
}

void RecipeSteps::setLines(std::vector<StepLine> lines)
{
    m_steps = std::move(lines);
    m_width = -1;
    setAccessibleDescription(text());
    updateGeometry();
    update();
}

QString RecipeSteps::text() const
{
    QStringList lines;
    for (const StepLine &step : m_steps) {
        lines += (step.number.isEmpty() ? QString() : step.number + u". "_s) + joined(step.sentence);
        lines += step.remarks;
    }
    return lines.join(u'\n');
}

int RecipeSteps::numberWidth() const
{
    int widest = 0;
    for (const StepLine &step : m_steps)
        widest = qMax(widest, fontMetrics().horizontalAdvance(step.number));
    return widest + Metrics(*this).gap;
}

void RecipeSteps::layOut(int width) const
{
    if (width == m_width)
        return;
    m_width = width;
    m_lines.clear();
    const Metrics m(*this);
    const QFontMetrics small(smallFont(font()));
    const int left = numberWidth();
    const int room = qMax(width - left, m.h);
    int y = 0;
    for (const StepLine &step : m_steps) {
        Line line{y, SentenceLayout(step.sentence, font(), room), {}, step.remarks.join(u' ')};
        y += line.sentence.height();
        if (!line.remarkText.isEmpty()) {
            const QRect most(left, y + 2, room, m.h * 100);
            line.remarks = QRect(most.topLeft(),
                                 QSize(room, small.boundingRect(most, Qt::TextWordWrap, line.remarkText).height()));
            y = line.remarks.bottom() + 1;
        }
        y += m.gap;
        m_lines.push_back(std::move(line));
    }
    m_height = qMax(0, y - m.gap);
}

int RecipeSteps::heightForWidth(int width) const
{
    layOut(width);
    return m_height;
}

QSize RecipeSteps::sizeHint() const
{
    const int wide = Metrics(*this).h * 30;
    return {wide, heightForWidth(width() > 0 ? width() : wide)};
}

void RecipeSteps::paintEvent(QPaintEvent *)
{
    layOut(width());
    QPainter painter(this);
    const QColor muted = colour(Tone::Muted, palette()), ink = colour(Tone::Text, palette());
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const Line &line = m_lines[i];
        painter.setFont(font());
        painter.setPen(muted);
        painter.drawText(QRect(0, line.top, numberWidth() - Metrics(*this).gap, fontMetrics().height()),
                         Qt::AlignRight | Qt::AlignVCenter, m_steps[i].number);
        line.sentence.draw(painter, QPoint(numberWidth(), line.top), palette(), m_steps[i].isEnabled ? ink : muted);
        painter.setFont(smallFont(font()));
        painter.setPen(muted);
        painter.drawText(line.remarks, Qt::TextWordWrap, line.remarkText);
    }
}

void RecipeSteps::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        m_width = -1;
    QWidget::changeEvent(event);
}
