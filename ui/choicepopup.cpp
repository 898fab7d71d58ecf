// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/choicepopup.h"

#include "ui/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
enum Role { DetailRole = Qt::UserRole, HelpRole, PossibleRole };

/// The text at the left, the detail at the right.
class ChoiceDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString text = std::exchange(item.text, QString());
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        const bool isPossible = index.data(PossibleRole).toBool();
        const int gap = Metrics(*item.widget).gap;
        QRect room = item.rect.adjusted(gap, 0, -gap, 0);
        const QString detail = index.data(DetailRole).toString();
        painter->save();
        painter->setFont(smallFont(item.font));
        painter->setPen(item.palette.color(QPalette::PlaceholderText));
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, detail);
        if (!detail.isEmpty())
            room.setRight(room.right() - painter->fontMetrics().horizontalAdvance(detail) - 2 * gap);
        painter->setFont(item.font);
        painter->setPen(item.palette.color(isPossible ? QPalette::Active : QPalette::Disabled, QPalette::Text));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                          item.fontMetrics.elidedText(text, Qt::ElideRight, room.width()));
        painter->restore();
    }
};
}

ChoicePopup::ChoicePopup(const QString &name, const QString &placeholder, QWidget *parent)
    : SearchPopup(parent)
    , m_help(new QLabel(this))
{
    const Metrics m(*this);
    setAccessibleName(name);
    m_search->setObjectName(u"choiceSearch"_s);
    m_search->setAccessibleName(placeholder);
    m_search->setPlaceholderText(placeholder);
    m_list->setObjectName(u"choiceList"_s);
    m_list->setAccessibleName(name);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_help->setObjectName(u"choiceHelp"_s);
    m_help->setAccessibleName(tr("About the choice"));
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setForegroundRole(QPalette::PlaceholderText);
    m_help->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_help->setMinimumHeight(2 * fontMetrics().lineSpacing()); // the list stays where it is
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(m.padding, m.padding, m.padding, m.gap);
    column->setSpacing(m.gap);
    column->addWidget(m_search);
    column->addWidget(m_list, 1);
    column->addWidget(m_help);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        m_help->setText(item ? item->data(HelpRole).toString() : tr("Nothing is called that."));
    });
}

void ChoicePopup::open(const std::vector<Choice> &choices, int current, const QPoint &at)
{
    const Metrics m(*this);
    m_list->clear();
    for (const Choice &choice : choices) {
        auto *item = new QListWidgetItem(choice.text, m_list);
        item->setData(DetailRole, choice.detail);
        item->setData(HelpRole, choice.help);
        item->setData(PossibleRole, choice.isPossible);
        item->setData(Qt::AccessibleTextRole, u"%1 %2"_s.arg(choice.text, choice.detail).trimmed());
        item->setSizeHint({0, m.row - 2});
    }
    m_current = current;
    m_search->clear();
    filter({});
    constexpr int mostRows = 16;
    const int rows = std::clamp(m_list->count(), 3, mostRows);
    resize(m.h * 38, rows * (m.row - 2) + 2 * m.row + 3 * m.padding + m_help->minimumHeight());
    move(at);
    show();
    m_list->scrollToItem(m_list->currentItem(), QListWidget::PositionAtCenter);
    m_search->setFocus();
}

/// The texts first; the help is searched only when no text has the words.
void ChoicePopup::filter(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const int role : {int(Qt::DisplayRole), int(HelpRole)}) {
        for (int row = 0; row < m_list->count(); ++row)
            m_list->item(row)->setHidden(!hasAll(m_list->item(row)->data(role).toString(), words));
        if (firstShown())
            break;
    }
    m_list->setCurrentItem(words.isEmpty() ? m_list->item(m_current) : firstShown());
    if (!m_list->currentItem())
        m_help->setText(tr("Nothing is called that."));
}

void ChoicePopup::choose(QListWidgetItem *item)
{
    if (!item || item->isHidden() || !item->data(PossibleRole).toBool())
        return; // the line below says why
    const int choice = m_list->row(item);
    close();
    Q_EMIT chosen(choice);
}
