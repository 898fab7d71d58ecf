// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/tensorbytes.h"
#include "model/save/picklewriter.h"

#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

/// Writes a checkpoint's object tree back into a pickle, as what it was: calls stay calls, classes stay names. Values
/// that were one object stay one. Depth costs no stack.
class ObjectWriter
{
public:
    /// Write the tensor with this number.
    using WriteTensor = std::function<void(TensorIndex)>;
    /// What is written in place of an object of the tree.
    struct Replacement
    {
        ObjectId replaced = noObject;
        std::function<Result<void>()> write = {};
    };

    /// Tensors that write() will ask for, and which objects it meets more than once.
    struct Survey
    {
        std::vector<TensorIndex> tensors;
        std::vector<bool> isShared; ///< per object
    };
    /// Of everything in `from`; what `replaced` holds does not count.
    static Survey survey(const ObjectTree &objects, std::vector<ObjectId> from, ObjectId replaced);

    ObjectWriter(std::shared_ptr<const Checkpoint> checkpoint, PickleWriter &pickle, Survey survey,
                 WriteTensor writeTensor, Replacement replacement);

    /// Unsupported when something cannot be told in a torch file.
    Result<void> write(ObjectId object);

private:
    using Node = ObjectNode;
    using Op = PickleWriter::Op;

    /// One thing left to do.
    struct Task
    {
        enum class What : quint8 { Value, Op, Remember };
        What what = What::Value;
        Op op = Op::Stop;
        ObjectId object = noObject;
    };

    void later(Op op) { m_tasks.push_back({Task::What::Op, op}); }
    void later(ObjectId object) { m_tasks.push_back({Task::What::Value, Op::Stop, object}); }
    void rememberLater(ObjectId object) { m_tasks.push_back({Task::What::Remember, Op::Stop, object}); }
    void itemsLater(std::span<const ObjectId> items, Op end);
    void remember(ObjectId object);

    Result<void> value(ObjectId object);
    Result<void> made(ObjectId object);
    Result<void> leaf(const Node &node);
    void openContainer(ObjectId object, const Node &node);
    void closedContainer(ObjectId object, const Node &node);
    Result<void> call(ObjectId object, const Node &node);
    Result<void> big(const Node &node);
    void latinBytes(std::string_view bytes);
    Result<void> array(const Tensor &tensor);
    void arrayType(DType dtype);
    void scalar(const Node &node);

    std::shared_ptr<const Checkpoint> m_checkpoint;
    const ObjectTree &m_objects;
    PickleWriter &m_pickle;
    Survey m_survey;
    WriteTensor m_writeTensor;
    Replacement m_replacement;
    std::vector<Task> m_tasks; ///< the next one is the last
    std::unordered_map<ObjectId, quint32> m_memo; ///< shared objects that are written
    std::unordered_set<ObjectId> m_open; ///< shared objects begun and not yet in the memo
};
