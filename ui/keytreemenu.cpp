// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of KeyTreeView that offers what can be done with the selected rows, and copies what they say.
#include "model/base/text.h"
#include "model/items/keytree.h"
#include "ui/handtext.h"
#include "ui/keytreeview.h"
#include "ui/pythonline.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>

using namespace Qt::StringLiterals;

QString KeyTreeView::selectionText(int role) const
{
    QStringList lines;
    const QModelIndexList rows = selectedKeys();
    for (const QModelIndex &row : rows) {
        QString line = role == Qt::DisplayRole ? row.siblingAtColumn(KeyTreeModel::SourceShape).data().toString()
                                               : row.data(role).toString();
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

/// One line for each selected row that stands for a tensor of the file.
QStringList KeyTreeView::tensorLines(const std::function<QString(const Checkpoint &, const Tensor &)> &say) const
{
    QStringList lines;
    const QModelIndexList rows = selectedKeys();
    for (const QModelIndex &row : rows) {
        const qint64 tensor = row.data(KeyTreeModel::SourceTensorRole).toLongLong();
        const Checkpoint &checkpoint = *m_keys->tree()->all->plan->checkpoint;
        if (tensor >= 0)
            lines << say(checkpoint, checkpoint.tensors()[std::size_t(tensor)]);
    }
    return lines;
}

void KeyTreeView::copyPaths()
{
    const auto path = [](const Checkpoint &checkpoint, const Tensor &tensor) {
        std::vector<std::string> components = checkpoint.root(tensor.root).path;
        components.emplace_back(tensor.name);
        return displayName(::pathText(components));
    };
    QGuiApplication::clipboard()->setText(tensorLines(path).join(u'\n'));
}

void KeyTreeView::copyPython()
{
    QGuiApplication::clipboard()->setText(tensorLines(pythonLine).join(u'\n'));
}

/// The menu opens when all is counted: in a file of a million keys that takes longer than a frame.
void KeyTreeView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!selectionModel() || !selectionModel()->hasSelection())
        return;
    const QPoint at = event->globalPos();
    const auto &tree = m_keys->tree();
    m_choosing.start([tree, rows = selectedNodes()](Progress &) { return handChoices(*tree, rows); },
                     [this, at](const HandChoices &choices) { openMenu(choices, at); });
}

void KeyTreeView::openMenu(const HandChoices &choices, const QPoint &at)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    if (isTooMuch()) {
        QAction *why = menu->addAction(tr("More than %1 rows: no step takes them together").arg(mostHandRows));
        why->setEnabled(false);
        why->setToolTip(tooMuchText());
        menu->addSeparator();
    }
    addHandSteps(menu, choices);
    menu->addAction(m_hasTarget ? tr("Copy &target key") : tr("Copy &key"), QKeySequence::Copy, this,
                    &KeyTreeView::copyKeys);
    const QModelIndex current = currentIndex();
    if (!current.data(KeyTreeModel::SourceNameRole).toString().isEmpty())
        menu->addAction(tr("Copy &source key"), this, &KeyTreeView::copySourceKeys);
    if (current.data(KeyTreeModel::SourceTensorRole).toLongLong() >= 0) {
        menu->addAction(tr("Copy p&ath in the file"), this, &KeyTreeView::copyPaths);
        menu->addAction(tr("Copy as P&ython"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                        &KeyTreeView::copyPython);
    }
    if (!current.data(KeyTreeModel::IsGroupRole).toBool())
        menu->addAction(tr("Copy s&hape"), this, &KeyTreeView::copyShapes);
    menu->addSeparator();
    if (current.data(KeyTreeModel::IsGroupRole).toBool())
        menu->addAction(tr("&Expand all below"), this, [this, current = QPersistentModelIndex(current)] {
            if (current.isValid())
                expandBelow(current);
        });
    menu->addAction(tr("&Collapse all"), this, &KeyTreeView::collapseAllRows);
    menu->popup(at);
}
