// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

#include <memory>

/// Which rows: the body of `drop` and `keep`, and every `where` (recipe.md, Selector). A value: the YAML data it came
/// from, compiled when it was parsed. Default: all rows.
class Selector
{
public:
    Selector() = default;

    static Result<Selector> parse(const Node &node);
    const Node &node() const { return m_node; }
    bool isAll() const { return m_node.kind == Node::Kind::Null; }
    /// In words, for sentences and messages.
    QString text() const;
    bool operator==(const Selector &other) const { return m_node == other.m_node; }

    struct Compiled;
    const Compiled *compiled() const { return m_compiled.get(); }

private:
    Node m_node;
    std::shared_ptr<const Compiled> m_compiled;
};
