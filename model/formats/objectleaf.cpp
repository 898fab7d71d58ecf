// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/objectleaf.h"

#include "model/formats/plainvalue.h"

namespace {
using Kind = PickleNode::Kind;
}

bool ObjectLeaves::isLeaf(PickleValue value)
{
    const PickleNode *node = value.node();
    return !node || !node->isContainer() || node->kind == Kind::Global || node->kind == Kind::Other;
}

ObjectId ObjectLeaves::add(PickleValue value)
{
    if (const auto *node = value.node()) {
        if (node->kind != Kind::Global)
            return m_tree.add(nodeOf(*node));
        const auto [known, isNew] = m_globals.try_emplace(node, noObject);
        if (isNew)
            known->second = m_tree.add(nodeOf(*node));
        return known->second;
    }
    ObjectNode leaf;
    if (const auto text = m_graph.text(value)) {
        leaf.kind = ObjectNode::Kind::Text;
        leaf.text = m_tree.arena().store(*text);
        return m_tree.add(leaf);
    }
    ObjectId *shared = nullptr;
    if (value.isSmallInteger()) {
        leaf.kind = ObjectNode::Kind::Integer;
        leaf.integer = value.integer();
        if (leaf.integer >= 0 && leaf.integer < qint64(m_numbers.size()))
            shared = &m_numbers[std::size_t(leaf.integer)];
    } else {
        leaf.kind = value.isBoolean() ? ObjectNode::Kind::Bool : ObjectNode::Kind::None;
        leaf.integer = value.isTrue() ? 1 : 0;
        shared = &m_constants[value.isBoolean() ? (value.isTrue() ? 2 : 1) : 0];
    }
    if (!shared)
        return m_tree.add(leaf);
    if (*shared == noObject)
        *shared = m_tree.add(leaf);
    return *shared;
}

ObjectNode ObjectLeaves::nodeOf(const PickleNode &node)
{
    using K = ObjectNode::Kind;
    ObjectNode leaf;
    switch (node.kind) {
    case Kind::Integer:
        leaf.kind = K::Integer;
        leaf.integer = node.integer;
        return leaf;
    case Kind::Float:
        leaf.kind = K::Float;
        leaf.number = node.number;
        return leaf;
    case Kind::Big:
    case Kind::BigText:
        leaf.kind = K::Big;
        leaf.text = m_tree.arena().store(bigIntegerText(node));
        return leaf;
    case Kind::Text:
    case Kind::Bytes:
    case Kind::ByteArray:
        leaf.kind = node.kind == Kind::Text ? K::Text : node.kind == Kind::Bytes ? K::Bytes : K::ByteArray;
        leaf.text = m_tree.arena().store(node.bytes());
        return leaf;
    case Kind::Global: {
        const std::string_view module = *m_graph.text(node.items[0]);
        const std::string_view name = *m_graph.text(node.items[1]);
        const auto plain = plainValue(m_graph, node);
        leaf.kind = plain ? K::Value : K::Global;
        leaf.grade = gradeOf(module, name);
        leaf.text = m_tree.arena().store(module, ".", name);
        leaf.integer = qint64(module.size());
        return leaf;
    }
    default:
        leaf.kind = K::Value;
        leaf.text = m_tree.arena().store(*m_graph.text(node.items[0]));
        return leaf;
    }
}
