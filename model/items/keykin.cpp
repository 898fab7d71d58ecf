// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keykin.h"

namespace {
constexpr std::size_t mostNamed = 6;

void add(KeyNames &names, Name name)
{
    if (names.names.size() < mostNamed)
        names.names.push_back(name);
    ++names.count;
}
}

KeyKin keyKin(const std::shared_ptr<const KeyTree> &tree, quint32 row)
{
    const KeyLeaves &all = *tree->all;
    const quint32 leaf = tree->leaf(row);
    KeyKin kin;
    kin.tree = tree;
    kin.likely = likelyPairs(*tree, row, mostNamed);
    if (const Tensor *source = all.source(leaf)) {
        for (const Tensor &other : all.plan->checkpoint->tensors()) {
            if (other.storage == source->storage && &other != source)
                add(kin.sharing, other.name);
        }
    }
    const TargetKey *target = all.target(leaf);
    if (target && target->tie != 0) {
        for (const TargetKey &other : all.plan->target->keys()) {
            if (other.tie == target->tie && &other != target)
                add(kin.tied, other.name);
        }
    }
    return kin;
}
