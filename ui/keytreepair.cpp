// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of KeyTreeView that brings two rows together: one is carried to the other, by mouse or by keyboard.
#include "model/base/text.h"
#include "model/items/keytreemodel.h"
#include "ui/handtext.h"
#include "ui/keytreeview.h"
#include "ui/textpaint.h"
#include "ui/theme.h"

#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
Tone toneOf(const HandPairs &pairs)
{
    return pairs.refusal != HandPairs::Refusal::None ? Tone::Muted : pairs.fits() ? Tone::Loaded : Tone::Mismatch;
}
}

void KeyTreeView::makeCarrying()
{
    m_banner = new QLabel(viewport());
    m_banner->setObjectName(u"pairBanner"_s);
    m_banner->setAccessibleName(tr("What would be paired"));
    m_banner->setTextFormat(Qt::PlainText);
    m_banner->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_banner->setAutoFillBackground(true);
    m_banner->setBackgroundRole(QPalette::Base);
    m_banner->setForegroundRole(QPalette::WindowText);
    m_banner->setFrameShape(QFrame::Box);
    m_banner->setMargin(Metrics(*this).gap * 2 / 3);
    m_banner->hide();
    m_opening.setSingleShot(true);
    m_opening.setInterval(600ms);
    connect(&m_opening, &QTimer::timeout, this, [this] {
        if (m_isDragged && m_over.isValid())
            expand(m_over);
    });
}

bool KeyTreeView::pickUp(const QModelIndex &row, bool isDragged)
{
    if (!m_hasTarget || !row.isValid() || state() == EditingState || isBundle(row) || isPart(row))
        return false;
    m_carried = std::string(m_keys->tree()->path(m_keys->nodeAt(row)));
    m_isDragged = isDragged;
    carryOver(isDragged ? QModelIndex() : row);
    return true;
}

void KeyTreeView::letGo()
{
    if (!m_carried)
        return;
    m_carried.reset();
    m_pairs.reset();
    m_over = QModelIndex();
    m_isDragged = false;
    m_opening.stop();
    stopAutoScroll();
    m_banner->hide();
    viewport()->unsetCursor();
    viewport()->update();
}

void KeyTreeView::carryOver(const QModelIndex &row)
{
    const QModelIndex over = row.siblingAtColumn(0);
    const quint32 carried = m_keys->tree() ? m_keys->tree()->find(*m_carried) : KeyTree::none;
    if (carried == KeyTree::none) { // another tree came, without it
        letGo();
        return;
    }
    if (over != m_over || !m_pairs) {
        m_over = over;
        m_opening.start();
        m_pairs =
            over.isValid() ? std::optional(handPairs(*m_keys->tree(), carried, m_keys->nodeAt(over))) : std::nullopt;
        viewport()->update();
    }
    if (m_isDragged)
        viewport()->setCursor(m_pairs && m_pairs->refusal == HandPairs::Refusal::None ? Qt::DragLinkCursor
                                                                                      : Qt::ForbiddenCursor);
    showBanner();
}

/// Below the row; above it where there is no room.
void KeyTreeView::showBanner()
{
    m_banner->setVisible(m_pairs.has_value());
    if (!m_pairs)
        return;
    const int gap = Metrics(*this).gap;
    const int most = viewport()->width() - 4 * gap;
    const QFontMetrics metrics(m_banner->font());
    const auto words = [&](int keyWidth) {
        const auto shown = [&](const std::string &key) { return elidedKey(displayName(key), metrics, keyWidth); };
        return pairText(*m_pairs, shown(m_pairs->from), shown(m_pairs->to), !m_isDragged);
    };
    const auto isWide = [&](const QString &text) { return metrics.horizontalAdvance(text) > most; };
    PairWords said = words(most);
    const QString line = said.outcome.isEmpty() ? said.names : said.names + u", "_s + said.outcome;
    constexpr int steps = 12; // from half of the width for each key down
    for (int part = steps; part > 0 && isWide(said.names); --part)
        said = words(most * part / (2 * steps));
    m_banner->setText(isWide(line) ? said.names + u'\n' + said.outcome : line);
    m_banner->setAccessibleDescription(line);
    tint(m_banner, toneOf(*m_pairs));
    m_banner->adjustSize();
    const QRect row = visualRect(m_over);
    const int below = row.bottom() + 3;
    const bool hasRoom = below + m_banner->height() < viewport()->height();
    m_banner->move(gap, hasRoom ? below : row.top() - m_banner->height() - 3);
}

void KeyTreeView::pairHere()
{
    const std::optional<HandPairs> pairs = m_pairs;
    if (!pairs || pairs->refusal != HandPairs::Refusal::None)
        return;
    letGo();
    pair(*pairs);
}

void KeyTreeView::pairCurrent()
{
    if (m_carried)
        pairHere();
    else if (!pickUp(currentIndex(), false) && isBundle(currentIndex()))
        Q_EMIT refused(tr("This row stands for several: open it and pair one of them, or the group that holds them."));
}

void KeyTreeView::pair(const HandPairs &pairs)
{
    m_renamedTo = displayName(pairs.to); // its row is where to go on
    Q_EMIT pairMade(pairs);
}

void KeyTreeView::addPairs(QMenu *menu, const HandChoices &choices)
{
    if (!m_hasTarget || selectedNodes().size() != 1)
        return;
    menu->addAction(tr("&Pair with…\tCtrl+M"), this, [this] { pickUp(currentIndex(), false); });
    if (choices.likely.empty())
        return;
    const bool isMissing = choices.isMissing;
    QMenu *near = menu->addMenu(isMissing ? tr("Pair with a likely &source") : tr("Pair with a likely &target"));
    for (const HandPairs &pairs : choices.likely)
        near->addAction(partnerText(pairs, isMissing), this, [this, pairs] { pair(pairs); });
}

void KeyTreeView::mousePressEvent(QMouseEvent *event)
{
    QTreeView::mousePressEvent(event);
    m_pressedAt = event->position().toPoint();
    const QModelIndex row = indexAt(m_pressedAt).siblingAtColumn(0);
    const bool isPlain = event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier;
    m_pressed = m_hasTarget && isPlain && m_pressedAt.x() >= visualRect(row).left() ? row : QModelIndex();
}

void KeyTreeView::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    if (!(event->buttons() & Qt::LeftButton) || (!m_pressed.isValid() && !m_isDragged)) {
        QTreeView::mouseMoveEvent(event);
        return;
    }
    const bool isFar = (at - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (!m_isDragged && (!isFar || !pickUp(m_pressed, true)))
        return;
    carryOver(viewport()->rect().contains(at) ? indexAt(at) : QModelIndex());
    const int margin = autoScrollMargin();
    if (at.y() < margin || at.y() > viewport()->height() - margin)
        startAutoScroll();
    else
        stopAutoScroll();
}

void KeyTreeView::mouseReleaseEvent(QMouseEvent *event)
{
    QTreeView::mouseReleaseEvent(event);
    m_pressed = QModelIndex();
    if (!m_isDragged || event->button() != Qt::LeftButton)
        return;
    const QPoint at = event->position().toPoint();
    carryOver(viewport()->rect().contains(at) ? indexAt(at) : QModelIndex()); // what is below may have scrolled away
    pairHere();
    letGo();
}

void KeyTreeView::drawPairing(QPainter *painter, const QRect &row, const QModelIndex &index) const
{
    if (!m_carried)
        return;
    const bool isOver = m_over.isValid() && index.siblingAtColumn(0) == m_over;
    const bool isCarried = !isPart(index) && m_keys->tree()->path(m_keys->nodeAt(index)) == *m_carried;
    if (!isOver && !isCarried)
        return;
    painter->save();
    QPen pen(colour(isOver && m_pairs ? toneOf(*m_pairs) : Tone::Accent, palette()), 2);
    pen.setStyle(isOver ? Qt::SolidLine : Qt::DashLine);
    pen.setJoinStyle(Qt::MiterJoin);
    painter->setPen(pen);
    painter->drawRect(QRect(0, row.top(), viewport()->width(), row.height()).adjusted(1, 1, -2, -1));
    painter->restore();
}
