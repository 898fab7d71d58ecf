// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

#include <cstdlib>

/// What must hold of every checkpoint that a reader gives, whatever the file: ends the program when it does not.
inline void checkInvariants(const Checkpoint &checkpoint)
{
    const auto check = [](bool holds) {
        if (!holds)
            std::abort();
    };
    for (const Storage &storage : checkpoint.storages()) {
        const bool isInline = storage.encoding == Storage::Encoding::Inline;
        if (!isInline && storage.bytes == 0)
            continue;
        const qint64 held =
            isInline ? qint64(checkpoint.inlineBytes().size()) : checkpoint.files()[storage.file]->size();
        const qint64 bytes = storage.encoding == Storage::Encoding::Deflated ? storage.packed : storage.bytes;
        check(storage.offset >= 0 && bytes >= 0 && storage.offset <= held && bytes <= held - storage.offset);
    }
    quint32 next = 0;
    for (const Root &root : checkpoint.roots()) {
        check(root.first == next && root.count > 0);
        next += root.count;
    }
    check(next == checkpoint.tensors().size());
    for (const Tensor &tensor : checkpoint.tensors()) {
        check(quint32(tensor.root) < checkpoint.roots().size());
        check(quint32(tensor.storage) < checkpoint.storages().size());
        if (!checkpoint.problem(tensor).isEmpty())
            continue;
        const Shape strides = checkpoint.strides(tensor);
        check(strides.size() == tensor.shape.size());
        __extension__ __int128 last = 0;
        bool isEmpty = false;
        for (qsizetype axis = 0; axis < strides.size(); ++axis) {
            check(tensor.shape[axis] >= 0);
            isEmpty = isEmpty || tensor.shape[axis] == 0;
        }
        for (qsizetype axis = 0; axis < strides.size() && !isEmpty; ++axis) {
            check(strides[axis] >= 0);
            __extension__ const __int128 reach = __extension__ __int128(tensor.shape[axis] - 1) * strides[axis];
            last += reach;
            check(last <= checkpoint.storage(tensor).bytes);
        }
        const qint64 item = byteSize(tensor.dtype);
        check(item > 0 && tensor.byteOffset >= 0);
        check(isEmpty || tensor.byteOffset + (last + 1) * item <= checkpoint.storage(tensor).bytes);
    }
    const ObjectTree &objects = checkpoint.objects();
    for (quint32 id = 0; id < objects.size(); ++id) {
        for (const ObjectId child : objects.children(ObjectId(id)))
            check(quint32(child) < objects.size());
        const ObjectNode &node = objects[ObjectId(id)];
        check(node.state == noObject || quint32(node.state) < objects.size());
        check(node.kind != ObjectNode::Kind::Tensor || node.tensor < checkpoint.tensors().size());
    }
}
