// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytreemodel.h"

#include "model/base/release.h"
#include "model/base/text.h"
#include "model/items/keytext.h"
#include "model/items/keytree.h"
#include "model/items/spreadid.h"

#include <algorithm>
#include <charconv>

namespace {
qlonglong indexOrNone(quint32 index)
{
    return index == noRow ? -1 : qlonglong(index);
}

/// Which of several sources a row is, from 1, or 0.
quint32 partOf(const QModelIndex &index)
{
    return index.isValid() ? SpreadId::toPart(index.internalId()) : 0;
}

/// "attn.qkv.weight←2", which indexOf() finds.
constexpr std::string_view partMark = "←";

std::pair<std::string_view, quint32> splitPart(std::string_view name)
{
    const std::size_t mark = name.rfind(partMark);
    quint32 part = 0;
    if (mark == name.npos)
        return {name, 0};
    const std::string_view number = name.substr(mark + partMark.size());
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), part);
    const bool isNumber = problem == std::errc() && end == number.data() + number.size();
    return isNumber ? std::pair(name.substr(0, mark), part) : std::pair(name, 0u);
}
}

KeyTreeModel::KeyTreeModel(QObject *parent) : QAbstractItemModel(parent) {}

KeyTreeModel::~KeyTreeModel() = default;

void KeyTreeModel::setTree(std::shared_ptr<const KeyTree> tree)
{
    beginResetModel();
    replaceElsewhere(m_tree, std::move(tree));
    endResetModel();
}

QModelIndex KeyTreeModel::indexOf(std::string_view key) const
{
    if (!m_tree)
        return {};
    if (const quint32 node = m_tree->find(key); node != KeyTree::none)
        return indexOfNode(node);
    const auto [name, part] = splitPart(key);
    const quint32 node = part > 0 ? m_tree->find(name) : KeyTree::none;
    if (node == KeyTree::none || m_tree->nodes[node].isGroup())
        return {};
    return part <= m_tree->all->sourceCount(m_tree->leaf(node)) ? indexOfPart(node, part) : indexOfNode(node);
}

QModelIndex KeyTreeModel::indexOfSource(std::string_view key) const
{
    if (!m_tree || !m_tree->all->plan->checkpoint)
        return {};
    const auto &tensors = m_tree->all->plan->checkpoint->tensors();
    const auto tensor =
        std::find_if(tensors.begin(), tensors.end(), [key](const Tensor &each) { return each.name == key; });
    if (tensor == tensors.end())
        return {};
    for (std::size_t at = 0; at < m_tree->order.size(); ++at) {
        const quint32 leaf = m_tree->order[at];
        const bool isSeveral = m_tree->all->sourceCount(leaf) > 0;
        if (!isSeveral && m_tree->all->source(leaf) == &*tensor)
            return indexOfNode(m_tree->nodeOfLeaf(quint32(at)));
        const auto from = isSeveral ? sources(*m_tree->all->value(leaf)) : std::vector<TensorIndex>();
        const auto part = std::find(from.begin(), from.end(), TensorIndex(tensor - tensors.begin()));
        if (part != from.end())
            return indexOfPart(m_tree->nodeOfLeaf(quint32(at)), quint32(part - from.begin()) + 1);
    }
    return {};
}

QModelIndex KeyTreeModel::nextDifference(const QModelIndex &from, int direction) const
{
    const auto count = qint64(m_tree ? m_tree->order.size() : 0);
    qint64 start = direction < 0 ? count : -1;
    if (from.isValid()) {
        // Going on from a group means its first leaf, going back what lies before it.
        const KeyNode &node = m_tree->nodes[nodeAt(from)];
        start = qint64(node.firstLeaf) - (node.isGroup() && direction > 0 ? 1 : 0);
    }
    for (qint64 step = 1; step <= count; ++step) {
        const qint64 at = ((start + (direction < 0 ? -step : step)) % count + count) % count;
        if (isDifference(m_tree->all->verdicts[m_tree->order[std::size_t(at)]]))
            return indexOfNode(m_tree->nodeOfLeaf(quint32(at)));
    }
    return {};
}

QModelIndex KeyTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const quint32 node = nodeAt(parent);
    return createIndex(row, column,
                       m_tree->nodes[node].isGroup() ? SpreadId::fromNode(m_tree->nodes[node].firstChild + quint32(row))
                                                     : SpreadId::fromNode(node, quint32(row) + 1));
}

QModelIndex KeyTreeModel::parent(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    return indexOfNode(partOf(index) > 0 ? nodeAt(index) : m_tree->nodes[nodeAt(index)].parent);
}

int KeyTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!m_tree || parent.column() > 0 || partOf(parent) > 0)
        return 0;
    const KeyNode &node = m_tree->nodes[nodeAt(parent)];
    const bool isKey = !node.isGroup() && node.leafCount > 0;
    return int(isKey ? m_tree->all->sourceCount(m_tree->leaf(nodeAt(parent))) : node.childCount);
}

int KeyTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant KeyTreeModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index, CheckIndexOption::IndexIsValid));
    const quint32 node = nodeAt(index);
    if (partOf(index) > 0)
        return partData(index, role);
    switch (role) {
    case Qt::DisplayRole: return display(node, Column(index.column()));
    case SortRole: return sortValue(node, Column(index.column()));
    case VerdictRole: return QVariant::fromValue(m_tree->verdict(node));
    case IsGroupRole: return m_tree->nodes[node].isGroup();
    case TargetNameRole: return pathText(*m_tree, node);
    case FamilyRole:
        return m_tree->nodes[node].family == KeyNode::Family::None || m_tree->nodes[node].isStretch()
            ? 0
            : int(m_tree->rowsBelow(node));
    case StretchRole: return m_tree->nodes[node].isStretch() ? int(m_tree->nodes[node].childCount) : 0;
    case PlaceNameRole: return placeName(*m_tree, node);
    case Qt::AccessibleTextRole: return accessibleText(node, Column(index.column()));
    case SourceNameRole: {
        if (m_tree->nodes[node].isStretch())
            return sourceText(*m_tree, node).text;
        const auto source = m_tree->sourcePath(node);
        return source ? displayName(*source) : QString();
    }
    case ChangedRangesRole: return QVariant::fromValue(sourceText(*m_tree, node).changed);
    case CountsRole: {
        const VerdictCounts counts = m_tree->counts(node);
        return QVariant::fromValue(QList<qint64>(counts.begin(), counts.end()));
    }
    case SeveralRole: return severalText(*m_tree, node);
    case SourceTensorRole: return tensorNumber(tensorAt(index));
    default: return role > Qt::UserRole ? leafData(node, role) : QVariant();
    }
}

/// A source of a result of several: what is not its own is the result's.
QVariant KeyTreeModel::partData(const QModelIndex &index, int role) const
{
    const quint32 node = nodeAt(index);
    const quint32 part = partOf(index);
    switch (role) {
    case Qt::DisplayRole:
    case SortRole: return displayPart(index);
    case Qt::AccessibleTextRole:
        return index.column() == SourceKey ? tr("%1, source %2 of %3")
                                                 .arg(displayPart(index).toString())
                                                 .arg(part)
                                                 .arg(m_tree->all->sourceCount(m_tree->leaf(node)))
                                           : displayPart(index);
    case VerdictRole: return QVariant::fromValue(KeyVerdict::None);
    case SourceNameRole: return displayName(tensorAt(index)->name);
    case PlaceNameRole: return placeName(*m_tree, node) + QString::fromUtf8(partMark) + QString::number(part);
    case ChangedRangesRole: return QVariant::fromValue(partText(*m_tree, node, part - 1).changed);
    case PartRole: return int(part);
    case SourceTensorRole: return tensorNumber(tensorAt(index));
    case SeveralRole:
    case CountsRole: return {};
    default: return data(indexOfNode(node).siblingAtColumn(index.column()), role);
    }
}

QVariant KeyTreeModel::displayPart(const QModelIndex &index) const
{
    const Tensor &tensor = *tensorAt(index);
    switch (Column(index.column())) {
    case SourceKey: return partText(*m_tree, nodeAt(index), partOf(index) - 1).text;
    case SourceShape: return shapeText(tensor.shape);
    case DTypeColumn: return m_tree->all->plan->checkpoint->dtypeText(tensor);
    case Parameters: return exactText(elementCount(tensor.shape).value_or(0));
    case Bytes: return bytesText(Checkpoint::byteCount(tensor));
    case TargetKey:
    case TargetShape:
    case Verdict: return QString();
    case ColumnCount: break;
    }
    Q_UNREACHABLE();
}

const Tensor *KeyTreeModel::tensorAt(const QModelIndex &index) const
{
    const quint32 node = nodeAt(index);
    if (m_tree->nodes[node].isGroup())
        return nullptr;
    const quint32 leaf = m_tree->leaf(node);
    const quint32 part = partOf(index);
    return part == 0 ? m_tree->all->source(leaf)
                     : &m_tree->all->plan->checkpoint->tensors()[sources(*m_tree->all->value(leaf))[part - 1]];
}

qlonglong KeyTreeModel::tensorNumber(const Tensor *tensor) const
{
    return tensor ? qlonglong(tensor - m_tree->all->plan->checkpoint->tensors().data()) : -1;
}

QVariant KeyTreeModel::leafData(quint32 node, int role) const
{
    const bool isGroup = m_tree->nodes[node].isGroup();
    const KeyLeaf facts = isGroup ? KeyLeaf() : m_tree->all->leaves[m_tree->leaf(node)];
    const Plan &plan = *m_tree->all->plan;
    switch (role) {
    case DroppedByRole: return facts.dropped == noRow ? -1 : plan.dropped[facts.dropped].step;
    case DroppedIndexRole: return indexOrNone(facts.dropped);
    case RowIndexRole: return indexOrNone(facts.row);
    case TargetIndexRole: return indexOrNone(facts.target);
    case ChangedByRole: {
        const History *history = facts.row == noRow ? nullptr : plan.table->rows[facts.row].history;
        return history ? history->step : -1;
    }
    default: return {};
    }
}

QVariant KeyTreeModel::display(quint32 node, Column column) const
{
    const bool isGroup = m_tree->nodes[node].isGroup();
    switch (column) {
    case SourceKey: return sourceText(*m_tree, node).text;
    case SourceShape: return isGroup ? QString() : sourceShapeText(*m_tree, node);
    case DTypeColumn: return isGroup ? QString() : dtypeText(*m_tree, node);
    case TargetKey: return targetText(*m_tree, node);
    case TargetShape: return isGroup ? QString() : targetShapeText(*m_tree, node);
    case Parameters: {
        const qint64 parameters = sortValue(node, column).toLongLong();
        return isGroup ? countText(parameters) : exactText(parameters);
    }
    case Bytes: return bytesText(sortValue(node, column).toLongLong());
    case Verdict: return verdictText(*m_tree, node);
    case ColumnCount: break;
    }
    Q_UNREACHABLE();
}

QString KeyTreeModel::accessibleText(quint32 node, Column column) const
{
    const QString text = display(node, column).toString();
    const bool isKey = column == SourceKey || column == TargetKey;
    const KeyNode &at = m_tree->nodes[node];
    const QString several = column == SourceKey ? severalText(*m_tree, node) : QString();
    if (!several.isEmpty())
        return text + QStringLiteral(", ") + several;
    if (!isKey || text.isEmpty() || at.family == KeyNode::Family::None)
        return text;
    return at.isStretch() ? tr("%1, %2 rows").arg(text, exactText(at.childCount))
                          : tr("%1, %2 alike").arg(text, exactText(m_tree->rowsBelow(node)));
}

QVariant KeyTreeModel::sortValue(quint32 node, Column column) const
{
    // A leaf says its own size, dropped or not; totals leave dropped rows out.
    const bool isGroup = m_tree->nodes[node].isGroup();
    switch (column) {
    case Parameters:
        return qlonglong(isGroup ? m_tree->parametersOf(node) : m_tree->all->parameters[m_tree->leaf(node)]);
    case Bytes: return qlonglong(isGroup ? m_tree->bytesOf(node) : m_tree->all->bytes[m_tree->leaf(node)]);
    case Verdict: return int(m_tree->verdict(node));
    default: return display(node, column);
    }
}

Qt::ItemFlags KeyTreeModel::flags(const QModelIndex &index) const
{
    const bool isKey =
        index.isValid() && partOf(index) == 0 && (index.column() == SourceKey || index.column() == TargetKey);
    return QAbstractItemModel::flags(index) | (isKey ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

QVariant KeyTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    const bool hasTarget = m_tree && m_tree->all->plan->target;
    switch (Column(section)) {
    case SourceKey: return hasTarget ? tr("Source key") : tr("Key");
    case SourceShape: return tr("Shape");
    case DTypeColumn: return tr("Type");
    case TargetKey: return hasTarget ? tr("Target key") : tr("Result key");
    case TargetShape: return tr("Shape");
    case Parameters: return tr("Parameters");
    case Bytes: return tr("Size");
    case Verdict: return tr("Verdict");
    case ColumnCount: break;
    }
    Q_UNREACHABLE();
}

quint32 KeyTreeModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? SpreadId::toNode(index.internalId()) : 0;
}

QModelIndex KeyTreeModel::indexOfNode(quint32 node) const
{
    return node == 0 ? QModelIndex() : createIndex(int(m_tree->row(node)), 0, SpreadId::fromNode(node));
}

QModelIndex KeyTreeModel::indexOfPart(quint32 node, quint32 part) const
{
    return createIndex(int(part) - 1, 0, SpreadId::fromNode(node, part));
}
