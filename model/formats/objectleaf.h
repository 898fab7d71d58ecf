// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/picklegraph.h"

#include <array>

/// Makes the object tree's nodes for values that hold no others. Equal constants and small numbers share one node.
class ObjectLeaves
{
public:
    ObjectLeaves(const PickleGraph &graph, ObjectTree &tree) : m_graph(graph), m_tree(tree)
    {
        m_numbers.fill(noObject);
        m_constants.fill(noObject);
    }

    /// Whether `value` is one; the node of a container is the walk's business.
    static bool isLeaf(PickleValue value);
    ObjectId add(PickleValue value);

private:
    ObjectNode nodeOf(const PickleNode &node);

    const PickleGraph &m_graph;
    ObjectTree &m_tree;
    std::unordered_map<const PickleNode *, ObjectId> m_globals;
    std::array<ObjectId, 256> m_numbers;
    std::array<ObjectId, 3> m_constants; ///< None, False, True
};
