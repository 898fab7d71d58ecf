// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/objectjson.h"

#include "model/items/objecttext.h"

#include <algorithm>

namespace {
using Kind = ObjectNode::Kind;

constexpr int deepest = 100;
/// A node may hang below several parents, so a small file can unfold without end.
constexpr int mostValues = 100'000;

bool isMap(Kind kind)
{
    return kind == Kind::Dict || kind == Kind::OrderedDict || kind == Kind::DefaultDict || kind == Kind::Counter;
}

bool isSequence(Kind kind)
{
    return kind == Kind::List || kind == Kind::Tuple || kind == Kind::Set || kind == Kind::FrozenSet;
}

/// One walk that writes a tree as JSON.
class ObjectWriter
{
public:
    ObjectWriter(JsonWriter &json, const Checkpoint &checkpoint)
        : m_json(json)
        , m_checkpoint(checkpoint)
        , m_tree(checkpoint.objects())
    {
        for (const Root &root : checkpoint.roots()) {
            if (root.object != noObject)
                m_roots.push_back(root.object);
        }
    }

    void write(ObjectId id, int depth = 0)
    {
        const ObjectNode &node = m_tree[id];
        if (depth >= deepest || ++m_written > mostValues) {
            m_json.value("…");
        } else if (isMap(node.kind)) {
            m_json.beginObject();
            writeEntries(id, depth);
            m_json.endObject();
        } else if (isSequence(node.kind)) {
            m_json.beginArray();
            writeItems(m_tree.children(id), depth);
            m_json.endArray();
        } else if (node.kind == Kind::Call) {
            writeInstance(id, depth);
        } else {
            writeScalar(id, node);
        }
    }

    /// The entries of a dict whose own tensors are left out.
    void writeEntries(ObjectId id, int depth)
    {
        const auto children = m_tree.children(id);
        for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
            if (isLeftOut(children[i + 1]))
                continue;
            m_json.key(keyText(children[i]));
            write(children[i + 1], depth + 1);
        }
    }

private:
    bool isLeftOut(ObjectId id) const
    {
        return m_tree[id].kind == Kind::Tensor || std::find(m_roots.begin(), m_roots.end(), id) != m_roots.end();
    }

    std::string keyText(ObjectId id) const
    {
        const ObjectNode &key = m_tree[id];
        return key.kind == Kind::Text ? std::string(key.text) : objectValueText(m_checkpoint, id).toStdString();
    }

    void writeItems(std::span<const ObjectId> items, int depth)
    {
        for (const ObjectId item : items) {
            if (!isLeftOut(item))
                write(item, depth + 1);
        }
    }

    void writeInstance(ObjectId id, int depth)
    {
        const ObjectNode &node = m_tree[id];
        const auto children = m_tree.children(id);
        m_json.beginObject().key("__class__").value(objectTypeText(m_tree, id).toStdString());
        if (children.size() > 1 && m_tree[children[1]].childCount > 0) {
            m_json.key("__args__");
            write(children[1], depth + 1);
        }
        if (node.state != noObject && isMap(m_tree[node.state].kind)) {
            writeEntries(node.state, depth);
        } else if (node.state != noObject) {
            m_json.key("__state__");
            write(node.state, depth + 1);
        }
        m_json.endObject();
    }

    void writeScalar(ObjectId id, const ObjectNode &node)
    {
        switch (node.kind) {
        case Kind::None: m_json.null(); break;
        case Kind::Bool: m_json.value(node.integer != 0); break;
        case Kind::Integer: m_json.value(node.integer); break;
        case Kind::Float: m_json.value(node.number); break;
        case Kind::Text: m_json.value(node.text); break;
        default: m_json.value(objectValueText(m_checkpoint, id).toStdString()); break;
        }
    }

    JsonWriter &m_json;
    const Checkpoint &m_checkpoint;
    const ObjectTree &m_tree;
    std::vector<ObjectId> m_roots;
    int m_written = 0;
};
}

void writeObjects(JsonWriter &json, const Checkpoint &checkpoint)
{
    json.beginObject();
    const ObjectTree &tree = checkpoint.objects();
    if (!tree.isEmpty() && isMap(tree[tree.root()].kind))
        ObjectWriter(json, checkpoint).writeEntries(tree.root(), 0);
    json.endObject();
}
