// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

#include <QAbstractItemModel>

#include <unordered_map>

/// What a checkpoint holds beside its tensors, readable: epoch, args, optimizer groups, safetensors metadata.
/// A node's children are made when a view first asks for them, so that size, sharing and cycles in a hostile file cost
/// nothing; below the 100th level nothing is shown.
class ObjectTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, ValueColumn, TypeColumn, ColumnCount };
    enum Role {
        GradeRole = Qt::UserRole, ///< NameGrade as int: how dangerous running this part would be (it never is run)
        TensorRole, ///< qlonglong: index into Checkpoint::tensors(), or -1
    };

    explicit ObjectTreeModel(QObject *parent = nullptr);

    /// Show a checkpoint's objects; null shows nothing. Resets the model.
    void setCheckpoint(std::shared_ptr<const Checkpoint> checkpoint);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    /// What stands before a value.
    enum class Label : quint8 { Position, Key, Metadata, Arguments, Keywords, Elements, Pairs, State };

    struct Node
    {
        ObjectId value = noObject;
        ObjectId key = noObject; ///< Label::Key
        Label label = Label::Position;
        bool isFilled = false;
        quint16 depth = 0;
        quint32 parent = 0;
        quint32 row = 0;
        quint32 firstChild = 0;
        quint32 childCount = 0;
    };

    quint32 nodeAt(const QModelIndex &index) const;
    void fill(quint32 node) const;
    void addRows(std::vector<Node> &rows, ObjectId id) const;
    void addCallRows(std::vector<Node> &rows, ObjectId id) const;
    QString nameText(const Node &node) const;
    QString valueText(const Node &node) const;

    std::shared_ptr<const Checkpoint> m_checkpoint;
    std::unordered_map<quint32, const Root *> m_roots; ///< by the number of their dict
    mutable std::vector<Node> m_nodes; ///< [0]: the invisible root; grows as views ask
};
