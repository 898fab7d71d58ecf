// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <QByteArray>

/// Makes a checkpoint by hand over a real file, whatever way its tensors lie there.
class SourceBuilder
{
public:
    explicit SourceBuilder(QString path);

    /// Append bytes to the file as a storage.
    StorageId storage(const QByteArray &bytes, Storage::Encoding encoding = Storage::Encoding::Raw);
    /// Tensors that follow belong to the dict at this path. Until then they belong to the top level.
    void root(std::vector<std::string> path, bool isOptimizer = false);
    /// A view of a storage; without strides dense from `byteOffset` on.
    TensorIndex view(std::string_view name, DType dtype, const Shape &shape, StorageId storage, qint64 byteOffset = 0,
                     const Shape &strides = {});
    /// A tensor of its own storage that holds these float32 values.
    TensorIndex floats(std::string_view name, const Shape &shape, const std::vector<float> &values);

    Tensor &tensor(TensorIndex index) { return m_parts.tensors[index]; }
    Checkpoint::Parts &parts() { return m_parts; }

    // The object tree, from the leaves up.
    ObjectId text(std::string_view text);
    ObjectId integer(qint64 number);
    ObjectId object(TensorIndex tensor);
    ObjectId container(ObjectNode::Kind kind, const std::vector<ObjectId> &children);
    /// A dict of alternating text keys and values.
    ObjectId dict(const std::vector<std::pair<std::string_view, ObjectId>> &entries,
                  ObjectNode::Kind kind = ObjectNode::Kind::Dict);
    /// {module: {'version': n}, …}
    ObjectId moduleVersions(const std::vector<std::pair<std::string_view, qint64>> &versions);

    std::shared_ptr<const Checkpoint> build();

private:
    QString m_path;
    QByteArray m_bytes;
    Checkpoint::Parts m_parts;
};

/// Makes a plan by hand: rows that are what a recipe would have made of them.
class PlanBuilder
{
public:
    explicit PlanBuilder(std::shared_ptr<const Checkpoint> checkpoint, std::vector<std::string> rootPath = {});

    /// The tensor unchanged, under its own name or another (then by step 1).
    PlanBuilder &copy(TensorIndex tensor, std::string_view name = {});
    PlanBuilder &cast(TensorIndex tensor, DType dtype, std::string_view name = {});
    PlanBuilder &zeros(std::string_view name, DType dtype, const Shape &shape);
    /// All tensors of the root unchanged.
    PlanBuilder &copyAll();

    Plan plan() const;

private:
    PlanBuilder &add(std::string_view before, std::string_view name, const Expression &value);

    std::shared_ptr<const Checkpoint> m_checkpoint;
    std::shared_ptr<Table> m_table = std::make_shared<Table>();
    std::shared_ptr<StepMemory> m_memory = std::make_shared<StepMemory>();
};

/// The bytes of float32 values.
QByteArray floatBytes(const std::vector<float> &values);
