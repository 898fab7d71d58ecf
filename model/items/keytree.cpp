// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytree.h"

#include "model/base/saturate.h"
#include "model/base/text.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace {
constexpr quint32 blockSize = 256;
constexpr std::string_view stretchMark = "…";
}

const Expression *KeyLeaves::value(quint32 leaf) const
{
    const KeyLeaf &facts = leaves[leaf];
    if (verdicts[leaf] == KeyVerdict::Filled)
        return plan->filled.find(facts.target)->value;
    if (facts.row != noRow)
        return plan->table->rows[facts.row].value;
    return facts.dropped != noRow ? plan->dropped[facts.dropped].row.value : nullptr;
}

const Tensor *KeyLeaves::source(quint32 leaf) const
{
    const Expression *expression = value(leaf);
    const std::optional<TensorIndex> first = expression ? firstSource(*expression) : std::nullopt;
    return first ? &plan->checkpoint->tensors()[*first] : nullptr;
}

std::span<const Name> KeyLeaves::others(quint32 leaf) const
{
    const auto found = moreSources.find(leaf);
    return found == moreSources.end() ? std::span<const Name>() : std::span(found->second);
}

quint32 KeyLeaves::sourceCount(quint32 leaf) const
{
    const std::size_t more = moreSources.empty() ? 0 : others(leaf).size();
    return more == 0 ? 0 : quint32(more + 1);
}

const TargetKey *KeyLeaves::target(quint32 leaf) const
{
    const quint32 target = leaves[leaf].target;
    return target == noRow ? nullptr : &plan->target->keys()[target];
}

/// Whether it is what the target wants alone: no result says more.
bool KeyLeaves::isWanted(quint32 leaf) const
{
    return leaves[leaf].row == noRow && leaves[leaf].target != noRow && verdicts[leaf] != KeyVerdict::Filled;
}

const Shape &KeyLeaves::shape(quint32 leaf) const
{
    return isWanted(leaf) ? target(leaf)->shape : *value(leaf)->shape;
}

DType KeyLeaves::dtype(quint32 leaf) const
{
    return isWanted(leaf) ? target(leaf)->dtype : value(leaf)->dtype;
}

Name KeyTree::label(quint32 node) const
{
    const KeyNode &at = nodes[node];
    return at.leafCount == 0 ? Name() : all->names[order[at.firstLeaf]].substr(at.labelBegin, at.labelSize);
}

Name KeyTree::path(quint32 node) const
{
    const KeyNode &at = nodes[node];
    return at.leafCount == 0 ? Name() : all->names[order[at.firstLeaf]].substr(0, at.pathSize());
}

qint64 KeyTree::parametersOf(quint32 node) const
{
    const KeyNode &at = nodes[node];
    return parameters[at.firstLeaf + at.leafCount] - parameters[at.firstLeaf];
}

qint64 KeyTree::bytesOf(quint32 node) const
{
    const KeyNode &at = nodes[node];
    return bytes[at.firstLeaf + at.leafCount] - bytes[at.firstLeaf];
}

VerdictCounts KeyTree::counts(quint32 node) const
{
    const KeyNode &at = nodes[node];
    return countsBetween(at.firstLeaf, at.firstLeaf + at.leafCount);
}

VerdictCounts KeyTree::countsBetween(quint32 from, quint32 to) const
{
    const auto before = [this](quint32 position) {
        VerdictCounts counts = blockCounts[position / blockSize];
        for (quint32 at = position - position % blockSize; at < position; ++at)
            ++counts[std::size_t(all->verdicts[order[at]])];
        return counts;
    };
    const VerdictCounts first = before(from);
    VerdictCounts counts = before(to);
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] -= first[i];
    return counts;
}

KeyVerdict KeyTree::verdict(quint32 node) const
{
    if (!nodes[node].isGroup())
        return nodes[node].leafCount == 0 ? KeyVerdict::None : all->verdicts[leaf(node)];
    const VerdictCounts below = counts(node);
    const auto worst = std::find_if(below.rbegin(), below.rend(), [](qint64 count) { return count > 0; });
    return KeyVerdict(std::distance(worst, below.rend()) - 1);
}

std::optional<Name> KeyTree::sourcePath(quint32 node) const
{
    const KeyNode &at = nodes[node];
    if (at.source == KeyNode::noSource || at.source == KeyNode::mixedSource)
        return std::nullopt;
    const Name name = all->sources[at.source];
    const auto tail = qint64(all->names[at.source].size()) - at.pathSize();
    return name.substr(0, std::size_t(std::max<qint64>(qint64(name.size()) - tail, 0)));
}

quint32 KeyTree::rowsBelow(quint32 node) const
{
    const KeyNode &at = nodes[node];
    if (!at.isGroup() || !nodes[at.firstChild].isStretch())
        return at.childCount;
    return std::accumulate(nodes.begin() + at.firstChild, nodes.begin() + at.firstChild + at.childCount, 0u,
                           [](quint32 sum, const KeyNode &stretch) { return sum + stretch.childCount; });
}

std::pair<quint32, quint32> KeyTree::endsBelow(quint32 node) const
{
    const KeyNode &at = nodes[node];
    const quint32 first = at.firstChild;
    const quint32 last = at.firstChild + at.childCount - 1;
    return nodes[first].isStretch() ? std::pair(endsBelow(first).first, endsBelow(last).second)
                                    : std::pair(first, last);
}

quint32 KeyTree::nodeOfLeaf(quint32 at) const
{
    quint32 node = 0;
    while (nodes[node].isGroup()) {
        const auto first = nodes.begin() + nodes[node].firstChild;
        const auto after =
            std::upper_bound(first, first + nodes[node].childCount, at,
                             [](quint32 position, const KeyNode &child) { return position < child.firstLeaf; });
        node = quint32(std::distance(nodes.begin(), after) - 1);
    }
    return node;
}

quint32 KeyTree::findBelow(quint32 parent, Name wanted, bool isGroup) const
{
    const auto labelOf = [this](const KeyNode &node) {
        const auto at = quint32(&node - nodes.data());
        return label(node.isRange() ? node.firstChild : at);
    };
    const auto first = nodes.begin() + nodes[parent].firstChild;
    auto after = std::upper_bound(first, first + nodes[parent].childCount, wanted,
                                  [&](Name name, const KeyNode &node) { return naturalLess(name, labelOf(node)); });
    while (after != first) {
        --after;
        if (after->isRange())
            return findBelow(quint32(after - nodes.begin()), wanted, isGroup);
        if (labelOf(*after) != wanted)
            break;
        if (after->isGroup() == isGroup)
            return quint32(after - nodes.begin());
    }
    return none;
}

/// The range whose first number stands behind a brace.
quint32 KeyTree::findRange(quint32 parent, std::string_view text) const
{
    if (!text.starts_with('{'))
        return none;
    const std::size_t end = text.find_first_not_of("0123456789", 1);
    const quint32 member = findBelow(parent, text.substr(1, end - 1), true);
    return member != none && nodes[nodes[member].parent].isRange() ? nodes[member].parent : none;
}

quint32 KeyTree::find(std::string_view key) const
{
    constexpr int mostComponents = 64; // that a group's label can have
    if (natural) {
        const quint32 found = sorted(natural->find(key));
        return found != none ? found : findStretch(key);
    }
    quint32 node = 0;
    quint32 group = none;
    std::size_t begin = 0;
    while (true) {
        const std::string_view rest = key.substr(begin);
        if (const quint32 leaf = findBelow(node, rest, false); leaf != none)
            return leaf;
        if (const quint32 whole = findBelow(node, rest, true); whole != none)
            group = whole;
        quint32 inside = none;
        std::size_t dot = rest.find('.');
        for (int count = 0; dot != rest.npos && count < mostComponents; ++count) {
            inside = findBelow(node, rest.substr(0, dot), true);
            if (inside != none)
                break;
            dot = rest.find('.', dot + 1);
        }
        if (inside == none)
            return group != none ? group : findRange(node, rest);
        node = inside;
        begin += dot + 1;
    }
}

quint32 KeyTree::findStretch(std::string_view name) const
{
    const std::size_t mark = name.rfind(stretchMark);
    if (mark == name.npos)
        return none;
    quint32 row = 0;
    const char *end = name.data() + name.size();
    const auto [stop, problem] = std::from_chars(name.data() + mark + stretchMark.size(), end, row);
    const quint32 parent = mark == 0 ? 0 : find(name.substr(0, mark));
    if (problem != std::errc() || stop != end || parent == none || row >= nodes[parent].childCount)
        return none;
    const quint32 node = nodes[parent].firstChild + row;
    return nodes[node].isStretch() ? node : none;
}

std::string stretchName(std::string_view parent, quint32 row)
{
    return std::string(parent) + std::string(stretchMark) + std::to_string(row);
}

/// Where a node of the tree in natural order is in this one.
quint32 KeyTree::sorted(quint32 node) const
{
    if (node == none)
        return none;
    const KeyNode &wanted = natural->nodes[node];
    const quint32 leaf = natural->order[wanted.firstLeaf];
    const auto place = std::find(order.begin(), order.end(), leaf);
    quint32 at = nodeOfLeaf(quint32(place - order.begin()));
    while (at != 0 && (!nodes[at].isNamedLike(wanted) || nodes[at].isStretch()))
        at = nodes[at].parent;
    return at;
}

void sumKeyTree(KeyTree &tree)
{
    const KeyLeaves &all = *tree.all;
    const std::size_t count = tree.order.size();
    tree.parameters.assign(count + 1, 0);
    tree.bytes.assign(count + 1, 0);
    tree.blockCounts.clear();
    tree.blockCounts.reserve(count / blockSize + 1);
    VerdictCounts sofar{};
    for (std::size_t at = 0; at < count; ++at) {
        if (at % blockSize == 0)
            tree.blockCounts.push_back(sofar);
        const quint32 leaf = tree.order[at];
        ++sofar[std::size_t(all.verdicts[leaf])];
        const bool counts = all.verdicts[leaf] != KeyVerdict::Dropped;
        tree.parameters[at + 1] = tree.parameters[at];
        tree.bytes[at + 1] = tree.bytes[at];
        if (counts) {
            addSaturated(tree.parameters[at + 1], all.parameters[leaf]);
            addSaturated(tree.bytes[at + 1], all.bytes[leaf]);
        }
    }
    if (count % blockSize == 0)
        tree.blockCounts.push_back(sofar);
    for (const KeyNode &node : tree.nodes)
        tree.mostChildren = std::max(tree.mostChildren, node.childCount);
}
