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
constexpr int mostExpanded = 20000; ///< restoring more costs more than it gives

QString nameOf(const QModelIndex &index)
{
    const QString target = index.data(KeyTreeModel::TargetNameRole).toString();
    return target.isEmpty() ? index.data(KeyTreeModel::SourceNameRole).toString() : target;
}
}

KeyTreeView::KeyTreeView(QWidget *parent) : QTreeView(parent)
{
    setObjectName(u"keyTree"_s);
    setAccessibleName(tr("Keys"));
    setItemDelegate(new KeyDelegate(this));
    setHeader(new KeyHeader(this));
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
    connect(header(), &QHeaderView::sectionResized, this, [this] {
        if (!m_isLayingOut && header()->underMouse())
            m_userSized = true;
    });
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
    const int digit = QFontMetrics(fixedFont(font())).horizontalAdvance(u'0');
    header()->resizeSection(KeyTreeModel::SourceShape, digit * 15 + h);
    header()->resizeSection(KeyTreeModel::TargetShape, digit * 15 + h);
    header()->resizeSection(KeyTreeModel::DTypeColumn, digit * 9 + h * 2);
    header()->resizeSection(KeyTreeModel::Parameters, h * 7);
    header()->resizeSection(KeyTreeModel::Bytes, h * 7);
    header()->resizeSection(KeyTreeModel::Verdict, h * 10);
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
    m_current.clear();
    m_scroll = 0;
    expandUpTo(qMax(24, viewport()->height() / qMax(1, Metrics(*this).row)));
}

void KeyTreeView::expandUpTo(int rows)
{
    QList<QModelIndex> level;
    for (int row = 0; row < model()->rowCount(); ++row)
        level << model()->index(row, 0);
    int room = rows - int(level.size());
    while (room > 0 && !level.isEmpty()) {
        QList<QModelIndex> next;
        const int used = expandLevel(level, room, next);
        if (used == 0)
            return;
        room -= used;
        level = next;
    }
}

int KeyTreeView::expandLevel(const QList<QModelIndex> &level, int room, QList<QModelIndex> &next)
{
    int used = 0;
    for (const QModelIndex &index : level) {
        const int children = model()->rowCount(index);
        if (children == 0 || used + children > room)
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
