// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/keymatch.h"

#include <algorithm>

Result<KeyMatcher> KeyMatcher::compile(const std::vector<Node> &items)
{
    KeyMatcher matcher;
    for (const Node &node : items) {
        if (node.kind == Node::Kind::Scalar) {
            matcher.m_items.push_back({node.text, {}, false});
            continue;
        }
        Result<Selector> selector = Selector::parse(node);
        if (!selector)
            return selector.error();
        // A selector that needs more than a name, a dtype and a shape is told now, not at the first key.
        const Result<bool> usable = matchesKey(*selector, "", DType::Unknown, {});
        if (!usable)
            return usable.error();
        matcher.m_items.push_back({{}, std::move(*selector), true});
    }
    return matcher;
}

bool KeyMatcher::matches(Name name, DType dtype, const Shape &shape) const
{
    return std::any_of(m_items.begin(), m_items.end(), [&](const Item &item) {
        if (!item.isSelector)
            return name.find(item.text) != Name::npos;
        const Result<bool> matched = matchesKey(item.selector, name, dtype, shape);
        return matched && *matched; // a pattern that gives up on one key does not match it
    });
}
