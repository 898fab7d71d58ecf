// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keytreeview.h"

#include "model/base/release.h"
#include "model/base/text.h"
#include "model/items/keychange.h"
#include "model/items/keymatches.h"
#include "model/items/keytouch.h"
#include "model/items/keytreemodel.h"
#include "ui/keydelegate.h"
#include "ui/keyheader.h"
#include "ui/rowflash.h"
#include "ui/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
constexpr int mostSearched = 1000; ///< rows looked at for one to start with
constexpr int mostRows = 20000; ///< shown by one command; Qt pays for every expanded row at each change of the tree
constexpr qsizetype mostRanges = 64; ///< of a selection, whose places are looked for one by one

QString nameOf(const QModelIndex &index)
{
    return index.data(KeyTreeModel::PlaceNameRole).toString();
}

bool isStretch(const QModelIndex &index)
{
    return index.data(KeyTreeModel::StretchRole).toInt() > 0;
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

KeyTreeView::KeyTreeView(QWidget *parent)
    : QTreeView(parent)
    , m_delegate(new KeyDelegate(this))
    , m_flash(new RowFlash(this))
{
    setObjectName(u"keyTree"_s);
    setAccessibleName(tr("Keys"));
    setItemDelegate(m_delegate);
    connect(m_delegate, &KeyDelegate::edited, this, &KeyTreeView::renamed);
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
    makeColumns(keyHeader);
    makeCarrying();
    connect(&m_copying, &JobBase::started, this, &KeyTreeView::copyingChanged);
    connect(&m_copying, &JobBase::finished, this, &KeyTreeView::copyingChanged);
    connect(&m_copying, &JobBase::progressed, this, &KeyTreeView::copyProgressed);
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex &index) {
        if (m_isRestoring)
            return;
        if (!m_isOpening)
            m_groups.clear();
        m_expanded.insert(nameOf(index));
        expandKnown(index); // what was open in it before it was closed and the tree changed
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex &index) {
        if (m_isRestoring)
            return;
        m_groups.clear();
        m_expanded.remove(nameOf(index));
    });
}

KeyTreeView::~KeyTreeView() = default;

void KeyTreeView::setKeys(KeyTreeModel *model)
{
    m_keys = model;
    setModel(model);
    setHasTarget(false, false);
}

/// Rows that stand for many keys are marked when those are found, which takes a while in a large file.
void KeyTreeView::markStep(int step)
{
    m_markedStep = step;
    m_marked.clear();
    m_marking.cancel();
    viewport()->update();
    const auto &tree = m_keys->tree();
    const bool isAny = step >= 0 && tree;
    m_matches = isAny ? std::make_unique<KeyMatches>(tree, step) : nullptr;
    m_delegate->setMatches(m_matches.get());
    if (!isAny)
        return;
    m_marking.start([tree, step](Progress &progress) { return touchedPlaces(*tree, step, progress); },
                    [this, tree](std::vector<quint32> places) {
                        if (m_keys->tree() != tree)
                            return;
                        m_marked = std::move(places);
                        viewport()->update();
                    });
}

void KeyTreeView::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem row = option;
    if (const double strength = m_flash->strength(index); strength > 0) {
        for (const auto role : {QPalette::Base, QPalette::AlternateBase, QPalette::Highlight})
            row.palette.setColor(role,
                                 mixed(option.palette.color(role), colour(Tone::Flash, option.palette), strength));
        painter->fillRect(row.rect, row.palette.base());
    }
    QTreeView::drawRow(painter, row, index);
    drawMark(painter, option.rect, index);
    drawPairing(painter, option.rect, index);
}

/// Of the rows in sight alone: looking at all of a large file would take longer than the flash.
void KeyTreeView::flashChanges()
{
    const std::shared_ptr<const KeyTree> before = std::exchange(m_before, {});
    const std::shared_ptr<const KeyTree> &now = m_keys->tree();
    QModelIndexList changed;
    const bool isEdit = before && now && before->all->plan != now->all->plan
        && &before->all->plan->checkpoint->own() == &now->all->plan->checkpoint->own();
    if (isEdit && m_flash->isWanted()) {
        QModelIndex at = indexAt({0, 0}).siblingAtColumn(0);
        int left = at.isValid() ? viewport()->height() / rowHeight(at) + 2 : 0;
        for (; at.isValid() && left > 0; at = indexBelow(at), --left) {
            if (isRowChanged(*before, *now, m_keys->nodeAt(at)))
                changed << at;
        }
    }
    m_flash->begin(changed);
    releaseElsewhere(before);
}

void KeyTreeView::drawMark(QPainter *painter, const QRect &row, const QModelIndex &index) const
{
    if (m_markedStep >= 0 && m_keys->tree() && hasTouched(*m_keys->tree(), m_keys->nodeAt(index), m_marked))
        painter->fillRect(QRect(0, row.top(), 3, row.height()), colour(Tone::Accent, palette()));
}

void KeyTreeView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    layoutColumns();
}

void KeyTreeView::rememberPlace()
{
    m_choosing.cancel();
    m_before = m_keys->tree();
    m_current = m_renamedTo.isEmpty() ? nameOf(currentIndex()) : std::exchange(m_renamedTo, {});
    m_scroll = verticalScrollBar()->value();
    m_typed = editor() ? std::optional(editor()->text()) : std::nullopt;
}

/// Names are looked up in the set, not in the tree, which may have thousands of rows on a level.
void KeyTreeView::expandKnown(const QModelIndex &parent)
{
    for (int row = 0; row < model()->rowCount(parent); ++row) {
        const QModelIndex child = model()->index(row, 0, parent);
        if (!model()->hasChildren(child) || !m_expanded.contains(nameOf(child)))
            continue;
        expand(child);
        expandKnown(child);
    }
}

void KeyTreeView::restorePlace()
{
    m_isRestoring = true;
    scheduleDelayedItemsLayout(); // one layout for all that is expanded now
    if (!m_expanded.isEmpty() && m_expanded.size() <= mostRows)
        expandKnown({});
    const QModelIndex index = m_current.isEmpty() ? QModelIndex() : m_keys->indexOf(m_current.toStdString());
    if (index.isValid())
        setCurrentIndex(index);
    else
        Q_EMIT currentKeyChanged({});
    m_isRestoring = false;
    verticalScrollBar()->setValue(m_scroll);
    editAgain();
    if (m_carried)
        carryOver(m_isDragged ? QModelIndex() : currentIndex());
    markStep(m_markedStep);
    flashChanges();
}

void KeyTreeView::openFresh()
{
    letGo();
    replaceElsewhere(m_before, {});
    m_flash->begin({});
    m_expanded = QSet<QString>(m_groups.begin(), m_groups.end());
    m_scroll = 0;
    m_isOpening = true;
    scheduleDelayedItemsLayout();
    if (!m_expanded.isEmpty())
        expandKnown({});
    if (m_expanded.isEmpty() || !hasOpenRow())
        expandUpTo(qMax(24, viewport()->height() / qMax(1, Metrics(*this).row - 2)), true);
    // A key that an earlier opening chose says nothing: which came before depends on what was quicker.
    if (m_current.isEmpty() || m_current == m_firstKey || !goToKey(m_current)) {
        setCurrentIndex(firstKey());
        m_firstKey = nameOf(currentIndex());
    }
    m_isOpening = false;
    markStep(m_markedStep);
}

bool KeyTreeView::hasOpenRow() const
{
    const int looked = qMin(model()->rowCount(), mostSearched);
    for (int row = 0; row < looked; ++row) {
        if (isExpanded(model()->index(row, 0)))
            return true;
    }
    return false;
}

QStringList KeyTreeView::openGroups() const
{
    constexpr qsizetype most = 2000; // more is all of a large file, and none of it in particular
    return m_expanded.size() <= most ? m_expanded.values() : QStringList();
}

QModelIndex KeyTreeView::firstKey() const
{
    QModelIndex first;
    int rest = mostSearched;
    for (QModelIndex at = model()->index(0, 0); at.isValid() && --rest > 0; at = indexBelow(at)) {
        if (at.data(KeyTreeModel::IsGroupRole).toBool())
            continue;
        if (at.data(KeyTreeModel::VerdictRole).value<KeyVerdict>() <= KeyVerdict::Filled)
            return at;
        if (!first.isValid())
            first = at;
    }
    return first;
}

void KeyTreeView::expandUpTo(int rows, bool skipLeftOut)
{
    if (openStretch(model()->index(0, 0)) || model()->rowCount() >= rows)
        return;
    QList<QModelIndex> level;
    for (int row = 0; row < model()->rowCount(); ++row)
        level << model()->index(row, 0);
    int room = rows - int(level.size());
    scheduleDelayedItemsLayout(); // one layout for all that is expanded now
    while (room > 0 && !level.isEmpty()) {
        QList<QModelIndex> next;
        // A lone group says nothing while it is closed.
        const int used = expandLevel(level, level.size() == 1 ? qMax(room, mostRows) : room, skipLeftOut, next);
        if (used == 0)
            return;
        room -= used;
        level = next;
        if (openStretch(level.front()))
            return;
    }
}

/// A level that begins with a stretch has thousands of rows, which are not gone through. The first rows show what all
/// are like.
bool KeyTreeView::openStretch(const QModelIndex &first)
{
    if (!isStretch(first))
        return false;
    expand(first);
    return true;
}

void KeyTreeView::expandBelow(const QModelIndex &index)
{
    QModelIndexList level{index};
    int shown = 0;
    scheduleDelayedItemsLayout();
    while (!level.isEmpty()) {
        int more = 0;
        for (const QModelIndex &group : std::as_const(level))
            more += model()->rowCount(group);
        if (shown > 0 && shown + more > mostRows) {
            Q_EMIT refused(tr("%1 rows are open. The next level has %2 more, which would make every change of the tree "
                              "slow: open the groups that matter.")
                               .arg(exactText(shown), exactText(more)));
            return;
        }
        shown += more;
        QModelIndexList next;
        for (const QModelIndex &group : std::as_const(level)) {
            expand(group);
            for (int row = 0; row < model()->rowCount(group); ++row) {
                const QModelIndex child = model()->index(row, 0, group);
                if (model()->hasChildren(child))
                    next << child;
            }
        }
        level = next;
    }
}

void KeyTreeView::collapseAllRows()
{
    m_isRestoring = true; // Qt tells of every row; none of them needs to be looked up
    m_groups.clear();
    m_expanded.clear();
    QModelIndex top = currentIndex();
    while (top.parent().isValid())
        top = top.parent();
    collapseAll();
    m_isRestoring = false;
    if (top != currentIndex())
        setCurrentIndex(top); // a current row out of sight would be shown again by the next tree
}

int KeyTreeView::expandLevel(const QList<QModelIndex> &level, int room, bool skipLeftOut, QList<QModelIndex> &next)
{
    int used = 0;
    for (const QModelIndex &index : level) {
        const int children = model()->rowCount(index);
        const bool isGroup = index.data(KeyTreeModel::IsGroupRole).toBool(); // not a key of several sources
        if (!isGroup || used + children > room || (skipLeftOut && isLeftOut(index)))
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
    QModelIndex index = m_keys->indexOf(key.toStdString());
    if (!index.isValid())
        index = m_keys->indexOfSource(key.toStdString());
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
    if (m_carried && !m_isDragged && current.isValid() && !m_isRestoring)
        carryOver(current);
    Q_EMIT currentKeyChanged(current);
}

/// Ranges lie below one parent each, so a million rows take no longer than their parents.
std::vector<KeyRows> KeyTreeView::selectedRows() const
{
    std::vector<KeyRows> rows;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection) {
        if (range.left() == 0)
            rows.push_back({m_keys->nodeAt(range.topLeft()), m_keys->nodeAt(range.bottomRight())});
    }
    return rows;
}

KeyTotals KeyTreeView::selectionTotals() const
{
    const std::vector<KeyRows> rows = selectedRows();
    return rows.empty() ? KeyTotals() : totalsOf(*m_keys->tree(), rows);
}

void KeyTreeView::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTreeView::selectionChanged(selected, deselected);
    const QItemSelection selection = selectionModel()->selection();
    const bool isMany = selection.size() > 1 || (!selection.isEmpty() && selection.first().height() > 1);
    if ((std::exchange(m_isManySelected, isMany) || isMany) && !m_isRestoring)
        Q_EMIT selectionTotalsChanged();
}

void KeyTreeView::selectAll()
{
    selectShown(model()->index(0, 0), {}, QItemSelectionModel::ClearAndSelect);
}

void KeyTreeView::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command)
{
    const QRect box = rect.normalized();
    const QModelIndex first = indexAt({0, box.top()});
    if (!first.isValid() || box.height() / rowHeight(first) < mostRanges)
        QTreeView::setSelection(rect, command);
    else
        selectShown(first, indexAt({0, box.bottom()}), command);
}

/// From one row down to another (to the last without one), one range for each parent. They are whole rows already:
/// told to make whole rows of them, Qt would compare every range with every other.
void KeyTreeView::selectShown(const QModelIndex &first, const QModelIndex &last,
                              QItemSelectionModel::SelectionFlags command)
{
    QHash<QModelIndex, std::pair<int, int>> rows; // of a parent: they follow each other
    for (QModelIndex at = first; at.isValid(); at = at == last ? QModelIndex() : indexBelow(at)) {
        const auto found = rows.find(at.parent());
        if (found == rows.end())
            rows.insert(at.parent(), {at.row(), at.row()});
        else
            found->second = at.row();
    }
    QItemSelection selection;
    for (auto range = rows.cbegin(); range != rows.cend(); ++range) {
        selection.append(QItemSelectionRange(model()->index(range->first, 0, range.key()),
                                             model()->index(range->second, model()->columnCount() - 1, range.key())));
    }
    if (command & QItemSelectionModel::Clear)
        selectionModel()->clearSelection(); // comparing the old ranges with the new ones costs more than both
    selectionModel()->select(selection, command & ~QItemSelectionModel::SelectionFlags(QItemSelectionModel::Rows));
}

QRegion KeyTreeView::visualRegionForSelection(const QItemSelection &selection) const
{
    return selection.size() > mostRanges ? QRegion(viewport()->rect()) : QTreeView::visualRegionForSelection(selection);
}

void KeyTreeView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyKeys();
        return;
    }
    if (event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
        copyPython();
        return;
    }
    if (event->key() == Qt::Key_Asterisk) { // Qt's own way expands a million rows one by one
        expandBelow(currentIndex());
        return;
    }
    if (event->key() == Qt::Key_F2) {
        rename(HandStep::Kind::Rename);
        return;
    }
    if (event->matches(QKeySequence::Delete)) {
        dropSelected();
        return;
    }
    if (m_carried && event->key() == Qt::Key_Escape) {
        letGo();
        return;
    }
    if (m_carried && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        pairHere();
        return;
    }
    QTreeView::keyPressEvent(event);
}
