// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keytreeview.h"

#include "model/items/keytreemodel.h"
#include "ui/keydelegate.h"
#include "ui/keyheader.h"
#include "ui/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace {
constexpr int mostSearched = 1000; ///< rows looked at for one to start with
constexpr int mostExpanded = 20000; ///< restoring more costs more than it gives

QString nameOf(const QModelIndex &index)
{
    const QString target = index.data(KeyTreeModel::TargetNameRole).toString();
    return target.isEmpty() ? index.data(KeyTreeModel::SourceNameRole).toString() : target;
}

/// Whether all keys of a group are left out on purpose: such a group is nothing to look at first.
bool isLeftOut(const QModelIndex &group)
{
    const auto counts = group.data(KeyTreeModel::CountsRole).value<QList<qint64>>();
    qint64 rest = 0;
    for (qsizetype at = 0; at < counts.size(); ++at) {
        const auto verdict = KeyVerdict(at);
        const bool isOut =
            verdict == KeyVerdict::Ignored || verdict == KeyVerdict::Skipped || verdict == KeyVerdict::Dropped;
        rest += isOut ? 0 : counts[at];
    }
    return rest == 0;
}
}

KeyTreeView::KeyTreeView(QWidget *parent) : QTreeView(parent)
{
    setObjectName(u"keyTree"_s);
    setAccessibleName(tr("Keys"));
    setItemDelegate(new KeyDelegate(this));
    auto *keyHeader = new KeyHeader(this);
    setHeader(keyHeader);
    header()->setAccessibleName(tr("Columns"));
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerItem);
    setFrameShape(NoFrame);
    setAnimated(false);
    header()->setSectionsMovable(false);
    header()->setStretchLastSection(false);
    header()->setHighlightSections(false);
    header()->setMinimumSectionSize(Metrics(*this).h * 2);
    connect(header(), &QHeaderView::sectionResized, this,
            [this, keyHeader] { m_userSized |= !m_isLayingOut && keyHeader->isHeld(); });
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex &index) {
        if (!m_isRestoring)
            m_expanded.insert(nameOf(index));
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex &index) {
        if (!m_isRestoring)
            m_expanded.remove(nameOf(index));
    });
}

void KeyTreeView::setKeys(KeyTreeModel *model)
{
    m_keys = model;
    setModel(model);
    setHasTarget(false, false);
}

void KeyTreeView::setHasTarget(bool hasTarget, bool namesChange)
{
    m_hasTarget = hasTarget;
    setColumnHidden(KeyTreeModel::TargetKey, !hasTarget && !namesChange);
    setColumnHidden(KeyTreeModel::TargetShape, !hasTarget);
    setColumnHidden(KeyTreeModel::DTypeColumn, hasTarget);
    setColumnHidden(KeyTreeModel::Bytes, hasTarget);
    setColumnHidden(KeyTreeModel::Verdict, !hasTarget && !namesChange);
    layoutColumns();
}

void KeyTreeView::layoutColumns()
{
    if (!m_keys || m_userSized)
        return;
    m_isLayingOut = true;
    const int h = Metrics(*this).h;
    const bool isNarrow = m_hasTarget && viewport()->width() < h * 66;
    const int digit = QFontMetrics(fixedFont(font())).horizontalAdvance(u'0');
    header()->resizeSection(KeyTreeModel::SourceShape, digit * (isNarrow ? 11 : 16) + h * 3 / 2);
    header()->resizeSection(KeyTreeModel::TargetShape, digit * (isNarrow ? 11 : 16) + h * 3 / 2);
    header()->resizeSection(KeyTreeModel::DTypeColumn, digit * 9 + h * 2);
    header()->resizeSection(KeyTreeModel::Parameters, h * 7);
    header()->resizeSection(KeyTreeModel::Bytes, h * 7);
    header()->resizeSection(KeyTreeModel::Verdict, h * (isNarrow ? 9 : 11));
    int rest = viewport()->width();
    for (int column = 0; column < KeyTreeModel::ColumnCount; ++column) {
        if (column != KeyTreeModel::SourceKey && column != KeyTreeModel::TargetKey && !isColumnHidden(column))
            rest -= header()->sectionSize(column);
    }
    const bool two = !isColumnHidden(KeyTreeModel::TargetKey);
    const int least = h * 12;
    if (two)
        header()->resizeSection(KeyTreeModel::TargetKey, qMax(least, rest * 46 / 100));
    header()->resizeSection(KeyTreeModel::SourceKey, qMax(least, two ? rest - rest * 46 / 100 : rest));
    m_isLayingOut = false;
}

QByteArray KeyTreeView::columns() const
{
    return m_userSized ? header()->saveState() : QByteArray();
}

void KeyTreeView::restoreColumns(const QByteArray &columns)
{
    m_userSized = !columns.isEmpty() && header()->restoreState(columns);
    setHasTarget(m_hasTarget, false);
}

void KeyTreeView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    layoutColumns();
}

void KeyTreeView::rememberPlace()
{
    m_current = nameOf(currentIndex());
    m_scroll = verticalScrollBar()->value();
}

void KeyTreeView::restorePlace()
{
    m_isRestoring = true;
    if (m_expanded.size() <= mostExpanded) {
        for (const QString &name : std::as_const(m_expanded)) {
            const QModelIndex index = m_keys->indexOf(name.toStdString());
            if (index.isValid())
                expand(index);
        }
    }
    const QModelIndex index = m_current.isEmpty() ? QModelIndex() : m_keys->indexOf(m_current.toStdString());
    if (index.isValid())
        setCurrentIndex(index);
    else
        Q_EMIT currentKeyChanged({});
    m_isRestoring = false;
    verticalScrollBar()->setValue(m_scroll);
}

void KeyTreeView::openFresh()
{
    m_expanded.clear();
    m_scroll = 0;
    expandUpTo(qMax(24, viewport()->height() / qMax(1, Metrics(*this).row - 2)), true);
    if (m_current.isEmpty() || !goToKey(m_current))
        setCurrentIndex(firstKey());
}

QModelIndex KeyTreeView::firstKey() const
{
    QModelIndex first;
    int rest = mostSearched;
    for (QModelIndex at = model()->index(0, 0); at.isValid() && --rest > 0; at = indexBelow(at)) {
        if (at.data(KeyTreeModel::IsGroupRole).toBool())
            continue;
        if (at.data(KeyTreeModel::VerdictRole).value<KeyVerdict>() <= KeyVerdict::Created)
            return at;
        if (!first.isValid())
            first = at;
    }
    return first;
}

void KeyTreeView::expandUpTo(int rows, bool skipLeftOut)
{
    QList<QModelIndex> level;
    for (int row = 0; row < model()->rowCount(); ++row)
        level << model()->index(row, 0);
    int room = rows - int(level.size());
    while (room > 0 && !level.isEmpty()) {
        QList<QModelIndex> next;
        const int used = expandLevel(level, room, skipLeftOut, next);
        if (used == 0)
            return;
        room -= used;
        level = next;
    }
}

int KeyTreeView::expandLevel(const QList<QModelIndex> &level, int room, bool skipLeftOut, QList<QModelIndex> &next)
{
    int used = 0;
    for (const QModelIndex &index : level) {
        const int children = model()->rowCount(index);
        if (children == 0 || used + children > room || (skipLeftOut && isLeftOut(index)))
            continue;
        expand(index);
        used += children;
        for (int row = 0; row < children; ++row)
            next << model()->index(row, 0, index);
    }
    return used;
}

void KeyTreeView::expandAncestors(const QModelIndex &index)
{
    for (QModelIndex up = index.parent(); up.isValid(); up = up.parent())
        expand(up);
}

bool KeyTreeView::goToKey(const QString &key)
{
    const QModelIndex index = m_keys->indexOf(key.toStdString());
    if (!index.isValid())
        return false;
    expandAncestors(index);
    setCurrentIndex(index);
    scrollTo(index, PositionAtCenter);
    return true;
}

void KeyTreeView::goToDifference(int direction)
{
    const QModelIndex next = m_keys->nextDifference(currentIndex(), direction);
    if (!next.isValid())
        return;
    expandAncestors(next);
    setCurrentIndex(next);
    scrollTo(next, PositionAtCenter);
}

void KeyTreeView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    Q_EMIT currentKeyChanged(current);
}

QString KeyTreeView::selectionText(int role) const
{
    QStringList lines;
    const QModelIndexList rows = selectionModel()->selectedRows();
    for (const QModelIndex &row : rows) {
        QString line = role == Qt::DisplayRole ? row.siblingAtColumn(KeyTreeModel::SourceShape).data().toString()
                                               : row.data(role).toString();
        if (line.isEmpty() && role == KeyTreeModel::TargetNameRole)
            line = nameOf(row);
        if (line.isEmpty() && role == Qt::DisplayRole)
            line = row.siblingAtColumn(KeyTreeModel::TargetShape).data().toString();
        if (!line.isEmpty())
            lines << line;
    }
    return lines.join(u'\n');
}

void KeyTreeView::copyKeys()
{
    QGuiApplication::clipboard()->setText(selectionText(KeyTreeModel::TargetNameRole));
}

void KeyTreeView::copySourceKeys()
{
    QGuiApplication::clipboard()->setText(selectionText(KeyTreeModel::SourceNameRole));
}

void KeyTreeView::copyShapes()
{
    QGuiApplication::clipboard()->setText(selectionText(Qt::DisplayRole));
}

void KeyTreeView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!selectionModel() || !selectionModel()->hasSelection())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_hasTarget ? tr("Copy &target key") : tr("Copy &key"), QKeySequence::Copy, this,
                    &KeyTreeView::copyKeys);
    if (!selectionText(KeyTreeModel::SourceNameRole).isEmpty())
        menu->addAction(tr("Copy &source key"), this, &KeyTreeView::copySourceKeys);
    if (!selectionText(Qt::DisplayRole).isEmpty())
        menu->addAction(tr("Copy s&hape"), this, &KeyTreeView::copyShapes);
    menu->addSeparator();
    menu->addAction(tr("&Expand all below"), this, [this] { expandRecursively(currentIndex(), 8); });
    menu->addAction(tr("&Collapse all"), this, &QTreeView::collapseAll);
    menu->popup(event->globalPos());
}

void KeyTreeView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyKeys();
        return;
    }
    QTreeView::keyPressEvent(event);
}
