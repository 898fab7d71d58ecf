// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offerlist.h"

#include "ui/textpaint.h"
#include "ui/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace {
constexpr int detailRole = Qt::UserRole;

/// The offer in the fixed face, what it means beside it in the window's.
class OfferDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QFontMetrics fixed(fixedFont(option.font));
        const int width = fixed.horizontalAdvance(index.data().toString())
            + option.fontMetrics.horizontalAdvance(index.data(detailRole).toString());
        return {width + 2 * option.fontMetrics.height(), option.fontMetrics.height() * 3 / 2};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        const int inset = option.fontMetrics.height() / 2;
        const QRect room = option.rect.adjusted(inset, 0, -inset, 0);
        const QString detail = index.data(detailRole).toString();
        const int wanted = detail.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(detail) + inset;
        painter->save();
        painter->setFont(fixedFont(option.font));
        painter->setPen(colour(Tone::Text, option.palette));
        const QFontMetrics metrics = painter->fontMetrics();
        // A long explanation leaves half of the room to the text.
        const QString text = elidedKey(index.data().toString(), metrics, room.width() - qMin(wanted, room.width() / 2));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter, text);
        const QRect rest = room.adjusted(metrics.horizontalAdvance(text) + inset, 0, 0, 0);
        painter->setFont(option.font);
        painter->setPen(colour(Tone::Muted, option.palette));
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(detail, Qt::ElideRight, rest.width()));
        painter->restore();
    }
};
}

OfferList::OfferList(QWidget *field, int mostRows) : QListWidget(field->window()), m_field(field), m_mostRows(mostRows)
{
    setItemDelegate(new OfferDelegate(this));
    setFocusPolicy(Qt::NoFocus);
    setFrameShape(QFrame::Box);
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    hide();
    connect(this, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) { Q_EMIT picked(item->text()); });
}

void OfferList::offer(const QList<Offer> &offers, const QRect &place)
{
    clear();
    for (const Offer &offer : offers) {
        auto *item = new QListWidgetItem(offer.text, this);
        item->setData(detailRole, offer.detail);
        item->setData(Qt::AccessibleTextRole,
                      offer.detail.isEmpty() ? offer.text : offer.text + u", "_s + offer.detail);
    }
    QWidget *window = m_field->window();
    if (parentWidget() != window)
        setParent(window);
    if (offers.isEmpty()) {
        hide();
        return;
    }
    const int margin = 2 * frameWidth();
    const int height = sizeHintForRow(0) * qMin(m_mostRows, count()) + margin;
    const int most = Metrics(*window).h * 46;
    const int bar = count() > m_mostRows ? style()->pixelMetric(QStyle::PM_ScrollBarExtent) : 0;
    const int width = qBound(qMin(place.width(), most), sizeHintForColumn(0) + bar + margin, most);
    const QRect inWindow(m_field->mapTo(window, place.topLeft()), place.size());
    const bool isBelow = inWindow.bottom() + height < window->height() || inWindow.top() < height;
    const int x = qBound(0, inWindow.left(), qMax(0, window->width() - width));
    setGeometry(x, isBelow ? inWindow.bottom() + 2 : inWindow.top() - height - 2, width, height);
    show();
    raise();
}

void OfferList::step(int by)
{
    const int row = currentRow();
    const int next = row < 0 && by < 0 ? count() - 1 : row + by;
    const bool isOne = qAbs(by) == 1;
    setCurrentRow(next >= 0 && next < count() ? next : (next < 0) == isOne ? count() - 1 : 0);
}

QString OfferList::chosen() const
{
    return isVisible() && currentItem() ? currentItem()->text() : QString();
}
