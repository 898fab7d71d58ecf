// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keycopy.h"

#include "model/base/text.h"
#include "model/items/keytext.h"

#include <algorithm>

namespace {
constexpr std::size_t stopInterval = 4096;

template<typename Take>
void eachRow(const KeyTree &tree, const std::vector<KeyRows> &rows, Take take)
{
    for (const KeyRows &some : rows) {
        for (quint32 node = some.first; node <= some.last; ++node) {
            const KeyNode &at = tree.nodes[node];
            take(at.isStretch() ? KeyRows{at.firstChild, at.firstChild + at.childCount - 1} : KeyRows{node, node});
        }
    }
}

/// Each once. A node comes before those below it, so this is the order in which they are shown.
std::vector<quint32> inOrder(const KeyTree &tree, const std::vector<KeyRows> &rows)
{
    std::vector<quint32> nodes;
    eachRow(tree, rows, [&nodes](const KeyRows &some) {
        for (quint32 node = some.first; node <= some.last; ++node)
            nodes.push_back(node);
    });
    const auto isBefore = [&tree](quint32 left, quint32 right) {
        const quint32 first = tree.nodes[left].firstLeaf;
        const quint32 second = tree.nodes[right].firstLeaf;
        return first != second ? first < second : left < right;
    };
    if (!std::is_sorted(nodes.begin(), nodes.end(), isBefore))
        std::sort(nodes.begin(), nodes.end(), isBefore);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    return nodes;
}
}

qint64 countRows(const KeyTree &tree, const std::vector<KeyRows> &rows)
{
    qint64 count = 0;
    eachRow(tree, rows, [&count](const KeyRows &some) { count += some.last - some.first + 1; });
    return count;
}

CopiedRows copyRows(const KeyTree &tree, const std::vector<KeyRows> &rows, const RowText &textOf, Progress &progress)
{
    const std::vector<quint32> nodes = inOrder(tree, rows);
    CopiedRows copied;
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (at % stopInterval == 0) {
            progress.report(qint64(at), qint64(nodes.size()));
            if (progress.stopRequested())
                break;
        }
        const QString line = textOf(tree, nodes[at]);
        if (line.isEmpty())
            continue;
        if (copied.rows++ > 0)
            copied.text += u'\n';
        copied.text += line;
    }
    return copied;
}

QString copiedKey(const KeyTree &tree, quint32 node)
{
    return pathText(tree, node);
}

QString copiedSource(const KeyTree &tree, quint32 node)
{
    const auto source = tree.sourcePath(node);
    QString text = source ? displayName(*source) : QString();
    if (!tree.nodes[node].isGroup()) {
        for (const Name other : tree.all->others(tree.leaf(node)))
            text += u'\n' + displayName(other);
    }
    return text;
}

QString copiedShape(const KeyTree &tree, quint32 node)
{
    if (tree.nodes[node].isGroup())
        return {};
    const QString source = sourceShapeText(tree, node);
    return source.isEmpty() ? targetShapeText(tree, node) : source;
}
