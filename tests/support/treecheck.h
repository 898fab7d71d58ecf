// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

#include <QTest>

/// What holds for every key tree: children follow their parents and add up to them, leaves are found by their place and
/// every row by its name.
inline void checkWhole(const KeyTree &tree)
{
    for (quint32 node = 0; node < tree.nodes.size(); ++node) {
        const KeyNode &at = tree.nodes[node];
        quint32 leaves = at.isGroup() ? 0 : std::min(at.leafCount, 1u);
        qint64 parameters = at.isGroup() ? 0 : tree.parametersOf(node);
        for (quint32 child = at.firstChild; child < at.firstChild + at.childCount; ++child) {
            QVERIFY(child > node);
            QCOMPARE(tree.nodes[child].parent, node);
            QCOMPARE(tree.nodes[child].firstLeaf, at.firstLeaf + leaves);
            QVERIFY(tree.path(child).starts_with(tree.path(node)));
            leaves += tree.nodes[child].leafCount;
            parameters += tree.parametersOf(child);
        }
        QCOMPARE(leaves, at.leafCount);
        QCOMPARE(parameters, tree.parametersOf(node));
        if (node == 0 || at.isBundle())
            continue;
        if (!at.isGroup())
            QCOMPARE(tree.nodeOfLeaf(at.firstLeaf), node);
        const quint32 found = tree.find(tree.path(node));
        QVERIFY(found != KeyTree::none);
        QCOMPARE(tree.path(found), tree.path(node));
        if (!at.isGroup())
            QVERIFY(!tree.nodes[found].isGroup()); // a key before the group of its name
    }
}
