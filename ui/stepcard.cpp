// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/stepcard.h"

#include "ui/textpaint.h"

#include <QApplication>
#include <QCheckBox>
#include <QKeyEvent>
#include <QLayout>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

using namespace Qt::StringLiterals;

struct StepCard::Places
{
    int sentenceX, sentenceWidth, sentenceHeight;
    int detailY, detailHeight;
    int headHeight; ///< everything above the form
};

StepCard::StepCard(Kind kind, QWidget *parent) : QFrame(parent), m_kind(kind)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_menu = new QToolButton(this);
    m_menu->setText(u"⋯"_s);
    m_menu->setAutoRaise(true);
    m_menu->setAccessibleName(tr("More about this step"));
    m_menu->setToolTip(tr("Edit, duplicate, unfold, move, delete"));
    m_menu->setFocusPolicy(Qt::NoFocus); // the card's context menu key does the same
    m_menu->hide();
    connect(m_menu, &QToolButton::clicked, this,
            [this] { Q_EMIT menuRequested(m_menu->mapToGlobal(QPoint(0, m_menu->height()))); });
    if (kind == Kind::Fixed)
        return;
    m_check = new QCheckBox(this);
    m_check->setFocusPolicy(Qt::NoFocus); // Space on the card does the same
    m_check->setToolTip(tr("Run this step"));
    connect(m_check, &QCheckBox::clicked, this, &StepCard::toggled);
}

void StepCard::setText(const CardText &text)
{
    m_text = text;
    const QString name = text.sentenceText();
    setAccessibleName(name);
    describe();
    setToolTip(text.detail.isEmpty() ? name : name + u'\n' + text.detail);
    if (m_check) {
        m_check->setChecked(text.isEnabled);
        m_check->setAccessibleName(tr("Run: %1").arg(name));
    }
    updateGeometry();
    arrange();
    update();
}

void StepCard::setSelected(bool selected)
{
    m_isSelected = selected;
    showMenuButton();
    update();
}

void StepCard::setForm(QWidget *form)
{
    if (m_form)
        m_form->deleteLater();
    m_form = form;
    if (form) {
        form->setParent(this);
        form->show();
    }
    showMenuButton();
    updateGeometry();
    arrange();
}

StepCard::Places StepCard::places(int width) const
{
    const Metrics m(*this);
    const int indicator = style()->pixelMetric(QStyle::PM_IndicatorWidth, nullptr, this);
    Places p{};
    p.sentenceX = m.gap + 3 + indicator + m.gap + 2; // a card without a check box stays in line with the others
    const int hits = qMax(m.h * 2, tabularWidth(m_text.hits, fontMetrics())) + m.gap;
    p.sentenceWidth = qMax(m.h * 4, width - p.sentenceX - hits - m.gap);
    p.sentenceHeight = SentenceLayout(m_text.sentence, font(), p.sentenceWidth).height();
    p.detailY = m.gap + 2 + p.sentenceHeight + 3;
    if (!m_text.detail.isEmpty()) {
        const QFontMetrics small(smallFont(font()));
        const QRect room(0, 0, p.sentenceWidth, small.lineSpacing() * 3);
        p.detailHeight = qMin(room.height(), small.boundingRect(room, Qt::TextWordWrap, m_text.detail).height());
    }
    p.headHeight = p.detailY + p.detailHeight + m.gap + (p.detailHeight > 0 ? 0 : -1);
    return p;
}

int StepCard::formHeight(int width) const
{
    if (!m_form)
        return 0;
    const Metrics m(*this);
    const int inner = width - 2 * m.padding;
    const int height = m_form->layout() && m_form->layout()->hasHeightForWidth()
        ? m_form->layout()->totalHeightForWidth(inner)
        : m_form->sizeHint().height();
    return height + m.gap;
}

int StepCard::heightForWidth(int width) const
{
    return places(width).headHeight + formHeight(width);
}

QSize StepCard::sizeHint() const
{
    const int width = Metrics(*this).h * 20;
    return {width, heightForWidth(width)};
}

QSize StepCard::minimumSizeHint() const
{
    return {Metrics(*this).h * 12, 0};
}

void StepCard::arrange()
{
    const Metrics m(*this);
    const Places p = places(width());
    const int indicator = style()->pixelMetric(QStyle::PM_IndicatorWidth, nullptr, this);
    if (m_check)
        m_check->setGeometry(m.gap + 3, m.gap + 2 + (fontMetrics().height() - indicator) / 2, indicator, indicator);
    m_menu->setGeometry(width() - m.row, qMax(m.gap + fontMetrics().height(), p.headHeight - m.h * 3 / 2 - 2),
                        m.row - 4, m.h * 3 / 2);
    if (m_form)
        m_form->setGeometry(m.padding, p.headHeight, width() - 2 * m.padding, formHeight(width()) - m.gap);
}

void StepCard::showMenuButton()
{
    m_menu->setVisible(m_kind == Kind::Step && !m_form && (m_isSelected || underMouse()));
}

bool StepCard::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest) {
        updateGeometry();
        arrange();
    }
    return QFrame::event(event);
}

void StepCard::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    arrange();
}

void StepCard::paintEvent(QPaintEvent *)
{
    const Metrics m(*this);
    const Places p = places(width());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isMarked = m_isSelected || hasFocus();
    painter.setPen(QPen(colour(isMarked ? Tone::Accent : Tone::Line, palette()), 1));
    painter.setBrush(palette().base());
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), m.radius, m.radius);

    if (m_isMarked)
        painter.fillRect(QRectF(0, m.radius, 3, height() - 2 * m.radius), colour(Tone::Accent, palette()));

    const QColor ink = m_text.isEnabled ? palette().color(QPalette::Text) : colour(Tone::Muted, palette());
    const int top = m.gap + 2;
    SentenceLayout(m_text.sentence, font(), p.sentenceWidth).draw(painter, {p.sentenceX, top}, palette(), ink);
    painter.setPen(colour(Tone::Muted, palette()));
    painter.drawText(QRect(m.gap, top, p.sentenceX - m.gap, fontMetrics().height()), Qt::AlignCenter, m_text.mark);
    painter.setPen(colour(m_text.tone, palette()));
    drawTabular(painter, QRect(0, top, width() - m.padding, fontMetrics().height()), m_text.hits);
    if (p.detailHeight > 0) {
        painter.setFont(smallFont(font()));
        painter.drawText(QRect(p.sentenceX, p.detailY, p.sentenceWidth, p.detailHeight), Qt::TextWordWrap,
                         m_text.detail);
    }
}

void StepCard::setMarked(bool isMarked)
{
    if (m_isMarked == isMarked)
        return;
    m_isMarked = isMarked;
    describe();
    update();
}

void StepCard::describe()
{
    const QString effect = m_text.hits.isEmpty() ? m_text.detail : tr("%1 rows. %2").arg(m_text.hits, m_text.detail);
    setAccessibleDescription(m_isMarked ? tr("It changed the selected key. %1").arg(effect) : effect);
}

void StepCard::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_isPressed = true;
    m_pressedAt = event->position().toPoint();
    Q_EMIT pressed();
}

void StepCard::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_isPressed || m_kind == Kind::Fixed)
        return;
    const int moved = (event->position().toPoint() - m_pressedAt).manhattanLength();
    m_isDragging = m_isDragging || moved >= QApplication::startDragDistance();
    if (m_isDragging)
        Q_EMIT dragMoved(event->globalPosition().toPoint());
}

void StepCard::mouseReleaseEvent(QMouseEvent *event)
{
    m_isPressed = false;
    if (std::exchange(m_isDragging, false))
        Q_EMIT dragEnded(event->globalPosition().toPoint(), true);
}

void StepCard::mouseDoubleClickEvent(QMouseEvent *)
{
    m_isPressed = false;
    Q_EMIT editRequested();
}

void StepCard::contextMenuEvent(QContextMenuEvent *event)
{
    Q_EMIT pressed();
    Q_EMIT menuRequested(event->reason() == QContextMenuEvent::Keyboard ? mapToGlobal(rect().center())
                                                                        : event->globalPos());
}

void StepCard::enterEvent(QEnterEvent *event)
{
    QFrame::enterEvent(event);
    Q_EMIT hovered(true);
    showMenuButton();
}

void StepCard::leaveEvent(QEvent *event)
{
    QFrame::leaveEvent(event);
    Q_EMIT hovered(false);
    showMenuButton();
}

void StepCard::focusInEvent(QFocusEvent *event)
{
    QFrame::focusInEvent(event);
    Q_EMIT focused(true);
    update();
}

void StepCard::focusOutEvent(QFocusEvent *event)
{
    QFrame::focusOutEvent(event);
    Q_EMIT focused(false);
    update();
}

void StepCard::keyPressEvent(QKeyEvent *event)
{
    if (m_isDragging && event->key() == Qt::Key_Escape) {
        m_isDragging = m_isPressed = false;
        Q_EMIT dragEnded({}, false);
        return;
    }
    const bool isPlain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    if (isPlain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_F2))
        Q_EMIT editRequested();
    else if (isPlain && event->key() == Qt::Key_Space && m_check)
        Q_EMIT toggled(!m_text.isEnabled);
    else
        event->ignore(); // arrows, Delete and the rest are the panel's
}
