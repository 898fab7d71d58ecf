// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of KeyTreeView that says which columns there are, how wide, and by which rows are sorted.
#include "ui/keyheader.h"
#include "ui/keytreeview.h"
#include "ui/theme.h"

#include <QActionGroup>
#include <QDataStream>
#include <QIODevice>
#include <QMenu>

using namespace Qt::StringLiterals;

namespace {
constexpr quint32 columnsFormat = 0x57534332; ///< raise it when columns are added

/// In menus two columns must not have one name.
QString columnName(const QAbstractItemModel &model, KeyTreeModel::Column column, bool hasTarget)
{
    const QString name = model.headerData(column, Qt::Horizontal).toString();
    if (!hasTarget)
        return name;
    return column == KeyTreeModel::SourceShape ? KeyTreeView::tr("Source shape")
        : column == KeyTreeModel::TargetShape  ? KeyTreeView::tr("Target shape")
                                               : name;
}
}

void KeyTreeView::makeColumns(KeyHeader *keyHeader)
{
    keyHeader->setSectionsMovable(true);
    keyHeader->setFirstSectionMovable(false); // the tree's branches stand there
    keyHeader->setSectionsClickable(true);
    keyHeader->setSortIndicatorShown(true);
    keyHeader->setSortIndicatorClearable(true);
    keyHeader->setSortIndicator(-1, Qt::AscendingOrder);
    keyHeader->setStretchLastSection(false);
    keyHeader->setHighlightSections(false);
    keyHeader->setMinimumSectionSize(Metrics(*this).h * 2);
    keyHeader->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(keyHeader, &QHeaderView::sectionResized, this,
            [this, keyHeader] { m_userSized |= !m_isLayingOut && keyHeader->isHeld(); });
    connect(keyHeader, &QHeaderView::sectionMoved, this,
            [this, keyHeader] { m_userSized |= !m_isLayingOut && keyHeader->isHeld(); });
    connect(keyHeader, &QHeaderView::sortIndicatorChanged, this, [this](int column, Qt::SortOrder order) {
        Q_EMIT sortChosen({column, column >= 0 && order == Qt::DescendingOrder});
    });
    connect(keyHeader, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillColumnsMenu(menu);
        menu->popup(header()->mapToGlobal(at));
    });
}

void KeyTreeView::setHasTarget(bool hasTarget, bool namesChange)
{
    m_hasTarget = hasTarget;
    m_namesChange = namesChange;
    if (!hasTarget)
        letGo();
    layoutColumns();
}

/// What is shown unless the user said otherwise: without a target there is one key a row.
bool KeyTreeView::isUsual(KeyTreeModel::Column column) const
{
    switch (column) {
    case KeyTreeModel::SourceKey:
    case KeyTreeModel::SourceShape: return true;
    case KeyTreeModel::TargetKey:
    case KeyTreeModel::Verdict: return m_hasTarget || m_namesChange;
    case KeyTreeModel::TargetShape: return m_hasTarget;
    case KeyTreeModel::DTypeColumn:
    case KeyTreeModel::Bytes: return !m_hasTarget;
    case KeyTreeModel::Parameters: // in a narrow window the shapes say as much, and keys need the room
        return m_userSized || !m_hasTarget || viewport()->width() >= Metrics(*this).h * 66;
    case KeyTreeModel::ColumnCount: break;
    }
    Q_UNREACHABLE();
}

void KeyTreeView::showColumns()
{
    for (int at = 0; at < KeyTreeModel::ColumnCount; ++at) {
        const auto column = KeyTreeModel::Column(at);
        setColumnHidden(column, !m_choices[m_hasTarget][column].value_or(isUsual(column)));
    }
}

void KeyTreeView::layoutColumns()
{
    if (!m_keys)
        return;
    m_isLayingOut = true;
    showColumns();
    m_isLayingOut = false;
    if (m_userSized)
        return;
    m_isLayingOut = true;
    const int h = Metrics(*this).h;
    const bool isNarrow = m_hasTarget && viewport()->width() < h * 66;
    const int digit = QFontMetrics(fixedFont(font())).horizontalAdvance(u'0');
    for (const int shape : {KeyTreeModel::SourceShape, KeyTreeModel::TargetShape})
        header()->resizeSection(shape, digit * (isNarrow ? 11 : 14) + h * 3 / 2);
    header()->resizeSection(KeyTreeModel::DTypeColumn, digit * 9 + h * 2);
    header()->resizeSection(KeyTreeModel::Parameters, h * 8);
    header()->resizeSection(KeyTreeModel::Bytes, h * 8);
    header()->resizeSection(KeyTreeModel::Verdict, h * (isNarrow ? 10 : 11));
    int rest = viewport()->width();
    for (int column = 0; column < KeyTreeModel::ColumnCount; ++column) {
        if (column != KeyTreeModel::SourceKey && column != KeyTreeModel::TargetKey && !isColumnHidden(column))
            rest -= header()->sectionSize(column);
    }
    const bool two = !isColumnHidden(KeyTreeModel::TargetKey);
    const int least = h * 8;
    constexpr int levels = 5; // what is indented in the source column leaves both keys the same room
    const int target = two ? qMax(least, (rest - levels * indentation()) / 2) : 0;
    header()->resizeSection(KeyTreeModel::TargetKey, target);
    header()->resizeSection(KeyTreeModel::SourceKey, qMax(least, rest - target));
    m_isLayingOut = false;
}

void KeyTreeView::showColumn(KeyTreeModel::Column column, bool shown)
{
    m_choices[m_hasTarget][column] = shown;
    layoutColumns();
}

void KeyTreeView::sortBy(int column, bool descending)
{
    header()->setSortIndicator(column, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void KeyTreeView::resetColumns()
{
    m_choices = {};
    m_userSized = false;
    m_isLayingOut = true;
    for (int column = 0; column < KeyTreeModel::ColumnCount; ++column)
        header()->moveSection(header()->visualIndex(column), column);
    m_isLayingOut = false;
    sortBy(-1, false);
    layoutColumns();
}

void KeyTreeView::fillColumnsMenu(QMenu *menu)
{
    QMenu *sorting = menu->addMenu(tr("&Sort by"));
    auto *group = new QActionGroup(menu);
    const auto addSort = [&](const QString &text, int column, bool descending) {
        QAction *action = sorting->addAction(text, this, [this, column, descending] { sortBy(column, descending); });
        action->setCheckable(true);
        const bool isSame = header()->sortIndicatorSection() == column;
        action->setChecked(isSame
                           && (column < 0 || descending == (header()->sortIndicatorOrder() == Qt::DescendingOrder)));
        group->addAction(action);
    };
    addSort(tr("&Natural order"), -1, false);
    menu->addSeparator();
    for (int at = 0; at < KeyTreeModel::ColumnCount; ++at) {
        const auto column = KeyTreeModel::Column(at);
        const QString name = columnName(*m_keys, column, m_hasTarget);
        addSort(tr("%1, ascending").arg(name), column, false);
        addSort(tr("%1, descending").arg(name), column, true);
        QAction *shown = menu->addAction(name, this, [this, column](bool on) { showColumn(column, on); });
        shown->setCheckable(true);
        shown->setChecked(!isColumnHidden(column));
        shown->setEnabled(column != KeyTreeModel::SourceKey); // the tree stands in it
        if (column == KeyTreeModel::SourceKey)
            shown->setToolTip(tr("The tree stands in this column."));
    }
    menu->setToolTipsVisible(true);
    menu->addSeparator();
    menu->addAction(tr("&Reset columns"), this, &KeyTreeView::resetColumns);
}

QByteArray KeyTreeView::columns() const
{
    if (!m_userSized && m_choices == ColumnChoices())
        return {};
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out << columnsFormat << (m_userSized ? header()->saveState() : QByteArray());
    for (const auto &choices : m_choices) {
        for (const std::optional<bool> &choice : choices)
            out << qint8(choice ? *choice : -1);
    }
    return bytes;
}

void KeyTreeView::restoreColumns(const QByteArray &columns)
{
    QDataStream in(columns);
    quint32 format = 0;
    QByteArray state;
    in >> format >> state;
    if (format == columnsFormat) {
        for (auto &choices : m_choices) {
            for (std::optional<bool> &choice : choices) {
                qint8 value = -1;
                in >> value;
                choice = value < 0 ? std::nullopt : std::optional(value > 0);
            }
        }
        m_isLayingOut = true;
        m_userSized = !state.isEmpty() && header()->restoreState(state);
        m_isLayingOut = false;
        sortBy(-1, false); // of another day
    }
    setHasTarget(m_hasTarget, m_namesChange);
}
