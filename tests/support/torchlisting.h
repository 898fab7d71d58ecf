// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/objecttext.h"

#include <QCryptographicHash>
#include <QStringList>

#include <algorithm>

/// The stored bytes of a tensor in C order, little-endian, gathered element by element: slow, and independent of the
/// engine's own way.
inline std::string denseBytes(const Checkpoint &checkpoint, const Tensor &tensor)
{
    const Storage &storage = checkpoint.storage(tensor);
    std::string stored(std::size_t(storage.bytes), '\0');
    if (storage.encoding == Storage::Encoding::Inline) {
        const auto bytes = checkpoint.inlineBytes().subspan(std::size_t(storage.offset), stored.size());
        std::copy_n(reinterpret_cast<const char *>(bytes.data()), stored.size(), stored.begin());
    } else if (!checkpoint.files()[storage.file]->readAt(storage.offset, std::as_writable_bytes(std::span(stored)))) {
        return "unreadable";
    }
    const Shape strides = checkpoint.strides(tensor);
    const auto item = std::size_t(byteSize(tensor.dtype));
    SizeList at(tensor.shape.size(), 0);
    std::string dense;
    for (qint64 left = Checkpoint::elements(tensor); left > 0; --left) {
        qint64 element = 0;
        for (qsizetype axis = 0; axis < at.size(); ++axis)
            element += at[axis] * strides[axis];
        std::string one = stored.substr(std::size_t(tensor.byteOffset) + std::size_t(element) * item, item);
        if (storage.byteSwapped)
            std::reverse(one.begin(), one.end());
        dense += one;
        for (qsizetype axis = at.size() - 1; axis >= 0 && ++at[axis] == tensor.shape[axis]; --axis)
            at[axis] = 0;
    }
    return dense;
}

/// What `tests/data/make_torch.py` writes beside its files: a line a tensor, sorted, with a hash of its bytes.
inline QString listing(const Checkpoint &checkpoint)
{
    std::vector<std::string> lines;
    for (const Tensor &tensor : checkpoint.tensors()) {
        const std::string dense = denseBytes(checkpoint, tensor);
        const QByteArray hash = QCryptographicHash::hash(QByteArray::fromStdString(dense), QCryptographicHash::Sha256);
        const std::string problem = checkpoint.problem(tensor).toStdString();
        lines.push_back(tensorLine(checkpoint, tensor) + '|'
                        + (problem.empty() ? hash.toHex().left(16).toStdString() : problem));
    }
    std::sort(lines.begin(), lines.end());
    QString text;
    for (const std::string &line : lines)
        text += QString::fromStdString(line) + u'\n';
    return text;
}
