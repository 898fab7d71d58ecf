// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/foreignrules.h"

std::string templateText(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '{' ? std::string("{{") : std::string(1, c);
    return out;
}

Node textNode(std::string_view text)
{
    return Node::scalar(std::string(text));
}

Node entryOf(std::string_view name, Node value)
{
    return Node::map({{std::string(name), std::move(value)}});
}

bool searchNode(const Node &node, const std::function<bool(const std::string &, const Node &)> &visit)
{
    // Depth is bounded by the parsers.
    for (const Node &item : node.items) {
        if (visit({}, item) || searchNode(item, visit))
            return true;
    }
    for (const auto &[key, value] : node.entries) {
        if (visit(key, value) || searchNode(value, visit))
            return true;
    }
    return false;
}
