// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytext.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>

namespace {
SourceText ownSource(const KeyTree &tree, quint32 node);

std::vector<Name> components(Name path)
{
    std::vector<Name> parts;
    while (true) {
        const std::size_t dot = path.find('.');
        parts.push_back(path.substr(0, dot));
        if (dot == Name::npos)
            return parts;
        path.remove_prefix(dot + 1);
    }
}

/// Which of `left` are not part of a longest common subsequence with `right`.
std::vector<bool> unmatched(const std::vector<Name> &left, const std::vector<Name> &right)
{
    constexpr std::size_t tooMany = 128;
    std::vector<bool> changed(left.size(), true);
    if (left.size() > tooMany || right.size() > tooMany)
        return changed;
    const std::size_t width = right.size() + 1;
    std::vector<quint16> longest((left.size() + 1) * width, 0); // of the tails from i and j on
    for (std::size_t i = left.size(); i-- > 0;) {
        for (std::size_t j = right.size(); j-- > 0;)
            longest[i * width + j] = left[i] == right[j]
                ? quint16(longest[(i + 1) * width + j + 1] + 1)
                : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
    for (std::size_t i = 0, j = 0; i < left.size() && j < right.size();) {
        if (left[i] == right[j]) {
            changed[i++] = false;
            ++j;
        } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            ++i;
        } else {
            ++j;
        }
    }
    return changed;
}

SourceText marked(Name source, Name result)
{
    const std::vector<Name> parts = components(source);
    const std::vector<bool> changed = unmatched(parts, components(result));
    SourceText text;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        if (part > 0)
            text.text += u'.';
        const QString shown = displayName(parts[part]);
        if (changed[part])
            text.changed += {int(text.text.size()), int(shown.size())};
        text.text += shown;
    }
    return text;
}

/// Without what most source keys begin with.
Name withoutPrefix(const KeyTree &tree, Name source)
{
    const std::string &prefix = tree.all->sourcePrefix;
    return !prefix.empty() && source.starts_with(prefix) ? source.substr(prefix.size()) : source;
}

bool isKnown(quint32 source)
{
    return source != KeyNode::noSource && source != KeyNode::mixedSource;
}

/// "down.{0–2}" for "down.0" and "down.2": names that differ in one number. Nothing for other names.
std::optional<SourceText> joined(const QString &first, const QString &last)
{
    const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
    qsizetype begin = 0;
    while (begin < std::min(first.size(), last.size()) && first[begin] == last[begin])
        ++begin;
    while (begin > 0 && isDigit(first[begin - 1]))
        --begin;
    const auto numberAt = [&](const QString &text) {
        qsizetype end = begin;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        return text.mid(begin, end - begin);
    };
    const QString from = numberAt(first);
    const QString to = numberAt(last);
    const QString rest = first.mid(begin + from.size());
    if (from.isEmpty() || to.isEmpty() || rest != last.mid(begin + to.size()))
        return std::nullopt;
    const QString numbers = QStringLiteral("{%1–%2}").arg(from, to);
    return SourceText{first.left(begin) + numbers + rest, {int(begin), int(numbers.size())}};
}

/// Where the members of a family come from.
SourceText familySource(const KeyTree &tree, quint32 node)
{
    const auto [begin, end] = tree.endsBelow(node);
    const SourceText first = sourceText(tree, begin);
    const SourceText last = sourceText(tree, end);
    auto text = begin != end ? joined(first.text, last.text) : std::nullopt;
    const bool isLabel = first.text == displayName(tree.label(begin));
    if (isLabel || !text)
        return {familyText(tree, node), {}};
    if (text->text.endsWith(familyText(tree, node)))
        text->changed = first.changed; // what stands before the numbers
    return *text;
}

bool isOnTargetSide(const KeyTree &tree, quint32 leaf)
{
    const KeyLeaf &facts = tree.all->leaves[leaf];
    return facts.target != noRow || (!tree.all->plan->target && facts.row != noRow);
}
}

QString familyText(const KeyTree &tree, quint32 node)
{
    const KeyNode &at = tree.nodes[node];
    if (at.family == KeyNode::Family::None || at.isStretch())
        return {};
    // Leaves are numbered in natural order, whatever the order of the rows.
    const auto first = tree.order.begin() + at.firstLeaf;
    const auto [least, most] = std::minmax_element(first, first + at.leafCount);
    const std::size_t begin = at.pathSize() + (at.isRange() ? 0 : 1);
    const auto numberOf = [&](quint32 leaf) {
        const Name rest = tree.all->names[leaf].substr(begin);
        return displayName(rest.substr(0, rest.find('.')));
    };
    const QString from = numberOf(*least);
    const QString to = numberOf(*most);
    return from == to ? QStringLiteral("{%1}").arg(from) : QStringLiteral("{%1–%2}").arg(from, to);
}

namespace {
/// "a … m"; where rows do not follow each other by name, "rows 1,001–2,000".
QString stretchText(const KeyTree &tree, quint32 node, const std::function<QString(quint32)> &textOf)
{
    const auto [first, last] = tree.endsBelow(node);
    if (tree.isByName)
        return QStringLiteral("%1 … %2").arg(textOf(first), textOf(last));
    const KeyNode &at = tree.nodes[node];
    const qint64 before = qint64(tree.row(node)) * tree.nodes[tree.nodes[at.parent].firstChild].childCount;
    return QCoreApplication::translate("KeyTree", "rows %1–%2")
        .arg(exactText(before + 1), exactText(before + at.childCount));
}

/// What a node is called where it stands below its parent.
QString rowLabel(const KeyTree &tree, quint32 node)
{
    const KeyNode &at = tree.nodes[node];
    const QString label = displayName(tree.label(node));
    switch (at.family) {
    case KeyNode::Family::None: return label;
    case KeyNode::Family::Group: return label + u'.' + familyText(tree, node);
    case KeyNode::Family::Range: return familyText(tree, node);
    case KeyNode::Family::Stretch: return stretchText(tree, node, [&tree](quint32 row) { return rowLabel(tree, row); });
    }
    Q_UNREACHABLE();
}
}

QString pathText(const KeyTree &tree, quint32 node)
{
    const QString path = displayName(tree.path(node));
    return tree.nodes[node].isBundle() ? path + rowLabel(tree, node) : path;
}

QString placeName(const KeyTree &tree, quint32 node)
{
    if (!tree.nodes[node].isStretch())
        return pathText(tree, node);
    const quint32 parent = tree.nodes[node].parent;
    return QString::fromStdString(stretchName(placeName(tree, parent).toStdString(), tree.row(node)));
}

SourceText sourceText(const KeyTree &tree, quint32 node)
{
    const KeyNode &at = tree.nodes[node];
    if (at.source == KeyNode::noSource)
        return {};
    if (at.isStretch()) {
        const auto textOf = [&tree](quint32 row) {
            const QString source = sourceText(tree, row).text;
            return source.isEmpty() ? rowLabel(tree, row) : source;
        };
        return {stretchText(tree, node, textOf), {}};
    }
    if (at.isRange() || (at.family == KeyNode::Family::Group && at.source == KeyNode::mixedSource)) {
        const SourceText members = familySource(tree, node);
        return at.isRange() || !members.changed.isEmpty() ? members : SourceText{rowLabel(tree, node), {}};
    }
    SourceText own = ownSource(tree, node);
    if (at.family == KeyNode::Family::Group && !own.text.isEmpty())
        own.text += u'.' + familyText(tree, node);
    return own;
}

namespace {
SourceText ownSource(const KeyTree &tree, quint32 node)
{
    const KeyNode &at = tree.nodes[node];
    const QString label = displayName(tree.label(node));
    if (at.source == KeyNode::mixedSource || isKnown(tree.nodes[at.parent].source))
        return {label, {}};
    const Name source = withoutPrefix(tree, *tree.sourcePath(node));
    if (source == tree.path(node))
        return {label, {}};
    return source.empty() ? SourceText() : marked(source, tree.path(node));
}
}

QString targetText(const KeyTree &tree, quint32 node)
{
    const KeyNode &at = tree.nodes[node];
    // A group's leaves are nearly always alike; past so many without a target the answer costs more than it tells.
    constexpr quint32 looked = 1000;
    for (quint32 leaf = at.firstLeaf; leaf < at.firstLeaf + std::min(at.leafCount, looked); ++leaf) {
        if (isOnTargetSide(tree, tree.order[leaf]))
            return rowLabel(tree, node);
    }
    return {};
}

QString severalText(const KeyTree &tree, quint32 node)
{
    const quint32 count = tree.nodes[node].isGroup() ? 0 : tree.all->sourceCount(tree.leaf(node));
    return count == 0 ? QString() : QStringLiteral("%1 → 1").arg(count);
}

SourceText partText(const KeyTree &tree, quint32 node, quint32 part)
{
    const quint32 leaf = tree.leaf(node);
    const Name source = part == 0 ? tree.all->sources[leaf] : tree.all->others(leaf)[part - 1];
    return marked(withoutPrefix(tree, source), tree.path(node));
}

QString sourceShapeText(const KeyTree &tree, quint32 node)
{
    const quint32 leaf = tree.leaf(node);
    const bool isResult = !tree.all->plan->target || tree.all->verdicts[leaf] == KeyVerdict::SizeMismatch
        || tree.all->sourceCount(leaf) > 0;
    const Tensor *source = isResult ? nullptr : tree.all->source(leaf);
    const Expression *value = tree.all->value(leaf);
    return source ? shapeText(source->shape) : value ? shapeText(*value->shape) : QString();
}

QString targetShapeText(const KeyTree &tree, quint32 node)
{
    const quint32 leaf = tree.leaf(node);
    if (const TargetKey *target = tree.all->target(leaf))
        return wantedShapeText(*target);
    return isOnTargetSide(tree, leaf) ? shapeText(tree.all->shape(leaf)) : QString();
}

QString dtypeText(const KeyTree &tree, quint32 node)
{
    const quint32 leaf = tree.leaf(node);
    const Expression *value = tree.all->value(leaf);
    if (value && wholeSource(*value))
        return tree.all->plan->checkpoint->dtypeText(*tree.all->source(leaf));
    const DType dtype = tree.all->dtype(leaf);
    return dtype == DType::Unknown ? QString() : QString::fromLatin1(word(dtype));
}

QString verdictText(const KeyTree &tree, quint32 node)
{
    if (!tree.nodes[node].isGroup())
        return verdictText(tree.verdict(node));
    const VerdictCounts counts = tree.counts(node);
    QString text;
    for (std::size_t verdict = 1; verdict < counts.size(); ++verdict) {
        if (counts[verdict] == 0)
            continue;
        if (!text.isEmpty())
            text += QStringLiteral(", ");
        //: a number of keys and what became of them, as in "165 loaded"
        text += QCoreApplication::translate("KeyVerdict", "%1 %2")
                    .arg(exactText(counts[verdict]), verdictText(KeyVerdict(verdict)));
    }
    return text;
}
