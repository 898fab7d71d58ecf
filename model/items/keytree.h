// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"
#include "model/recipe/plan.h"

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

/// What one row of the tree is about, as positions in the plan. At least one is set.
struct KeyLeaf
{
    quint32 row = noRow; ///< index into Plan::table->rows
    quint32 target = noRow; ///< index into Target::keys()
    quint32 dropped = noRow; ///< index into Plan::dropped
};

/// The leaves of a plan in the order of its whole tree: shared by that tree and all its filtered trees.
struct KeyLeaves
{
    std::shared_ptr<const Plan> plan; ///< keeps the names alive
    Arena arena; ///< names of dropped rows that are shown beside their siblings
    std::vector<Name> names; ///< the result or target key
    std::vector<Name> sources; ///< parallel to names: the source key (the first of several), where there is one
    std::unordered_map<quint32, std::vector<Name>> moreSources; ///< of leaves with several: the others
    std::vector<KeyLeaf> leaves; ///< parallel to names
    std::vector<KeyVerdict> verdicts; ///< parallel to names
    std::vector<qint64> parameters; ///< parallel to names
    std::vector<qint64> bytes; ///< parallel to names
    std::vector<DType> dtypes; ///< that any leaf has, each once, known ones
    std::string sourcePrefix; ///< what most source keys have before the result key, such as "module."

    /// The symbolic tensor of the result (of what fills the key, where the target does), or of the dropped row; null
    /// when the target alone knows the leaf.
    const Expression *value(quint32 leaf) const;
    /// The tensor it comes from (the first of several), if any.
    const Tensor *source(quint32 leaf) const;
    /// The source keys behind the first.
    std::span<const Name> others(quint32 leaf) const;
    /// How many tensors of the file go into a leaf that takes several; 0 for all other leaves.
    quint32 sourceCount(quint32 leaf) const;
    const TargetKey *target(quint32 leaf) const;
    /// Shape and dtype of the result; without one, of the target's key; otherwise of the dropped row.
    const Shape &shape(quint32 leaf) const;
    DType dtype(quint32 leaf) const;

private:
    bool isWanted(quint32 leaf) const;
};

/// One row: a group, or a leaf. A node's name is a piece of the name of any leaf below it, so nodes own no text.
struct KeyNode
{
    static constexpr quint32 noSource = 0xFFFFFFFFu; ///< no leaf below has a source
    static constexpr quint32 mixedSource = 0xFFFFFFFEu; ///< the leaves below come from different places

    /// Repeated layers: whether the rows below are numbered in a row and alike in all that is below each of them, by
    /// names, shapes, types, verdicts and the steps that touched them.
    enum class Family : quint8 {
        None,
        Group, ///< all rows of a group: `blocks.{0–11}`
        Range, ///< a row that bundles some of its parent's rows: `{3–11}`; its path ends where their numbers begin
        Stretch, ///< the same for rows that follow each other and of which there are too many: `a … m`
    };

    quint32 parent = 0;
    quint32 firstChild = 0;
    quint32 childCount = 0; ///< 0: a leaf
    quint32 firstLeaf = 0; ///< its leaves are KeyTree::order[firstLeaf, firstLeaf + leafCount)
    quint32 leafCount = 0;
    quint32 labelBegin = 0; ///< where its label starts in its leaves' names
    quint32 labelSize = 0;
    quint32 source = noSource; ///< a leaf whose source key tells this node's source path, or one of the above
    Family family = Family::None; ///< of a filtered tree: of the whole one, some of whose rows are left out

    bool isGroup() const { return childCount > 0; }
    bool isRange() const { return family == Family::Range; }
    /// Whether a path of the same length that leads to the same key is this one.
    bool isNamedLike(const KeyNode &other) const
    {
        return pathSize() == other.pathSize() && isGroup() == other.isGroup() && isRange() == other.isRange();
    }
    bool isStretch() const { return family == Family::Stretch; }
    /// Whether it stands for some of its parent's rows and has no name of its own.
    bool isBundle() const { return isRange() || isStretch(); }
    quint32 pathSize() const { return labelBegin + labelSize; }
};

/// The tree of result and target keys: an arena of nodes, children contiguous, parents before children, leaves in the
/// order in which they are shown. Immutable once built; about 36 bytes a row and 80 a tensor.
struct KeyTree
{
    static constexpr quint32 none = 0xFFFFFFFFu;

    std::shared_ptr<const KeyLeaves> all;
    std::shared_ptr<const KeyTree>
        natural; ///< of one laid out anew: the one in natural order, where keys are looked up
    std::vector<KeyNode> nodes; ///< [0]: the invisible root
    std::vector<quint32> order; ///< shown leaves as indices into `all`, in order
    std::vector<qint64> parameters; ///< sums over the leaves before each position, dropped rows left out
    std::vector<qint64> bytes;
    std::vector<VerdictCounts> blockCounts; ///< leaves per verdict before every 256th position
    quint32 mostChildren = 0; ///< of any node
    bool isByName = true; ///< rows follow each other by their names

    Name label(quint32 node) const;
    /// Label with all that stands before it: the full key of a leaf.
    Name path(quint32 node) const;
    /// The index into `all` of a leaf node.
    quint32 leaf(quint32 node) const { return order[nodes[node].firstLeaf]; }
    qint64 parametersOf(quint32 node) const;
    qint64 bytesOf(quint32 node) const;
    VerdictCounts counts(quint32 node) const;
    /// Of the leaves at the positions [from, to) of `order`.
    VerdictCounts countsBetween(quint32 from, quint32 to) const;
    /// Of a leaf; the worst of a group.
    KeyVerdict verdict(quint32 node) const;
    /// Where the source keys below a node stand, when that is one place: the full source key of a leaf, a prefix of
    /// the source keys of a group's leaves.
    std::optional<Name> sourcePath(quint32 node) const;
    /// The row within its parent.
    quint32 row(quint32 node) const { return node - nodes[nodes[node].parent].firstChild; }
    /// Its rows, those in stretches counted one by one.
    quint32 rowsBelow(quint32 node) const;
    /// The first and the last of these.
    std::pair<quint32, quint32> endsBelow(quint32 node) const;
    /// The node that shows position `at` of `order`.
    quint32 nodeOfLeaf(quint32 at) const;
    /// The leaf node of this key, or `none`. A group when only a group has this path; a range by the name it is shown
    /// with, a stretch by its place (stretchName()).
    quint32 find(std::string_view key) const;
    /// The row below `parent` with this label that is a group, or a key; looks into ranges. Or `none`.
    quint32 findBelow(quint32 parent, Name label, bool isGroup) const;

private:
    quint32 findRange(quint32 parent, std::string_view text) const;
    quint32 findStretch(std::string_view name) const;
    quint32 sorted(quint32 node) const;
};

/// What a stretch is found by again when other rows have come into it: its place below a parent of this path.
std::string stretchName(std::string_view parent, quint32 row);

struct KeyTreeOptions
{
    quint32 flatUpTo = 16; ///< groups of at most so many leaves show them directly, as `attn.qkv.weight`
    quint32 mostRows = 10'000; ///< below one node; more are bundled in stretches
    quint32 stretch = 1000; ///< rows of a stretch
};

/// Build the tree of a plan: every target key, every row, and every dropped row that has a name beside them, in natural
/// order (layers.2 before layers.10, letters by code).
/// A dropped row is shown where its siblings ended up. A name that is both a key and a group gives two rows. Groups
/// with a single child share a row with it (`backbone.body`) unless they are numbers. Components beyond the 64th stay
/// in the last label. Null only when `progress` asks to stop.
std::shared_ptr<const KeyTree> buildKeyTree(std::shared_ptr<const Plan> plan, const KeyTreeOptions &options,
                                            Progress &progress);

/// Fill the sums and counts of a tree whose `all`, `nodes` and `order` are set.
void sumKeyTree(KeyTree &tree);
