// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

#include <QList>

/// What the source column says about a node.
struct SourceText
{
    QString text; ///< escaped for display
    QList<int> changed; ///< start, length pairs in `text`: components that the result key has not
};

/// "{0–11}": the numbers of a family's rows; empty for other rows.
QString familyText(const KeyTree &tree, quint32 node);
/// The full result or target key, or the path of a group, for display.
QString pathText(const KeyTree &tree, quint32 node);
/// The same, but for a stretch, whose ends are others in the next tree: what KeyTree::find() finds it by then.
QString placeName(const KeyTree &tree, quint32 node);
/// The node's label where source and result agree, relative to what most source keys start with or to the parent;
/// otherwise the source path with its changed components marked. Empty without a source.
SourceText sourceText(const KeyTree &tree, quint32 node);
/// The node's label when something stands on the target's side (the result's side without a target); else empty.
QString targetText(const KeyTree &tree, quint32 node);
/// "3 → 1" for a key that is joined from three; empty for others.
QString severalText(const KeyTree &tree, quint32 node);
/// One of several source keys, from 0, as sourceText() of a key that comes from it alone.
SourceText partText(const KeyTree &tree, quint32 node, quint32 part);
/// Beside the target's, the shape of the tensor it comes from. That of the result where there is no target, under a
/// size mismatch, as it is what does not fit, and where several tensors go in.
QString sourceShapeText(const KeyTree &tree, quint32 node);
QString targetShapeText(const KeyTree &tree, quint32 node);
QString dtypeText(const KeyTree &tree, quint32 node);
/// "size mismatch"; "165 loaded, 1 missing" for a group.
QString verdictText(const KeyTree &tree, quint32 node);
