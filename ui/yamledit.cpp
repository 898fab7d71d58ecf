// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/yamledit.h"

#include "ui/theme.h"
#include "ui/yamlcolours.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QTextBlock>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype atOnce = 200'000; ///< characters that are put into the document within a frame
}

class YamlEdit::Margin final : public QWidget
{
public:
    explicit Margin(YamlEdit *edit) : QWidget(edit), m_edit(edit) {}

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        m_edit->paintMargin(painter, rect());
    }

private:
    YamlEdit *m_edit;
};

YamlEdit::YamlEdit(QWidget *parent) : QPlainTextEdit(parent), m_margin(new Margin(this)), m_filling(document())
{
    setObjectName(u"recipeText"_s);
    setAccessibleName(tr("Recipe as text"));
    setAccessibleDescription(tr("YAML. What is typed becomes the recipe as soon as it is one."));
    m_margin->setAccessibleName(tr("Line numbers"));
    setFrameShape(NoFrame);
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true); // a tab means nothing in YAML, and the keyboard must find its way out
    setFont(fixedFont(parent->font()));
    m_nextFill.setSingleShot(true);
    connect(&m_nextFill, &QTimer::timeout, this, &YamlEdit::fill);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &YamlEdit::arrange);
    connect(this, &QPlainTextEdit::updateRequest, this, [this] { m_margin->update(); });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &YamlEdit::mark);
    arrange();
    mark();
}

/// Not toPlainText(): it makes spaces of no-break spaces.
QString YamlEdit::text() const
{
    return document()->toRawText().replace(QChar::ParagraphSeparator, u'\n').insert(m_filling.position(), m_rest);
}

void YamlEdit::setText(const QString &text)
{
    m_rest.clear();
    const QString old = this->text();
    const auto [oldBegin, newBegin] = std::mismatch(old.begin(), old.end(), text.begin(), text.end());
    const qsizetype same = oldBegin - old.begin();
    qsizetype tail = 0;
    while (tail < std::min(old.size(), text.size()) - same
           && old[old.size() - 1 - tail] == text[text.size() - 1 - tail])
        ++tail;
    m_filling = QTextCursor(document());
    m_filling.setPosition(int(same));
    m_filling.setPosition(int(old.size() - tail), QTextCursor::KeepAnchor);
    m_rest = text.mid(same, text.size() - same - tail);
    m_nextFill.stop();
    fill();
}

void YamlEdit::fill()
{
    m_filling.insertText(m_rest.left(atOnce)); // and then taken: who hears of the change sees that it is not over
    m_rest.remove(0, atOnce);
    if (isReadOnly() != isFilling())
        setReadOnly(isFilling());
    if (isFilling()) {
        m_nextFill.start();
        return;
    }
    document()->clearUndoRedoStacks();
    const auto keys = std::exchange(m_keysAhead, {});
    for (const auto &key : keys)
        keyPressEvent(key.get());
}

void YamlEdit::markError(const Error &error)
{
    QTextBlock block = document()->findBlockByNumber(std::min(error.line, blockCount()) - 1);
    m_errorColumn = error.column;
    while (block.previous().isValid() && block.text().trimmed().isEmpty()) {
        block = block.previous();
        m_errorColumn = 0;
    }
    m_errorLine = block.blockNumber() + 1;
    mark();
}

void YamlEdit::clearError()
{
    m_errorLine = 0;
    mark();
}

/// From the error's column to the end of its line; the whole line when nothing is behind that column.
QTextCursor YamlEdit::errorCursor() const
{
    const QTextBlock block = document()->findBlockByNumber(m_errorLine - 1);
    const QString line = block.text();
    qsizetype at = 0;
    for (int column = 1; column < m_errorColumn && at < line.size(); ++column)
        at += line[at].isHighSurrogate() ? 2 : 1;
    if (line.mid(at).trimmed().isEmpty())
        at = std::find_if(line.begin(), line.end(), [](QChar c) { return !c.isSpace(); }) - line.begin();
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + int(std::min(at, line.size())));
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    return cursor;
}

void YamlEdit::goToError()
{
    if (m_errorLine == 0)
        return;
    QTextCursor cursor = errorCursor();
    cursor.setPosition(cursor.selectionStart());
    setTextCursor(cursor);
    centerCursor();
    setFocus(Qt::ShortcutFocusReason);
}

void YamlEdit::mark()
{
    QTextEdit::ExtraSelection current;
    current.cursor = textCursor();
    current.cursor.clearSelection();
    current.format.setBackground(palette().window());
    current.format.setProperty(QTextFormat::FullWidthSelection, true);
    QList<QTextEdit::ExtraSelection> selections{current};
    if (m_errorLine > 0) {
        QTextEdit::ExtraSelection wrong;
        wrong.cursor = errorCursor();
        wrong.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wrong.format.setUnderlineColor(colour(Tone::Missing, palette()));
        selections << wrong;
    }
    setExtraSelections(selections);
    m_margin->update();
}

int YamlEdit::marginWidth() const
{
    const int digits = int(QString::number(blockCount()).size());
    const Metrics m(*this);
    return m.padding + m.gap + fontMetrics().horizontalAdvance(u'9') * std::max(2, digits) + m.gap;
}

void YamlEdit::arrange()
{
    setViewportMargins(marginWidth(), 0, 0, 0);
    m_margin->setGeometry(0, 0, marginWidth(), height());
}

void YamlEdit::paintMargin(QPainter &painter, const QRect &rect)
{
    painter.fillRect(rect, palette().base());
    painter.setFont(font());
    const int right = rect.width() - Metrics(*this).gap;
    const int height = fontMetrics().height();
    QTextBlock block = firstVisibleBlock();
    while (block.isValid()) {
        const int top = qRound(blockBoundingGeometry(block).translated(contentOffset()).top());
        if (top > rect.bottom())
            break;
        const int line = block.blockNumber() + 1;
        const bool isWrong = line == m_errorLine;
        const bool isCurrent = block == textCursor().block();
        if (isCurrent)
            painter.fillRect(0, top, rect.width(), height, palette().window());
        painter.setPen(colour(isWrong ? Tone::Missing : isCurrent ? Tone::Text : Tone::Muted, palette()));
        painter.drawText(0, top, right, height, Qt::AlignRight, QString::number(line));
        if (isWrong)
            painter.drawText(Metrics(*this).gap, top, right, height, Qt::AlignLeft, u"✗"_s);
        block = block.next();
    }
}

/// Only of the lines in sight, of which a text may have 60,000, and once since their text or the palette changed.
void YamlEdit::colourLines()
{
    QTextBlock block = firstVisibleBlock();
    qreal top = blockBoundingGeometry(block).translated(contentOffset()).top();
    for (; block.isValid() && top <= viewport()->height(); block = block.next()) {
        // Neither ever falls, so that their sum is another when one has changed.
        if (const int changes = block.revision() + m_palettes; block.userState() != changes) {
            block.setUserState(changes);
            block.layout()->setFormats(yamlColours(block.text(), palette()));
            document()->markContentsDirty(block.position(), block.length());
        }
        top += blockBoundingRect(block).height();
    }
}

void YamlEdit::paintEvent(QPaintEvent *event)
{
    colourLines();
    QPlainTextEdit::paintEvent(event);
}

bool YamlEdit::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

/// A new line begins where the one before it begins.
void YamlEdit::keyPressEvent(QKeyEvent *event)
{
    if (isFilling()) {
        m_keysAhead.emplace_back(event->clone());
        return;
    }
    if ((event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter) || event->modifiers() & Qt::ControlModifier) {
        QPlainTextEdit::keyPressEvent(event);
        return;
    }
    const QString line = textCursor().block().text().left(textCursor().positionInBlock());
    const auto end = std::find_if(line.begin(), line.end(), [](QChar c) { return c != u' '; });
    textCursor().insertText(u'\n' + line.left(end - line.begin()));
    ensureCursorVisible();
}

/// Without undo and redo: those are the window's.
void YamlEdit::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu *menu = createStandardContextMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QList<QAction *> actions = menu->actions();
    for (QAction *action : actions) {
        const bool isFirst = action == menu->actions().first();
        if (action->objectName() == "edit-undo"_L1 || action->objectName() == "edit-redo"_L1
            || (isFirst && action->isSeparator()))
            menu->removeAction(action);
    }
    menu->popup(event->globalPos());
}

void YamlEdit::focusInEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusInEvent(event);
    if (event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason)
        Q_EMIT entered();
}

void YamlEdit::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    Q_EMIT left();
}

void YamlEdit::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    arrange();
}

void YamlEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        ++m_palettes;
        mark();
    }
    if (event->type() == QEvent::FontChange)
        arrange();
}
