// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

#include <QStringList>

/// Make a checkpoint in memory from lines, for tests that need names, dtypes and shapes but no bytes:
///
///     module.conv.weight float32 64x3x7x7
///     [optimizer/state]                   a new root; until the first such line the root is the top level
///     0.exp_avg float32 64
///     tied.weight = module.conv.weight    the same storage as an earlier tensor
///
/// A shape of `scalar` is rank 0. Roots whose path starts with `optimizer` are marked as such.
inline std::shared_ptr<const Checkpoint> checkpointFrom(const QStringList &lines)
{
    Checkpoint::Parts parts;
    parts.path = QStringLiteral("/test/model.pt");
    parts.format = Format::TorchZip;
    parts.formatText = QStringLiteral("test");
    parts.strides.emplace_back();
    const auto beginRoot = [&](const QString &path) {
        Root root;
        for (const QString &component : path.split(u'/', Qt::SkipEmptyParts))
            root.path.push_back(component.toStdString());
        root.first = TensorIndex(parts.tensors.size());
        root.isOptimizer = path.startsWith(QStringLiteral("optimizer"));
        parts.roots.push_back(root);
    };
    for (const QString &line : lines) {
        if (line.startsWith(u'[')) {
            beginRoot(line.mid(1, line.size() - 2));
            continue;
        }
        if (parts.roots.empty())
            beginRoot({});
        const QStringList words = line.split(u' ', Qt::SkipEmptyParts);
        Tensor tensor;
        if (words[1] == QStringLiteral("=")) {
            for (const Tensor &other : parts.tensors) {
                if (other.name == words[2].toStdString())
                    tensor = other;
            }
        } else {
            tensor.dtype = dtypeFromWord(words[1].toStdString());
            if (words[2] != QStringLiteral("scalar")) {
                SizeList sizes;
                for (const QString &size : words[2].split(u'x'))
                    sizes.append(size.toLongLong());
                tensor.shape = sizes;
            }
            tensor.storage = StorageId(parts.storages.size());
            parts.storages.push_back({0, Storage::Encoding::Raw, false, 0, Checkpoint::byteCount(tensor), 0});
        }
        tensor.name = parts.names.store(words[0].toStdString());
        tensor.root = RootId(parts.roots.size() - 1);
        parts.tensors.push_back(tensor);
        ++parts.roots.back().count;
    }
    if (parts.roots.empty())
        beginRoot({});
    return std::make_shared<const Checkpoint>(std::move(parts));
}
