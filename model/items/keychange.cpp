// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keychange.h"

#include <algorithm>

namespace {
bool isSameLeaf(const KeyLeaves &left, quint32 a, const KeyLeaves &right, quint32 b)
{
    return left.names[a] == right.names[b] && left.sources[a] == right.sources[b]
        && std::ranges::equal(left.others(a), right.others(b)) && left.verdicts[a] == right.verdicts[b]
        && left.target(a) == right.target(b) && left.dtype(a) == right.dtype(b) && left.shape(a) == right.shape(b);
}

const KeyTree &inNaturalOrder(const KeyTree &tree)
{
    return tree.natural ? *tree.natural : tree;
}

/// The row of a tree in natural order that is called like `node` of another tree. Or `none`, too when the first key
/// below that is gone.
quint32 rowCalled(const KeyTree &tree, const KeyTree &other, quint32 node)
{
    const KeyNode &wanted = other.nodes[node];
    quint32 at = tree.find(other.all->names[other.order[wanted.firstLeaf]]);
    while (at != KeyTree::none && !tree.nodes[at].isNamedLike(wanted))
        at = at == 0 ? KeyTree::none : tree.nodes[at].parent;
    return at;
}

/// A name may stand for several keys, which lie side by side.
bool isLeafChanged(const KeyTree &before, const KeyLeaves &all, quint32 leaf)
{
    const quint32 last = before.find(all.names[leaf]);
    if (last == KeyTree::none || before.nodes[last].isGroup())
        return true;
    for (quint32 place = before.nodes[last].firstLeaf + 1; place-- > 0;) {
        if (isSameLeaf(*before.all, before.order[place], all, leaf))
            return false;
        if (before.all->names[before.order[place]] != all.names[leaf])
            break;
    }
    return true;
}

/// Of a group that was no row of its own, or a stretch: whether its keys are new, too.
bool isGroupNew(const KeyTree &before, const KeyTree &now, const KeyNode &group)
{
    constexpr quint32 mostLooked = 16; // each is searched for
    const quint32 stride = group.leafCount / mostLooked + 1;
    bool isNew = false;
    for (quint32 at = 0; !isNew && at < group.leafCount; at += stride)
        isNew = isLeafChanged(before, *now.all, now.order[group.firstLeaf + at]);
    return isNew;
}
}

bool isRowChanged(const KeyTree &before, const KeyTree &now, quint32 node)
{
    const KeyTree &old = inNaturalOrder(before);
    if (!now.nodes[node].isGroup())
        return isLeafChanged(old, *now.all, now.leaf(node));
    const quint32 was = now.nodes[node].isStretch() ? KeyTree::none : rowCalled(old, now, node);
    if (was == KeyTree::none)
        return isGroupNew(old, now, now.nodes[node]);
    const KeyTree &current = inNaturalOrder(now);
    const quint32 is = now.natural ? rowCalled(current, now, node) : node;
    const KeyNode &left = old.nodes[was];
    const KeyNode &right = current.nodes[is];
    constexpr quint32 mostLooked = 256;
    const quint32 stride = right.leafCount / mostLooked + 1;
    bool isChanged = left.leafCount != right.leafCount || old.counts(was) != current.counts(is);
    for (quint32 at = 0; !isChanged && at < right.leafCount; at += stride) {
        const quint32 leaf = current.order[right.firstLeaf + at];
        isChanged = !isSameLeaf(*old.all, old.order[left.firstLeaf + at], *current.all, leaf)
            && isLeafChanged(old, *current.all, leaf); // keys of one name may change places
    }
    return isChanged;
}
