// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keydelegate.h"

#include "model/base/text.h"
#include "model/items/keymatches.h"
#include "model/items/keytreemodel.h"
#include "ui/textpaint.h"
#include "ui/verdictlook.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

struct KeyDelegate::Cell
{
    QModelIndex index;
    QString text;
    KeyVerdict verdict;
    bool isGroup;
    QPalette palette;
    QFont font;
};

namespace {
bool isTakenOut(KeyVerdict verdict)
{
    return verdict == KeyVerdict::Dropped || verdict == KeyVerdict::Skipped;
}

struct VerdictWords
{
    KeyVerdict verdict = KeyVerdict::None;
    QString text;
};

/// A group says its exceptions; without any, how much is loaded.
VerdictWords groupWords(const QModelIndex &index)
{
    const auto counts = index.data(KeyTreeModel::CountsRole).value<QList<qint64>>();
    const auto words = [](KeyVerdict verdict, qint64 count) {
        return VerdictWords{verdict, u"%1 %2"_s.arg(exactText(count), verdictText(verdict))};
    };
    for (qsizetype at = counts.size() - 1; at >= 0; --at) {
        if (counts[at] > 0 && isDifference(KeyVerdict(at)))
            return words(KeyVerdict(at), counts[at]);
    }
    for (qsizetype at = 1; at < counts.size(); ++at) { // the best first: loaded before dropped
        if (counts[at] > 0)
            return words(KeyVerdict(at), counts[at]);
    }
    return {};
}

/// The common case is quiet: a loaded key is a tick.
VerdictWords leafWords(const QModelIndex &index, KeyVerdict verdict, const QString &text)
{
    if (verdict == KeyVerdict::Loaded)
        return {verdict, {}};
    const int step = index.data(KeyTreeModel::DroppedByRole).toInt();
    return {verdict,
            verdict == KeyVerdict::Dropped && step >= 0 ? KeyDelegate::tr("dropped by %1").arg(step + 1) : text};
}

/// Rows that the row of a family or a stretch stands for.
int rowsOf(const QModelIndex &index)
{
    return index.data(KeyTreeModel::FamilyRole).toInt() + index.data(KeyTreeModel::StretchRole).toInt();
}

/// "first … last" without the words at the beginning and at the end that both have, where there is no room for them:
/// "…3_proj … 47_proj…". What is still too long of each is taken out of its own middle.
QString elidedStretch(const QString &text, const QFontMetrics &metrics, int width)
{
    const auto between = u" … "_s;
    QStringList ends = text.split(between);
    if (ends.size() != 2 || metrics.horizontalAdvance(text) <= width)
        return elidedKey(text, metrics, width);
    const auto isWord = [](QChar c) { return c.isLetterOrNumber(); };
    auto begin = std::mismatch(ends[0].cbegin(), ends[0].cend(), ends[1].cbegin(), ends[1].cend()).first;
    while (begin != ends[0].cbegin() && isWord(*(begin - 1)))
        --begin;
    const qsizetype same = begin - ends[0].cbegin();
    auto end =
        std::mismatch(ends[0].crbegin(), ends[0].crend() - same, ends[1].crbegin(), ends[1].crend() - same).first;
    while (end != ends[0].crbegin() && isWord(*(end - 1)))
        --end;
    const qsizetype tail = end - ends[0].crbegin();
    for (QString &name : ends)
        name = name.mid(same, name.size() - same - tail);
    if (same > 0)
        ends[0].prepend(u'…');
    if (tail > 0)
        ends[1].append(u'…');
    if (metrics.horizontalAdvance(ends.join(between)) <= width)
        return ends.join(between);
    const int room = width - metrics.horizontalAdvance(between);
    const int first = qMin(metrics.horizontalAdvance(ends[0]), room / 2);
    const int second = qMin(metrics.horizontalAdvance(ends[1]), room - first);
    return elidedKey(ends[0], metrics, room - second) + between + elidedKey(ends[1], metrics, second);
}

/// Only a key that is itself the exception is coloured; a shape or dtype difference colours the shape or dtype.
QColor keyInk(KeyVerdict verdict, bool isGroup, const QPalette &palette)
{
    if (isGroup)
        return colour(Tone::Text, palette);
    switch (verdict) {
    case KeyVerdict::Unexpected:
    case KeyVerdict::Missing:
    case KeyVerdict::Collided:
    case KeyVerdict::Dropped:
    case KeyVerdict::Skipped:
    case KeyVerdict::Ignored: return colour(look(verdict).tone, palette);
    default: return colour(Tone::Text, palette);
    }
}
}

KeyDelegate::KeyDelegate(QObject *parent) : QStyledItemDelegate(parent) {}

QSize KeyDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int h = QFontInfo(option.font).pixelSize();
    return {h * 8, h * 2 - 2};
}

QWidget *KeyDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &) const
{
    auto *line = new QLineEdit(parent);
    line->setObjectName(u"keyEditor"_s);
    line->setAccessibleName(tr("New name"));
    line->setFont(fixedFont(option.font));
    return line;
}

/// Once: what the user has typed since is not overwritten.
void KeyDelegate::setEditorData(QWidget *editor, const QModelIndex &) const
{
    auto *line = qobject_cast<QLineEdit *>(editor);
    if (line->isModified() || !line->text().isEmpty())
        return;
    line->setText(m_edited);
    line->selectAll();
}

void KeyDelegate::setModelData(QWidget *editor, QAbstractItemModel *, const QModelIndex &index) const
{
    Q_EMIT edited(index, qobject_cast<QLineEdit *>(editor)->text());
}

/// At once: Qt would take the name in the next turn of the event loop, when another tree may have closed the editor.
bool KeyDelegate::eventFilter(QObject *watched, QEvent *event)
{
    auto *line = qobject_cast<QLineEdit *>(watched);
    const int key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent *>(event)->key() : 0;
    if (!line || (key != Qt::Key_Return && key != Qt::Key_Enter))
        return QStyledItemDelegate::eventFilter(watched, event);
    Q_EMIT commitData(line);
    Q_EMIT closeEditor(line);
    return true;
}

/// A whole key has more room than its cell: up to the end of the row.
void KeyDelegate::updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int needed = QFontMetrics(editor->font()).horizontalAdvance(m_edited) + 3 * option.rect.height();
    const int room = qMax(option.rect.width(), editor->parentWidget()->width() - option.rect.left());
    editor->setGeometry(option.rect.left(), option.rect.top(), qBound(option.rect.width(), needed, room),
                        option.rect.height());
}

void KeyDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);

    const Cell cell{index,
                    index.data(Qt::DisplayRole).toString(),
                    index.data(KeyTreeModel::VerdictRole).value<KeyVerdict>(),
                    index.data(KeyTreeModel::IsGroupRole).toBool(),
                    option.palette,
                    option.font};
    const int inset = QFontInfo(option.font).pixelSize() * 6 / 10;
    painter->save();
    painter->setFont(option.font);
    switch (KeyTreeModel::Column(index.column())) {
    case KeyTreeModel::SourceKey: paintKey(*painter, cell, option.rect.adjusted(2, 0, -inset, 0), true); break;
    case KeyTreeModel::TargetKey: paintKey(*painter, cell, option.rect.adjusted(inset, 0, -inset, 0), false); break;
    case KeyTreeModel::SourceShape:
    case KeyTreeModel::TargetShape:
    case KeyTreeModel::DTypeColumn: paintShape(*painter, cell, option.rect.adjusted(inset, 0, -inset, 0)); break;
    case KeyTreeModel::Parameters:
    case KeyTreeModel::Bytes: paintNumber(*painter, cell, option.rect.adjusted(0, 0, -inset, 0)); break;
    case KeyTreeModel::Verdict: paintVerdict(*painter, cell, option.rect.adjusted(inset, 0, -2, 0)); break;
    case KeyTreeModel::ColumnCount: break;
    }
    painter->restore();
}

void KeyDelegate::paintKey(QPainter &painter, const Cell &cell, const QRect &rect, bool isSource) const
{
    QFont font = fixedFont(cell.font);
    font.setItalic(cell.index.data(KeyTreeModel::StretchRole).toInt() > 0); // no key of the file
    font.setStrikeOut(isSource && !cell.isGroup && isTakenOut(cell.verdict));
    const QString several = isSource ? cell.index.data(KeyTreeModel::SeveralRole).toString() : QString();
    painter.setFont(font);
    const QFontMetrics metrics = painter.fontMetrics();
    const int rows = cell.text.isEmpty() ? 0 : rowsOf(cell.index);
    const bool isStretch = cell.index.data(KeyTreeModel::StretchRole).toInt() > 0;
    const QString count = rows > 0 ? u"  ×%1"_s.arg(exactText(rows)) : several.isEmpty() ? several : u"  "_s + several;
    const int room = rect.width() - metrics.horizontalAdvance(count);
    const QString shown = isStretch ? elidedStretch(cell.text, metrics, room) : elidedKey(cell.text, metrics, room);
    if (isSource && (!isStretch || shown == cell.text)) {
        const auto boxOf = [&](int of, int size) {
            const auto [start, length] = pieceShown(cell.text, shown, of, size);
            return QRect(rect.left() + metrics.horizontalAdvance(shown.left(start)) - 1,
                         rect.center().y() - metrics.height() / 2,
                         metrics.horizontalAdvance(shown.mid(start, length)) + 2, metrics.height() + 1);
        };
        const auto changed = cell.index.data(KeyTreeModel::ChangedRangesRole).value<QList<int>>();
        for (qsizetype at = 0; at + 1 < changed.size(); at += 2)
            painter.fillRect(boxOf(changed[at], changed[at + 1]), colour(Tone::Chip, cell.palette));
        const auto *keys = qobject_cast<const KeyTreeModel *>(cell.index.model());
        const bool isPart = cell.index.data(KeyTreeModel::PartRole).toInt() > 0;
        const QList<int> matched =
            m_matches && keys && !isPart ? m_matches->rangesIn(keys->nodeAt(cell.index)) : QList<int>();
        const int line = qMax(2, metrics.lineWidth() * 2);
        for (qsizetype at = 0; at + 1 < matched.size(); at += 2) {
            const QRect box = boxOf(matched[at], matched[at + 1]).adjusted(1, 0, -1, 0);
            painter.fillRect(QRect(box.left(), box.bottom() - line + 1, box.width(), line),
                             colour(Tone::Accent, cell.palette));
        }
    }
    painter.setPen(isStretch ? colour(Tone::Muted, cell.palette) : keyInk(cell.verdict, cell.isGroup, cell.palette));
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, shown);
    if (!count.isEmpty()) {
        painter.setPen(colour(Tone::Muted, cell.palette));
        painter.drawText(rect.adjusted(metrics.horizontalAdvance(shown), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         count);
    }
}

/// What a cell has no room for, or says of a group only in sum.
QString KeyDelegate::helpText(const QModelIndex &index)
{
    const int members = index.data(KeyTreeModel::FamilyRole).toInt();
    switch (KeyTreeModel::Column(index.column())) {
    case KeyTreeModel::SourceKey: return index.data(KeyTreeModel::SourceNameRole).toString();
    case KeyTreeModel::TargetKey: return index.data(KeyTreeModel::TargetNameRole).toString();
    case KeyTreeModel::Parameters:
    case KeyTreeModel::Bytes: {
        const qint64 sum = index.data(KeyTreeModel::SortRole).toLongLong();
        const bool isBytes = index.column() == KeyTreeModel::Bytes;
        const auto said = [&](qint64 size) { return isBytes ? bytesText(size) : exactText(size); };
        return members > 0 ? tr("%1 together, %2 each").arg(said(sum), said(sum / members)) : said(sum);
    }
    default: return index.data().toString();
    }
}

bool KeyDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                            const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), helpText(index), view, option.rect);
    return true;
}

void KeyDelegate::paintShape(QPainter &painter, const Cell &cell, const QRect &rect) const
{
    const bool isDType = cell.index.column() == KeyTreeModel::DTypeColumn;
    const bool differs =
        !cell.isGroup && cell.verdict == (isDType ? KeyVerdict::DTypeDiffers : KeyVerdict::SizeMismatch);
    painter.setFont(fixedFont(cell.font));
    painter.setPen(colour(differs ? Tone::Mismatch : Tone::Muted, cell.palette));
    QString text = cell.text;
    if (painter.fontMetrics().horizontalAdvance(text) > rect.width())
        text.remove(u' '); // "24×3×4×4" before anything is cut off
    const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width());
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, shown);
}

void KeyDelegate::paintNumber(QPainter &painter, const Cell &cell, const QRect &rect) const
{
    painter.setPen(colour(cell.isGroup ? Tone::Muted : Tone::Text, cell.palette));
    drawTabular(painter, rect, cell.text);
}

void KeyDelegate::paintVerdict(QPainter &painter, const Cell &cell, const QRect &rect) const
{
    const VerdictWords said = cell.isGroup ? groupWords(cell.index) : leafWords(cell.index, cell.verdict, cell.text);
    const VerdictLook how = look(said.verdict);
    painter.setPen(colour(how.tone, cell.palette));
    const int sign = painter.fontMetrics().horizontalAdvance(u"✗ "_s) + 3;
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, how.sign);
    const QRect words = rect.adjusted(sign, 0, 0, 0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(said.text, Qt::ElideRight, words.width()));
}
