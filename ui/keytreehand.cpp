// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of KeyTreeView that makes steps of what is done by hand.
#include "model/base/text.h"
#include "model/items/keytreemodel.h"
#include "ui/handtext.h"
#include "ui/keydelegate.h"
#include "ui/keytreeview.h"

#include <QLineEdit>
#include <QMenu>

#include <algorithm>
#include <functional>
#include <numeric>

using namespace Qt::StringLiterals;

std::vector<quint32> KeyTreeView::selectedNodes() const
{
    std::vector<quint32> nodes;
    const std::vector<KeyRows> rows = selectedRows();
    if (std::accumulate(rows.begin(), rows.end(), std::size_t(0),
                        [](std::size_t sum, const KeyRows &some) { return sum + some.last - some.first + 1; })
        > mostHandRows)
        return nodes;
    const std::function<void(quint32)> add = [&](quint32 node) {
        const KeyNode &at = m_keys->tree()->nodes[node];
        if (!at.isBundle())
            nodes.push_back(node);
        for (quint32 row = 0; at.isBundle() && row < at.childCount && nodes.size() <= mostHandRows; ++row)
            add(at.firstChild + row);
    };
    for (const KeyRows &some : rows) {
        for (quint32 node = some.first; node <= some.last; ++node)
            add(node);
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end()); // a bundle and rows of it
    if (nodes.size() > mostHandRows)
        nodes.clear();
    return nodes;
}

bool KeyTreeView::isBundle(const QModelIndex &row) const
{
    return row.isValid() && m_keys->tree()->nodes[m_keys->nodeAt(row)].isBundle();
}

bool KeyTreeView::isPart(const QModelIndex &row)
{
    return row.data(KeyTreeModel::PartRole).toInt() > 0;
}

/// What is done to a row of a source would be done to the result.
bool KeyTreeView::refusePart()
{
    if (!isPart(currentIndex()))
        return false;
    Q_EMIT refused(tr("This row is one of the tensors that “%1” is made from. Do it on the row above them, or edit the "
                      "step that joins them.")
                       .arg(currentIndex().data(KeyTreeModel::TargetNameRole).toString()));
    return true;
}

/// Whether more rows are selected than a step can say.
bool KeyTreeView::isTooMuch() const
{
    return selectionModel()->hasSelection() && selectedNodes().empty();
}

QString KeyTreeView::tooMuchText() const
{
    return tr("More than %1 rows are selected, and a step would have to name each. Select the group that holds them, "
              "or "
              "add a step with a pattern.")
        .arg(mostHandRows);
}

void KeyTreeView::addHandSteps(QMenu *menu, const HandChoices &choices)
{
    for (const HandChoices::Rename &choice : choices.renames) {
        QAction *action = menu->addAction(menuText(choice.kind, choice.subject, choice.keys), this,
                                          [this, kind = choice.kind] { rename(kind); });
        if (choice.kind == HandStep::Kind::Rename)
            action->setShortcut(Qt::Key_F2);
    }
    addPairs(menu, choices);
    for (const HandStep &step : choices.steps) {
        QAction *action = menu->addAction(menuText(step.kind, step.subject, step.keys), this,
                                          [this, step] { Q_EMIT stepMade(step, {}); });
        if (step.kind == HandStep::Kind::Drop)
            action->setShortcut(QKeySequence::Delete);
    }
    for (const HandBind &hand : choices.binds) {
        QAction *action = menu->addAction(menuText(hand), this, [this, hand] { Q_EMIT bindMade(hand); });
        if (hand.list == HandBind::List::Unmatched)
            action->setToolTip(tr("Save all keys that nothing of the source reaches with the target's own values"));
    }
    if (!menu->isEmpty())
        menu->addSeparator();
}

void KeyTreeView::dropSelected()
{
    if (refusePart())
        return;
    if (isTooMuch()) {
        Q_EMIT refused(tooMuchText());
        return;
    }
    constexpr std::size_t mostAtOnce = 50'000; // keys that are looked at within a frame
    const auto &tree = m_keys->tree();
    const auto take = [this](const std::vector<HandStep> &steps) {
        if (!steps.empty() && steps.front().kind == HandStep::Kind::Drop)
            Q_EMIT stepMade(steps.front(), {});
    };
    if (!tree || tree->all->leaves.size() <= mostAtOnce)
        take(tree ? handSteps(*tree, selectedNodes()) : std::vector<HandStep>());
    else
        m_dropping.start([tree, rows = selectedNodes()](Progress &) { return handSteps(*tree, rows); }, take);
}

/// Of the current row, the cell where its result is named.
QModelIndex KeyTreeView::nameCell() const
{
    return currentIndex().siblingAtColumn(isColumnHidden(KeyTreeModel::TargetKey) ? KeyTreeModel::SourceKey
                                                                                  : KeyTreeModel::TargetKey);
}

void KeyTreeView::rename(HandStep::Kind kind)
{
    const QModelIndex current = currentIndex();
    if (!current.isValid() || state() == EditingState || refusePart())
        return;
    if (isBundle(current)) {
        Q_EMIT refused(
            tr("This row stands for several: open it and rename one of them, or the group that holds them."));
        return;
    }
    const QString subject = QString::fromStdString(renameSubject(*m_keys->tree(), m_keys->nodeAt(current), kind));
    if (subject.isEmpty())
        return;
    m_renaming = kind;
    m_delegate->setEditedText(subject);
    edit(nameCell());
}

QLineEdit *KeyTreeView::editor() const
{
    const auto lines = viewport()->findChildren<QLineEdit *>(u"keyEditor"_s);
    const auto open = std::find_if(lines.begin(), lines.end(), [](QLineEdit *line) { return !line->isHidden(); });
    return open == lines.end() ? nullptr : *open; // those that are hidden are about to go
}

/// An edit made before has given another tree while the user types: go on where they were.
void KeyTreeView::editAgain()
{
    const auto typed = std::exchange(m_typed, std::nullopt);
    if (!typed || currentIndex().data(KeyTreeModel::TargetNameRole).toString() != m_current)
        return;
    rename(m_renaming);
    if (QLineEdit *line = editor())
        line->setText(*typed);
}

void KeyTreeView::renamed(const QModelIndex &index, const QString &text)
{
    const QString name = text.trimmed();
    const auto step = renameStep(*m_keys->tree(), m_keys->nodeAt(index), m_renaming, name.toStdString());
    if (!step)
        return;
    if (m_renaming == HandStep::Kind::Rename)
        followRename(index.data(KeyTreeModel::TargetNameRole).toString(), name);
    Q_EMIT stepMade(*step, name);
}

/// The row stays current under its new name, and what is open below it stays open.
void KeyTreeView::followRename(const QString &from, const QString &to)
{
    m_renamedTo = to;
    const QSet<QString> open = m_expanded;
    for (const QString &name : open) {
        if (name == from || name.startsWith(from + u'.'))
            m_expanded.insert(to + name.mid(from.size()));
    }
}
