// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/objectjson.h"

#include "model/base/text.h"

#include <algorithm>

namespace {
using namespace Qt::StringLiterals;
using Kind = ObjectNode::Kind;

constexpr int deepest = 100;
constexpr qsizetype longestText = 60;
/// A node may hang below several parents, so a small file can unfold without end: stop writing after this many values.
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
    ObjectWriter(JsonWriter &json, const Checkpoint &checkpoint) : m_json(json), m_tree(checkpoint.objects())
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
            writeMap(id, depth);
        } else if (isSequence(node.kind)) {
            m_json.beginArray();
            for (const ObjectId child : m_tree.children(id)) {
                if (!isLeftOut(child))
                    write(child, depth + 1);
            }
            m_json.endArray();
        } else {
            writeScalar(id, node);
        }
    }

private:
    bool isLeftOut(ObjectId id) const
    {
        return m_tree[id].kind == Kind::Tensor || std::find(m_roots.begin(), m_roots.end(), id) != m_roots.end();
    }

    void writeMap(ObjectId id, int depth)
    {
        m_json.beginObject();
        const auto children = m_tree.children(id);
        for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
            if (isLeftOut(children[i + 1]))
                continue;
            const ObjectNode &key = m_tree[children[i]];
            m_json.key(key.kind == Kind::Text ? std::string(key.text) : objectText(m_tree, children[i]).toStdString());
            write(children[i + 1], depth + 1);
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
        default: m_json.value(objectText(m_tree, id).toStdString()); break;
        }
    }

    JsonWriter &m_json;
    const ObjectTree &m_tree;
    std::vector<ObjectId> m_roots;
    int m_written = 0;
};

void appendText(QString &text, const ObjectTree &tree, ObjectId id, int depth)
{
    const ObjectNode &node = tree[id];
    if (text.size() > longestText || depth > deepest) {
        text += u'…';
        return;
    }
    const auto list = [&](QChar open, QChar close) {
        text += open;
        bool first = true;
        for (const ObjectId child : tree.children(id)) {
            if (!first)
                text += u", "_s;
            first = false;
            appendText(text, tree, child, depth + 1);
            if (text.size() > longestText)
                break;
        }
        text += close;
    };
    switch (node.kind) {
    case Kind::None: text += u"None"_s; break;
    case Kind::Bool: text += node.integer ? u"True"_s : u"False"_s; break;
    case Kind::Integer: text += QString::number(node.integer); break;
    case Kind::Float: text += QString::number(node.number, 'g', 17); break;
    case Kind::Text: text += u'\'' + displayName(node.text) + u'\''; break;
    case Kind::Bytes:
    case Kind::ByteArray: text += u"%1 bytes"_s.arg(node.text.size()); break;
    case Kind::Global:
    case Kind::Value:
    case Kind::Big: text += displayName(node.text); break;
    case Kind::Tensor: text += u"tensor"_s; break;
    case Kind::Cycle: text += u"↻"_s; break;
    case Kind::List: list(u'[', u']'); break;
    case Kind::Tuple:
    case Kind::Complex: list(u'(', u')'); break;
    case Kind::Set:
    case Kind::FrozenSet:
    case Kind::Dict:
    case Kind::OrderedDict:
    case Kind::DefaultDict:
    case Kind::Counter: list(u'{', u'}'); break;
    case Kind::Call: list(u'‹', u'›'); break;
    }
}
}

QString objectText(const ObjectTree &tree, ObjectId id)
{
    QString text;
    appendText(text, tree, id, 0);
    return text;
}

void writeObjects(JsonWriter &json, const Checkpoint &checkpoint)
{
    const ObjectTree &tree = checkpoint.objects();
    if (tree.isEmpty() || !isMap(tree[tree.root()].kind)) {
        json.beginObject().endObject();
        return;
    }
    ObjectWriter(json, checkpoint).write(tree.root());
}
