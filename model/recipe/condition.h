// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

#include <memory>

/// When a step runs, or when a recipe is native (recipe.md, Condition). A value like Selector.
class Condition
{
public:
    Condition() = default;

    static Result<Condition> parse(const Node &node);
    const Node &node() const { return m_node; }
    QString text() const;
    bool operator==(const Condition &other) const { return m_node == other.m_node; }

    struct Compiled;
    const Compiled *compiled() const { return m_compiled.get(); }

private:
    Node m_node;
    std::shared_ptr<const Compiled> m_compiled;
};
