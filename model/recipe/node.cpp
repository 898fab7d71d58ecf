// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/node.h"

#include "model/base/text.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Node", text);
}
}

Node Node::scalar(std::string text)
{
    Node node;
    node.kind = Kind::Scalar;
    node.text = std::move(text);
    return node;
}

Node Node::list(std::vector<Node> items)
{
    Node node;
    node.kind = Kind::List;
    node.items = std::move(items);
    return node;
}

Node Node::map(std::vector<Entry> entries)
{
    Node node;
    node.kind = Kind::Map;
    node.entries = std::move(entries);
    return node;
}

const Node *Node::find(std::string_view key) const
{
    for (const Entry &entry : entries) {
        if (entry.first == key)
            return &entry.second;
    }
    return nullptr;
}

QString Node::description() const
{
    constexpr std::size_t longest = 60;
    switch (kind) {
    case Kind::Null: return tr("nothing");
    case Kind::Scalar: return u'“' + displayName(text.size() <= longest ? text : text.substr(0, longest) + "…") + u'”';
    case Kind::List: return items.empty() ? tr("an empty list") : tr("a list");
    case Kind::Map: return entries.empty() ? tr("an empty map") : tr("a map");
    }
    Q_UNREACHABLE();
}

bool Node::operator==(const Node &other) const
{
    return kind == other.kind && text == other.text && items == other.items && entries == other.entries;
}
