// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"
#include "model/recipe/sought.h"

#include <QList>

/// Where the patterns of one step stand in the names that the rows of a tree show. Not for two threads at once.
class KeyMatches
{
public:
    /// `step`: an index into the recipe of the tree's plan; of one that did not run, nothing is found.
    KeyMatches(std::shared_ptr<const KeyTree> tree, int step);
    ~KeyMatches();
    Q_DISABLE_COPY_MOVE(KeyMatches)

    /// Start, length pairs in sourceText(): the pieces that the step looks for, where it found the names as the file
    /// has them or as earlier steps left them; of a step that looks for nothing in names (tables, wrappers), those it
    /// replaced. Of a group, those of one of the first keys below it.
    QList<int> rangesIn(quint32 node);

private:
    const Row *rowOf(quint32 leaf) const;
    QList<int> rangesIn(quint32 node, quint32 leaf, const QString &shown);

    std::shared_ptr<const KeyTree> m_tree;
    int m_step;
    std::optional<SoughtFinder> m_finder;
};
