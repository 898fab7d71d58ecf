// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/choicepopup.h"

#include "ui/theme.h"

#include <QKeyEvent>
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
    : QFrame(parent, Qt::Popup)
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_help(new QLabel(this))
{
    const Metrics m(*this);
    setAccessibleName(name);
    m_search->setObjectName(u"choiceSearch"_s);
    m_search->setAccessibleName(placeholder);
    m_search->setPlaceholderText(placeholder);
    m_search->installEventFilter(this);
    m_list->setObjectName(u"choiceList"_s);
    m_list->setAccessibleName(name);
    m_list->setFrameShape(NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus); // the search line keeps the keyboard; arrows go through it
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
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
    connect(m_search, &QLineEdit::textChanged, this, &ChoicePopup::filter);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        m_help->setText(item ? item->data(HelpRole).toString() : tr("Nothing is called that."));
    });
    connect(m_list, &QListWidget::itemEntered, m_list, qOverload<QListWidgetItem *>(&QListWidget::setCurrentItem));
    connect(m_list, &QListWidget::itemClicked, this, &ChoicePopup::choose);
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

QListWidgetItem *ChoicePopup::firstShown() const
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (!m_list->item(row)->isHidden())
            return m_list->item(row);
    }
    return nullptr;
}

/// The texts first; the help is searched only when no text has the words.
void ChoicePopup::filter(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const auto has = [&words](const QString &all) {
        return std::all_of(words.begin(), words.end(),
                           [&all](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
    };
    for (const int role : {int(Qt::DisplayRole), int(HelpRole)}) {
        for (int row = 0; row < m_list->count(); ++row)
            m_list->item(row)->setHidden(!has(m_list->item(row)->data(role).toString()));
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

void ChoicePopup::moveCurrent(int by)
{
    for (int row = m_list->currentRow() + by; row >= 0 && row < m_list->count(); row += by) {
        if (!m_list->item(row)->isHidden()) {
            m_list->setCurrentRow(row);
            return;
        }
    }
}

bool ChoicePopup::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down: moveCurrent(1); return true;
    case Qt::Key_Up: moveCurrent(-1); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: choose(m_list->currentItem()); return true;
    case Qt::Key_Escape: close(); return true;
    default: return false;
    }
}

void ChoicePopup::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(colour(Tone::Line, palette()));
    painter.setBrush(palette().base());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}
