// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"
#include "model/target/target.h"

/// The bind lists' items against one target key: text is a substring of the key, a map is a selector over name, dtype
/// and shape (recipe.md, bind).
class KeyMatcher
{
public:
    static Result<KeyMatcher> compile(const std::vector<Node> &items);
    bool matches(Name name, DType dtype, const Shape &shape) const;
    bool isEmpty() const { return m_items.empty(); }

private:
    struct Item
    {
        std::string text; ///< substring; unused for a selector
        Selector selector;
        bool isSelector = false;
    };
    std::vector<Item> m_items;
};

/// A selector against one name with its dtype and shape, outside a table (no `has`, no target kinds).
Result<bool> matchesKey(const Selector &selector, Name name, DType dtype, const Shape &shape);
