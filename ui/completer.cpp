// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/completer.h"

#include "ui/textpaint.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyledItemDelegate>
#include <QTextBlock>

using namespace Qt::StringLiterals;

namespace {
constexpr int mostLines = 300; ///< before the cursor that are looked at
constexpr int mostRows = 9; ///< shown without scrolling
constexpr int detailRole = Qt::UserRole;

class Delegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QStyle *style = option.widget->style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        const int inset = option.fontMetrics.height() / 2;
        const QRect room = option.rect.adjusted(inset, 0, -inset, 0);
        painter->save();
        painter->setPen(option.palette.color(QPalette::Text));
        const QString detail = index.data(detailRole).toString();
        const int taken = option.fontMetrics.horizontalAdvance(detail) + inset;
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                          elidedKey(index.data().toString(), option.fontMetrics, room.width() - taken));
        painter->setPen(colour(Tone::Muted, option.palette));
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, detail);
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QString text = index.data().toString() + index.data(detailRole).toString();
        return {option.fontMetrics.horizontalAdvance(text) + 2 * option.fontMetrics.height(),
                option.fontMetrics.height() * 3 / 2};
    }
};
}

Completer::Completer(QWidget *field, Ask ask) : QObject(field), m_field(field), m_ask(std::move(ask))
{
    field->installEventFilter(this);
}

Completer::Completer(QLineEdit *line, Ask ask) : Completer(static_cast<QWidget *>(line), std::move(ask))
{
    m_line = line;
    connect(line, &QLineEdit::textEdited, this, &Completer::complete);
}

Completer::Completer(QPlainTextEdit *edit, Ask ask) : Completer(static_cast<QWidget *>(edit), std::move(ask))
{
    m_edit = edit;
    connect(edit, &QPlainTextEdit::textChanged, this, [this] {
        if (std::exchange(m_isTyping, false)) // not what undo or the other side of the recipe changed
            complete();
    });
}

Completer::~Completer()
{
    delete m_list;
}

bool Completer::isOpen() const
{
    return m_list && !m_list->isHidden();
}

QString Completer::before() const
{
    if (m_line)
        return m_line->text().left(m_line->cursorPosition());
    const QTextCursor cursor = m_edit->textCursor();
    QStringList lines{cursor.block().text().left(cursor.positionInBlock())};
    for (QTextBlock block = cursor.block().previous(); block.isValid() && lines.size() < mostLines;
         block = block.previous())
        lines.prepend(block.text());
    return lines.join(u'\n');
}

/// Where the list goes, in the window.
QRect Completer::anchor() const
{
    if (m_line)
        return {m_line->mapTo(m_line->window(), QPoint()), m_line->size()};
    const QRect cursor = m_edit->cursorRect();
    return {m_edit->viewport()->mapTo(m_edit->window(), cursor.topLeft()), cursor.size()};
}

void Completer::complete()
{
    m_isTyping = false;
    const bool isAtEnd = !m_line || !m_line->hasSelectedText();
    if (!m_field->hasFocus() || !isAtEnd) {
        close();
        return;
    }
    show(m_ask(before()));
}

void Completer::show(const Completions &completions)
{
    const QString typed = before().right(completions.replaced);
    const bool isDone = completions.items.size() == 1 && completions.items.first().text == typed;
    if (completions.items.isEmpty() || isDone) {
        close();
        return;
    }
    if (!m_list) {
        m_list = new QListWidget(m_field->window());
        m_list->setObjectName(u"completions"_s);
        m_list->setAccessibleName(tr("Completions"));
        m_list->setFocusPolicy(Qt::NoFocus);
        m_list->setFrameShape(QFrame::Box);
        m_list->setUniformItemSizes(true);
        m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        m_list->setItemDelegate(new Delegate(m_list));
        connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) { take(m_list->row(item)); });
    }
    m_list->setFont(fixedFont(m_field->window()->font()));
    m_list->clear();
    m_replaced = completions.replaced;
    for (const Completions::Item &item : completions.items) {
        auto *row = new QListWidgetItem(item.text, m_list);
        row->setData(detailRole, item.detail);
    }
    const QRect place = anchor();
    const int margin = 2 * m_list->frameWidth();
    const int height = m_list->sizeHintForRow(0) * qMin(mostRows, m_list->count()) + margin;
    const int least = m_line ? m_line->width() : 0;
    const int most = qMax(least, Metrics(*m_field).h * 40);
    const int bar = m_list->count() > mostRows ? m_list->style()->pixelMetric(QStyle::PM_ScrollBarExtent) : 0;
    const int width = qBound(least, m_list->sizeHintForColumn(0) + bar + margin, most);
    const QWidget *window = m_field->window();
    const bool isBelow = place.bottom() + height < window->height() || place.top() < height;
    const int x = qBound(0, place.left(), qMax(0, window->width() - width));
    m_list->setGeometry(x, isBelow ? place.bottom() + 2 : place.top() - height - 2, width, height);
    m_list->raise();
    m_list->show();
}

void Completer::close()
{
    if (m_list)
        m_list->hide();
}

void Completer::move(int by)
{
    const int count = m_list->count();
    const int row = m_list->currentRow();
    m_list->setCurrentRow(row < 0 ? (by > 0 ? 0 : count - 1) : qBound(0, row + by, count - 1));
}

void Completer::take(int row)
{
    const QString text = m_list->item(row)->text();
    const auto replaced = int(m_replaced);
    close();
    if (m_line) {
        if (replaced > 0)
            m_line->setSelection(m_line->cursorPosition() - replaced, replaced);
        m_line->insert(text);
        return;
    }
    m_isTyping = true;
    QTextCursor cursor = m_edit->textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, replaced);
    cursor.insertText(text);
    m_edit->setTextCursor(cursor);
}

/// Whether the key was for the list.
bool Completer::pressed(int key, Qt::KeyboardModifiers modifiers)
{
    const bool isPlain = modifiers == Qt::NoModifier || modifiers == Qt::KeypadModifier;
    const bool isAsked = (key == Qt::Key_Space && modifiers == Qt::ControlModifier)
        || (m_line && isPlain && key == Qt::Key_Down && !isOpen());
    if (isAsked) {
        complete();
        return true;
    }
    if (!isOpen() || !isPlain)
        return false;
    switch (key) {
    case Qt::Key_Down: move(1); return true;
    case Qt::Key_Up: move(-1); return true;
    case Qt::Key_PageDown: move(mostRows); return true;
    case Qt::Key_PageUp: move(-mostRows); return true;
    case Qt::Key_Escape: close(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        if (m_list->currentRow() >= 0) {
            take(m_list->currentRow());
            return true;
        }
        close();
        return false;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End: close(); return false;
    default: return false;
    }
}

bool Completer::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (pressed(key->key(), key->modifiers()))
            return true;
        m_isTyping = !key->text().isEmpty();
    } else if (event->type() == QEvent::FocusOut || event->type() == QEvent::Hide) {
        close();
    }
    return QObject::eventFilter(watched, event);
}
