// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

/// What a person says of target keys by hand, as items for the end of a list of the bind policy, or as another policy.
struct HandBind
{
    enum class List : quint8 {
        Skip,
        IgnoreMissing,
        Unmatched, ///< no list: `unmatched: fill`, which is about all keys that nothing of the source reaches
    };

    List list;
    std::string subject; ///< the key, or the prefix with its dot; empty for several rows
    std::vector<Node> items;
    qint64 keys = 0; ///< target keys that get another verdict
};

/// What can be said of these rows; nothing that touches no key. Items name the keys of the rows and no others: text
/// where no other target key holds it, a selector otherwise. Looks at every name once.
std::vector<HandBind> handBinds(const KeyTree &tree, const std::vector<quint32> &rows);

Recipe withHandBind(const Recipe &recipe, const HandBind &hand);
