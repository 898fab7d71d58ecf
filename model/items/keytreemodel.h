// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"

#include <QAbstractItemModel>

#include <memory>

struct Tensor;
struct KeyTree; ///< the arena of nodes, `keytree.h`

/// The middle of the window as an item model: the tree of result names; with a target, source and target side by side.
/// Sends meaning only (verdicts, names, numbers); the view adds looks. Groups carry totals.
/// A tree is built off the GUI thread by buildKeyTree() and handed over whole, and so is a filtered one: the model
/// knows no filter and no proxy. KeyTreeLoader does that work. Only the several sources of one result are rows that
/// the tree does not have.
class KeyTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    /// SourceKey is the only key column that matters without a target; TargetKey then repeats the result names.
    enum Column {
        SourceKey,
        SourceShape,
        DTypeColumn,
        TargetKey,
        TargetShape,
        Parameters,
        Bytes,
        Verdict,
        ColumnCount
    };

    using RowVerdictWord = KeyVerdict;

    enum Role {
        VerdictRole = Qt::UserRole, ///< RowVerdictWord; the worst of a group
        IsGroupRole, ///< bool
        SourceNameRole, ///< QString: the full source key, escaped for display; empty when there is none
        TargetNameRole, ///< QString: the full result or target key
        ChangedRangesRole, ///< QList<int>: start, length pairs in the SourceKey text that the recipe changed
        DroppedByRole, ///< int: step index that dropped it, or -1
        DroppedIndexRole, ///< qlonglong: index into Plan::dropped, or -1
        CountsRole, ///< QList<qint64>: leaves per RowVerdictWord below a group
        SortRole, ///< raw value of the column
        SeveralRole, ///< QString: "3 → 1" for a key that is made from three tensors, which are rows below it, or empty
        PartRole, ///< int: which of these the row is, from 1, or 0
        SourceTensorRole, ///< qlonglong: index into Checkpoint::tensors(), or -1
        RowIndexRole, ///< qlonglong: index into Plan::table->rows, or -1
        TargetIndexRole, ///< qlonglong: index into Target::keys(), or -1
        ChangedByRole, ///< int: step index that last changed the row (-1: the implicit root or none)
        FamilyRole, ///< int: rows of a family of repeated layers, or 0
        StretchRole, ///< int: rows that one row stands for because a level has too many, or 0
        PlaceNameRole, ///< QString: what indexOf() finds the row by when a tree like this one comes
    };

    explicit KeyTreeModel(QObject *parent = nullptr);
    ~KeyTreeModel() override;

    /// Show a tree; null shows nothing. Resets the model.
    void setTree(std::shared_ptr<const KeyTree> tree);
    const std::shared_ptr<const KeyTree> &tree() const { return m_tree; }
    /// The row that shows this result or target key, if any (for findings and search).
    QModelIndex indexOf(std::string_view key) const;
    /// The first row that is made from this key of the file, under whatever name, if any. Looks at every row.
    QModelIndex indexOfSource(std::string_view key) const;
    /// The next leaf after `from` (before it for direction -1) whose verdict is a difference, going round at the end;
    /// from an invalid index the first (the last). Invalid when there is none.
    QModelIndex nextDifference(const QModelIndex &from, int direction) const;

    /// The node of the tree that a row shows; the root for an invalid index. One of several source keys is a row below
    /// its result, whose node it has.
    quint32 nodeAt(const QModelIndex &index) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    /// Keys can be edited; what is typed is the view's to say, the model never changes.
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QModelIndex indexOfNode(quint32 node) const;
    QModelIndex indexOfPart(quint32 node, quint32 part) const;
    /// Of the file, that a row shows: a leaf's (the first of several), or one of several; null for others.
    const Tensor *tensorAt(const QModelIndex &index) const;
    qlonglong tensorNumber(const Tensor *tensor) const;
    QVariant displayPart(const QModelIndex &index) const;
    QVariant partData(const QModelIndex &index, int role) const;
    QVariant display(quint32 node, Column column) const;
    QVariant sortValue(quint32 node, Column column) const;
    QVariant leafData(quint32 node, int role) const;
    QString accessibleText(quint32 node, Column column) const;

    std::shared_ptr<const KeyTree> m_tree;
};
