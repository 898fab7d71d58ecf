// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filterpopup.h"

#include "ui/theme.h"

#include <QPainter>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace {
/// The offer in the fixed face, what it means beside it.
class OfferDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    static constexpr int help = Qt::UserRole;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {option.fontMetrics.averageCharWidth() * 20, option.fontMetrics.height() * 3 / 2};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const int inset = option.fontMetrics.averageCharWidth();
        const QRect rect = option.rect.adjusted(inset, 0, -inset, 0);
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, colour(Tone::Selection, option.palette));
        painter->setFont(fixedFont(option.font));
        painter->setPen(colour(Tone::Text, option.palette));
        const QString text = index.data().toString();
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, text);
        const int used = painter->fontMetrics().horizontalAdvance(text + u"   "_s);
        painter->setFont(option.font);
        painter->setPen(colour(Tone::Muted, option.palette));
        const QRect rest = rect.adjusted(used, 0, 0, 0);
        painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data(help).toString(), Qt::ElideRight, rest.width()));
        painter->restore();
    }
};
}

FilterPopup::FilterPopup(QWidget *line) : QListWidget(line->window()), m_line(line)
{
    setObjectName(u"filterOffers"_s);
    setAccessibleName(tr("What the word can become"));
    setItemDelegate(new OfferDelegate(this));
    setFocusPolicy(Qt::NoFocus);
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::Box);
    hide();
    connect(this, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) { Q_EMIT picked(item->text()); });
}

void FilterPopup::offer(const QList<FilterWord> &words)
{
    constexpr int mostRows = 16;
    clear();
    for (const FilterWord &word : words) {
        auto *item = new QListWidgetItem(word.text, this);
        item->setData(OfferDelegate::help, word.help);
        item->setData(Qt::AccessibleTextRole, word.help.isEmpty() ? word.text : word.text + u", "_s + word.help);
    }
    if (words.isEmpty()) {
        hide();
        return;
    }
    QWidget *window = m_line->window();
    if (parentWidget() != window)
        setParent(window);
    const int rows = qMin(mostRows, count());
    const QPoint at = m_line->mapTo(window, QPoint(0, m_line->height() + 1));
    setGeometry(at.x(), at.y(), qMin(m_line->width(), Metrics(*this).h * 46),
                rows * sizeHintForRow(0) + 2 * frameWidth());
    show();
    raise();
}

void FilterPopup::step(int by)
{
    const int next = currentRow() + by;
    setCurrentRow(next < 0 ? count() - 1 : next >= count() ? 0 : next);
}

QString FilterPopup::chosen() const
{
    return isVisible() && currentItem() ? currentItem()->text() : QString();
}
