// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/factspage.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QTextLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

KeyLabel::KeyLabel(const QString &key, bool strong, QWidget *parent)
    : QWidget(parent)
    , m_key(key)
    , m_face(fixedFont(parent->font()))
{
    m_face.setBold(strong);
    setAccessibleName(key);
    setToolTip(key);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

int KeyLabel::layoutText(int width, QPainter *painter) const
{
    QString text = m_key;
    QTextLayout layout(text.replace(u'.', u".\u200B"_s), m_face); // lines break behind a dot where they can
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    qreal height = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(qMax(width, 20));
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    if (painter)
        layout.draw(painter, {0, 0});
    return qCeil(height);
}

int KeyLabel::heightForWidth(int width) const
{
    return layoutText(width, nullptr);
}

QSize KeyLabel::sizeHint() const
{
    return {QFontMetrics(m_face).horizontalAdvance(u'0') * 20, heightForWidth(width())};
}

void KeyLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    layoutText(width(), &painter);
}

FactsPage::FactsPage(QWidget *parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Facts"));
    m_column->setContentsMargins(m.padding, 2, m.padding, m.padding);
    m_column->setSpacing(m.gap);
}

void FactsPage::addKey(const QString &key, bool strong)
{
    m_column->addWidget(new KeyLabel(key, strong, this));
}

void FactsPage::addHeading(const QString &text)
{
    auto *label = new QLabel(text, this);
    label->setFont(headingFont(font()));
    label->setForegroundRole(QPalette::PlaceholderText);
    m_column->addSpacing(Metrics(*this).gap);
    m_column->addWidget(label);
}

QLabel *FactsPage::addText(const QString &text, Tone tone)
{
    auto *label = new QLabel(text, this);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    tint(label, tone);
    m_column->addWidget(label);
    return label;
}

void FactsPage::addLines(const std::vector<FactLine> &lines)
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(Metrics(*this).padding);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    int at = 0;
    for (const FactLine &line : lines) {
        auto *label = new QLabel(line.label, this);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setFont(smallFont(font()));
        grid->addWidget(label, at, 0, Qt::AlignTop | Qt::AlignLeft);
        if (line.isCode) {
            grid->addWidget(new KeyLabel(line.text, false, this), at++, 1);
            continue;
        }
        auto *text = new QLabel(line.text, this);
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        grid->addWidget(text, at++, 1);
    }
    m_column->addLayout(grid);
}
