// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/largepages.h"

#include <QtGlobal>

#include <span>

enum class ObjectId : quint32 {};
constexpr ObjectId noObject{0xFFFFFFFFu};

/// How dangerous the names in a pickle would be if it were run. Informational: nothing is ever run.
enum class NameGrade : quint8 { Known, Unknown, Dangerous };

/// One value of a checkpoint's object tree, as data. Nothing a file names is ever looked up or called.
struct ObjectNode
{
    enum class Kind : quint8 {
        None,
        Bool,
        Integer,
        Float,
        Complex,
        Text,
        Bytes,
        ByteArray,
        List,
        Tuple,
        Set,
        FrozenSet,
        Dict,
        OrderedDict,
        DefaultDict,
        Counter, ///< children: key, value, key, value, …
        Tensor, ///< `tensor` is an index into Checkpoint::tensors()
        Global, ///< `text` is "module.name"
        Value, ///< `text` is a Python expression that says it all: torch.Size([2]), torch.float32, PosixPath('x').
               ///< Its children, if any, are those of the Call it came from: for a writer, not for people
        Call, ///< an inert call or instance: children are callee (mostly a Global), arguments, and what `integer` says
        Big, ///< an integer beyond 64 bits: `text` in decimal, or hexadecimal when very long
        Cycle, ///< a reference back to an ancestor or to a node already shown: `integer` is its ObjectId
    };
    /// How a node is written back into a pickle, where its kind leaves it open.
    enum class Form : quint8 {
        Plain,
        NewObject, ///< a Call made without calling __init__ (NEWOBJ); a Plain Call is REDUCE
        Persistent, ///< a Call whose only child is a persistent id
        Array, ///< a Tensor, Integer, Float, Bool or Complex that is numpy's; `text` is its dtype
    };
    /// Bits of a Call's `integer`: children after callee and arguments, in this order.
    enum CallPart : quint8 { Keywords = 1, Elements = 2, Pairs = 4 };

    Kind kind = Kind::None;
    NameGrade grade = NameGrade::Known; ///< of Global and Call
    Form form = Form::Plain;
    quint32 firstChild = 0; ///< index into the tree's child list
    quint32 childCount = 0;
    ObjectId state =
        noObject; ///< of a Call, or attributes of a container (torch's `_metadata`, a defaultdict's factory)
    Name text; ///< Text, Bytes, Global, Value, Big, Complex
    union
    {
        qint64 integer = 0; ///< Bool, Integer, Cycle, Call; of a Global: bytes of its module's name
        double number; ///< Float
        quint32 tensor;
    };
};

/// All objects of a checkpoint in one arena. Children are numbers, so depth costs no stack. Immutable once built.
/// A node may be the child of several parents, and of itself (a pickle can say so): walks must bound their depth.
class ObjectTree
{
public:
    ObjectId add(ObjectNode node, std::span<const ObjectId> children = {});
    void setChildren(ObjectId parent, std::span<const ObjectId> children);
    void reserve(std::size_t nodes, std::size_t children);
    Arena &arena() { return m_arena; }
    void setRoot(ObjectId root) { m_root = root; }

    ObjectId root() const { return m_root; }
    bool isEmpty() const { return m_root == noObject; }
    std::size_t size() const { return m_nodes.size(); }
    /// Bytes of its nodes and their texts.
    std::size_t memory() const
    {
        return m_arena.capacity() + m_nodes.size() * sizeof(ObjectNode) + m_children.size() * sizeof(ObjectId);
    }
    const ObjectNode &operator[](ObjectId id) const { return m_nodes[quint32(id)]; }
    ObjectNode &operator[](ObjectId id) { return m_nodes[quint32(id)]; }
    std::span<const ObjectId> children(ObjectId id) const
    {
        const ObjectNode &node = (*this)[id];
        return {m_children.data() + node.firstChild, node.childCount};
    }

private:
    Arena m_arena;
    LargeVector<ObjectNode> m_nodes;
    LargeVector<ObjectId> m_children;
    ObjectId m_root = noObject;
};
