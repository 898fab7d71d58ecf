// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/objecttreemodel.h"

#include "model/base/text.h"
#include "model/items/objecttext.h"
#include "model/items/spreadid.h"

namespace {
using Kind = ObjectNode::Kind;

constexpr quint16 deepest = 100;

bool isMap(Kind kind)
{
    return kind == Kind::Dict || kind == Kind::OrderedDict || kind == Kind::DefaultDict || kind == Kind::Counter;
}

bool isSequence(Kind kind)
{
    return kind == Kind::List || kind == Kind::Tuple || kind == Kind::Set || kind == Kind::FrozenSet;
}

bool hasEntries(const ObjectTree &tree, ObjectId id)
{
    return tree[id].childCount > 0 || tree[id].state != noObject;
}
}

ObjectTreeModel::ObjectTreeModel(QObject *parent) : QAbstractItemModel(parent), m_nodes(1) {}

void ObjectTreeModel::setCheckpoint(std::shared_ptr<const Checkpoint> checkpoint)
{
    beginResetModel();
    m_checkpoint = std::move(checkpoint);
    m_nodes.assign(1, {});
    m_roots.clear();
    if (m_checkpoint) {
        for (const Root &root : m_checkpoint->roots()) {
            if (root.object != noObject)
                m_roots.emplace(quint32(root.object), &root);
        }
    }
    endResetModel();
}

QModelIndex ObjectTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, SpreadId::fromNode(m_nodes[nodeAt(parent)].firstChild + quint32(row)));
}

QModelIndex ObjectTreeModel::parent(const QModelIndex &index) const
{
    const quint32 parent = index.isValid() ? m_nodes[nodeAt(index)].parent : 0;
    return parent == 0 ? QModelIndex() : createIndex(int(m_nodes[parent].row), 0, SpreadId::fromNode(parent));
}

int ObjectTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!m_checkpoint || parent.column() > 0)
        return 0;
    const quint32 node = nodeAt(parent);
    fill(node);
    return int(m_nodes[node].childCount);
}

bool ObjectTreeModel::hasChildren(const QModelIndex &parent) const
{
    return rowCount(parent) > 0;
}

int ObjectTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant ObjectTreeModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index, CheckIndexOption::IndexIsValid));
    const Node &node = m_nodes[nodeAt(index)];
    const ObjectTree &tree = m_checkpoint->objects();
    const bool isObject = node.value != noObject;
    switch (role) {
    case Qt::DisplayRole:
        switch (Column(index.column())) {
        case NameColumn: return nameText(node);
        case ValueColumn: return valueText(node);
        case TypeColumn: return isObject ? objectTypeText(tree, node.value) : QStringLiteral("str");
        case ColumnCount: break;
        }
        Q_UNREACHABLE();
    case GradeRole: return int(isObject ? tree[node.value].grade : NameGrade::Known);
    case TensorRole:
        return isObject && tree[node.value].kind == Kind::Tensor ? qlonglong(tree[node.value].tensor) : qlonglong(-1);
    default: return {};
    }
}

QVariant ObjectTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    switch (Column(section)) {
    case NameColumn: return tr("Name");
    case ValueColumn: return tr("Value");
    case TypeColumn: return tr("Type");
    case ColumnCount: break;
    }
    Q_UNREACHABLE();
}

quint32 ObjectTreeModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? SpreadId::toNode(index.internalId()) : 0;
}

void ObjectTreeModel::fill(quint32 node) const
{
    if (m_nodes[node].isFilled)
        return;
    m_nodes[node].isFilled = true;
    if (m_nodes[node].depth >= deepest)
        return;
    const ObjectTree &tree = m_checkpoint->objects();
    std::vector<Node> rows;
    if (node != 0) {
        if (m_nodes[node].value != noObject)
            addRows(rows, m_nodes[node].value);
    } else {
        if (!tree.isEmpty() && hasEntries(tree, tree.root()))
            addRows(rows, tree.root());
        for (std::size_t i = 0; i < m_checkpoint->metadata().size(); ++i)
            rows.push_back({.label = Label::Metadata});
    }
    m_nodes[node].firstChild = quint32(m_nodes.size());
    m_nodes[node].childCount = quint32(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        rows[row].parent = node;
        rows[row].row = quint32(row);
        rows[row].depth = quint16(m_nodes[node].depth + 1);
    }
    m_nodes.insert(m_nodes.end(), rows.begin(), rows.end());
}

void ObjectTreeModel::addRows(std::vector<Node> &rows, ObjectId id) const
{
    const ObjectTree &tree = m_checkpoint->objects();
    const ObjectNode &node = tree[id];
    const auto children = tree.children(id);
    if (node.kind == Kind::Call) {
        addCallRows(rows, id);
        return;
    }
    if (isMap(node.kind)) {
        for (std::size_t i = 0; i + 1 < children.size(); i += 2)
            rows.push_back({.value = children[i + 1], .key = children[i], .label = Label::Key});
    } else if (isSequence(node.kind)) {
        for (const ObjectId child : children)
            rows.push_back({.value = child});
    } else {
        return; // what other kinds have below them is for a writer
    }
    if (node.state != noObject)
        rows.push_back({.value = node.state, .label = Label::State});
}

void ObjectTreeModel::addCallRows(std::vector<Node> &rows, ObjectId id) const
{
    const ObjectTree &tree = m_checkpoint->objects();
    const ObjectNode &node = tree[id];
    const auto children = tree.children(id);
    std::size_t next = 1;
    const auto addPart = [&](bool isThere, Label label) {
        if (!isThere || next >= children.size())
            return;
        const ObjectId part = children[next++];
        if (hasEntries(tree, part))
            rows.push_back({.value = part, .label = label});
    };
    addPart(true, Label::Arguments);
    addPart(node.integer & ObjectNode::Keywords, Label::Keywords);
    addPart(node.integer & ObjectNode::Elements, Label::Elements);
    addPart(node.integer & ObjectNode::Pairs, Label::Pairs);
    if (node.state == noObject)
        return;
    // An instance that is nothing but its attributes (argparse.Namespace) shows them as its own rows.
    if (rows.empty() && isMap(tree[node.state].kind))
        addRows(rows, node.state);
    else
        rows.push_back({.value = node.state, .label = Label::State});
}

QString ObjectTreeModel::nameText(const Node &node) const
{
    const ObjectTree &tree = m_checkpoint->objects();
    switch (node.label) {
    case Label::Position: return QString::number(node.row);
    case Label::Key:
        return tree[node.key].kind == Kind::Text ? displayName(tree[node.key].text)
                                                 : objectValueText(*m_checkpoint, node.key);
    case Label::Metadata: {
        const std::size_t first = m_nodes[0].childCount - m_checkpoint->metadata().size();
        return displayName(m_checkpoint->metadata()[node.row - first].first);
    }
    case Label::Arguments: return tr("arguments");
    case Label::Keywords: return tr("keyword arguments");
    case Label::Elements: return tr("items");
    case Label::Pairs: return tr("entries");
    case Label::State: return tr("attributes");
    }
    Q_UNREACHABLE();
}

QString ObjectTreeModel::valueText(const Node &node) const
{
    if (node.label == Label::Metadata) {
        const std::size_t first = m_nodes[0].childCount - m_checkpoint->metadata().size();
        return displayName(m_checkpoint->metadata()[node.row - first].second);
    }
    const auto root = m_roots.find(quint32(node.value));
    if (root == m_roots.end())
        return objectValueText(*m_checkpoint, node.value);
    const QString parameters = countText(root->second->parameters);
    return root->second->count == 1 ? tr("1 tensor, %1 parameters").arg(parameters)
                                    : tr("%1 tensors, %2 parameters").arg(exactText(root->second->count), parameters);
}
