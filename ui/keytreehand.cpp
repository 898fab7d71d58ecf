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

using namespace Qt::StringLiterals;

std::vector<quint32> KeyTreeView::selectedNodes() const
{
    std::vector<quint32> nodes;
    const QItemSelection selection = selectionModel()->selection();
    qsizetype rows = 0;
    for (const QItemSelectionRange &range : selection)
        rows += range.height();
    if (rows > qsizetype(mostHandRows))
        return nodes;
    const QModelIndexList keys = selectedKeys();
    for (const QModelIndex &key : keys) {
        const quint32 node = m_keys->nodeAt(key);
        const KeyNode &at = m_keys->tree()->nodes[node];
        if (!at.isRange())
            nodes.push_back(node);
        for (quint32 member = 0; at.isRange() && member < at.childCount; ++member)
            nodes.push_back(at.firstChild + member);
    }
    if (nodes.size() > mostHandRows)
        nodes.clear();
    return nodes;
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
    for (const HandBind &hand : choices.binds)
        menu->addAction(menuText(hand), this, [this, hand] { Q_EMIT bindMade(hand); });
    if (!menu->isEmpty())
        menu->addSeparator();
}

void KeyTreeView::dropSelected()
{
    if (isTooMuch()) {
        Q_EMIT refused(tooMuchText());
        return;
    }
    const std::vector<HandStep> steps = handSteps(*m_keys->tree(), selectedNodes());
    if (!steps.empty() && steps.front().kind == HandStep::Kind::Drop)
        Q_EMIT stepMade(steps.front(), {});
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
    if (!current.isValid() || state() == EditingState)
        return;
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
