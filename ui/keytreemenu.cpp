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

namespace {
/// What is said of a row that stands for a tensor of the file.
RowText ofTensor(QString (*textOf)(const Checkpoint &, const Tensor &))
{
    return [textOf](const KeyTree &tree, quint32 node) {
        const Tensor *tensor = tree.nodes[node].isGroup() ? nullptr : tree.all->source(tree.leaf(node));
        return tensor ? textOf(*tree.all->plan->checkpoint, *tensor) : QString();
    };
}

QString pathInFile(const Checkpoint &checkpoint, const Tensor &tensor)
{
    std::vector<std::string> components = checkpoint.root(tensor.root).path;
    components.emplace_back(tensor.name);
    return displayName(pathText(components));
}
}

/// A whole large file takes longer than a frame; what was copied before stays on the clipboard until then.
void KeyTreeView::copy(const RowText &textOf)
{
    constexpr qint64 mostAtOnce = 5000;
    m_copying.cancel();
    const auto &tree = m_keys->tree();
    if (!tree)
        return;
    const std::vector<KeyRows> rows = selectedRows();
    if (countRows(*tree, rows) <= mostAtOnce) {
        Progress progress;
        QGuiApplication::clipboard()->setText(copyRows(*tree, rows, textOf, progress).text);
        return;
    }
    m_copying.start([tree, rows, textOf](Progress &progress) { return copyRows(*tree, rows, textOf, progress); },
                    [this](const CopiedRows &all) {
                        QGuiApplication::clipboard()->setText(all.text);
                        Q_EMIT copied(all.rows);
                    });
}

void KeyTreeView::copyKeys()
{
    copy(copiedKey);
}

void KeyTreeView::copySourceKeys()
{
    copy(copiedSource);
}

void KeyTreeView::copyShapes()
{
    copy(copiedShape);
}

void KeyTreeView::copyPaths()
{
    copy(ofTensor(pathInFile));
}

void KeyTreeView::copyPython()
{
    copy(ofTensor(pythonLine));
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
    const bool isStretch = current.data(KeyTreeModel::StretchRole).toInt() > 0;
    if (isStretch || current.data(KeyTreeModel::SourceTensorRole).toLongLong() >= 0) {
        menu->addAction(tr("Copy p&ath in the file"), this, &KeyTreeView::copyPaths);
        menu->addAction(tr("Copy as P&ython"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                        &KeyTreeView::copyPython);
    }
    if (isStretch || !current.data(KeyTreeModel::IsGroupRole).toBool())
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
