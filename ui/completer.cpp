// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/completer.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextBlock>

using namespace Qt::StringLiterals;

namespace {
constexpr int mostLines = 300; ///< before the cursor that are looked at
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

/// What the list goes below, in the field.
QRect Completer::place() const
{
    if (m_line)
        return m_line->rect();
    const QRect cursor = m_edit->cursorRect();
    return {m_edit->viewport()->mapTo(m_edit, cursor.topLeft()), cursor.size()};
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
        m_list = new OfferList(m_field, 9);
        m_list->setObjectName(u"completions"_s);
        m_list->setAccessibleName(tr("Completions"));
        connect(m_list, &OfferList::picked, this, &Completer::take);
    }
    m_replaced = completions.replaced;
    m_list->offer(completions.items, place());
}

void Completer::close()
{
    if (m_list)
        m_list->hide();
}

void Completer::take(const QString &text)
{
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
    case Qt::Key_Down: m_list->step(1); return true;
    case Qt::Key_Up: m_list->step(-1); return true;
    case Qt::Key_PageDown: m_list->step(m_list->mostRows()); return true;
    case Qt::Key_PageUp: m_list->step(-m_list->mostRows()); return true;
    case Qt::Key_Escape: close(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        if (const QString text = m_list->chosen(); !text.isEmpty()) {
            take(text);
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
