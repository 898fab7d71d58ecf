// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"
#include "model/target/target.h"

class SelectorMatcher;

/// The bind lists' items against one target key: text is a substring of the key, a map is a selector over name, dtype
/// and shape (recipe.md, bind).
class KeyMatcher
{
public:
    KeyMatcher();
    ~KeyMatcher();
    KeyMatcher(KeyMatcher &&) noexcept;
    KeyMatcher &operator=(KeyMatcher &&) noexcept;

    static Result<KeyMatcher> compile(const std::vector<Node> &items);
    /// Not on two threads at once: a pattern keeps its memory between keys.
    bool matches(Name name, DType dtype, const Shape &shape);
    /// Why a pattern gave up; then every answer since is worthless.
    std::optional<Error> error() const;
    bool isEmpty() const { return m_substrings.empty() && m_selectors.empty(); }

private:
    std::vector<std::string> m_substrings;
    std::vector<Selector> m_kept; ///< what the matchers look at
    std::vector<SelectorMatcher> m_selectors;
};

/// A selector against one name with its dtype and shape, outside a table (no `has`, no target kinds).
Result<bool> matchesKey(const Selector &selector, Name name, DType dtype, const Shape &shape);
