// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/text.h"
#include "model/checkpoint/checkpoint.h"

#include <string>

/// An object tree as indented text, one node a line, for comparing in tests. Cut at 40 levels and 400 lines.
inline std::string treeText(const ObjectTree &tree)
{
    using Kind = ObjectNode::Kind;
    constexpr std::size_t deepest = 40;
    constexpr std::size_t longest = 400;
    static constexpr std::string_view kinds[] = {
        "none",   "bool",   "int",   "float",     "complex", "text",        "bytes",       "bytearray",
        "list",   "tuple",  "set",   "frozenset", "dict",    "ordereddict", "defaultdict", "counter",
        "tensor", "global", "value", "call",      "big",     "cycle"};
    std::string text;
    std::size_t lines = 0;
    const auto describe = [&](const ObjectNode &node) {
        std::string line(kinds[std::size_t(node.kind)]);
        if (node.kind == Kind::Bool || node.kind == Kind::Integer || node.kind == Kind::Cycle
            || (node.kind == Kind::Call && node.integer != 0))
            line += ' ' + std::to_string(node.integer);
        if (node.kind == Kind::Tensor)
            line += ' ' + std::to_string(node.tensor);
        if (node.kind == Kind::Float)
            line += ' ' + QString::number(node.number, 'g', 17).toStdString();
        if (!node.text.empty())
            line += ' ' + escaped(node.text.substr(0, 120));
        if (node.kind == Kind::Text && node.text.empty())
            line += " \"\"";
        if (node.form == ObjectNode::Form::NewObject)
            line += " new";
        if (node.form == ObjectNode::Form::Persistent)
            line += " persistent";
        if (node.form == ObjectNode::Form::Array)
            line += " numpy";
        if (node.grade != NameGrade::Known)
            line += node.grade == NameGrade::Unknown ? " unknown" : " dangerous";
        return line;
    };
    const auto walk = [&](const auto &self, ObjectId id, std::size_t depth, std::string_view mark) -> void {
        if (++lines > longest || depth > deepest) {
            text += std::string(2 * depth, ' ') + "…\n";
            return;
        }
        text += std::string(2 * depth, ' ') + std::string(mark) + describe(tree[id]) + '\n';
        if (tree[id].kind == Kind::Value)
            return;
        for (const ObjectId child : tree.children(id)) {
            if (lines > longest)
                return;
            self(self, child, depth + 1, "");
        }
        if (tree[id].state != noObject)
            self(self, tree[id].state, depth + 1, "state: ");
    };
    if (!tree.isEmpty())
        walk(walk, tree.root(), 0, "");
    return text;
}

/// One line a tensor: root, name, dtype, shape, and what is unusual about it. Names are escaped.
inline std::string tensorLine(const Checkpoint &checkpoint, const Tensor &tensor)
{
    std::string line = escaped(pathText(checkpoint.root(tensor.root).path)) + '|' + escaped(tensor.name) + '|'
        + checkpoint.dtypeText(tensor).toStdString() + '|' + shapeList(tensor.shape);
    if (tensor.isParameter)
        line += "|parameter";
    if (tensor.requiresGrad)
        line += "|grad";
    if (tensor.conjugated)
        line += "|conj";
    if (tensor.negated)
        line += "|neg";
    return line;
}
