// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/objects.h"

ObjectId ObjectTree::add(ObjectNode node, std::span<const ObjectId> children)
{
    const auto id = ObjectId(m_nodes.size());
    m_nodes.push_back(node);
    setChildren(id, children);
    return id;
}

void ObjectTree::setChildren(ObjectId parent, std::span<const ObjectId> children)
{
    m_nodes[quint32(parent)].firstChild = quint32(m_children.size());
    m_nodes[quint32(parent)].childCount = quint32(children.size());
    m_children.insert(m_children.end(), children.begin(), children.end());
}

void ObjectTree::reserve(std::size_t nodes, std::size_t children)
{
    m_nodes.reserve(nodes);
    m_children.reserve(children);
}
