// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/checkpoint.h"

#include "model/base/saturate.h"
#include "model/base/text.h"

#include <QFileInfo>
#include <algorithm>

namespace {
qint64 bytesOf(qint64 elements, DType dtype)
{
    qint64 bytes = 0;
    return __builtin_mul_overflow(elements, byteSize(dtype), &bytes) ? 0 : bytes;
}
}

Checkpoint::Checkpoint(Parts parts) : m(std::move(parts))
{
    for (Root &root : m.roots) {
        root.parameters = root.bytes = root.floating = 0;
        for (const Tensor &tensor : tensors(root)) {
            const qint64 count = elements(tensor);
            addSaturated(root.parameters, count);
            addSaturated(root.bytes, bytesOf(count, tensor.dtype));
            root.floating += isFloating(tensor.dtype) ? 1 : 0;
        }
    }
}

QString Checkpoint::fileName() const
{
    return QFileInfo(m.path).fileName();
}

qint64 Checkpoint::bytesOnDisk() const
{
    qint64 bytes = 0;
    for (const auto &file : m.files)
        bytes += file->size();
    return bytes;
}

Shape Checkpoint::strides(const Tensor &tensor) const
{
    return tensor.contiguous ? contiguousStrides(tensor.shape) : m.strides[tensor.strides];
}

quint8 Checkpoint::Parts::numberOfDTypeWord(std::string_view word)
{
    constexpr std::size_t most = 255;
    auto found = std::find(dtypeWords.begin(), dtypeWords.end(), word);
    if (found == dtypeWords.end() && dtypeWords.size() < most)
        found = dtypeWords.insert(found, dtypeWords.size() + 1 < most ? std::string(word) : std::string("other"));
    return quint8(std::min(std::size_t(found - dtypeWords.begin()) + 1, most));
}

qint64 Checkpoint::elements(const Tensor &tensor)
{
    return elementCount(tensor.shape).value_or(0);
}

qint64 Checkpoint::byteCount(const Tensor &tensor)
{
    return bytesOf(elements(tensor), tensor.dtype);
}

QString Checkpoint::problem(const Tensor &tensor) const
{
    return tensor.problem == 0 ? QString() : m.problems[tensor.problem - 1];
}

std::string_view Checkpoint::dtypeWord(const Tensor &tensor) const
{
    if (tensor.dtype != DType::Unknown)
        return word(tensor.dtype);
    return tensor.dtypeWord == 0 ? std::string_view() : m.dtypeWords[tensor.dtypeWord - 1u];
}

QString Checkpoint::dtypeText(const Tensor &tensor) const
{
    return displayName(dtypeWord(tensor));
}

std::string pathText(const std::vector<std::string> &path)
{
    std::string text;
    for (std::size_t at = 0; at < path.size(); ++at) {
        const std::string &component = path[at];
        if (at > 0)
            text += '/';
        if (!component.empty() && component.find_first_of("/\"") == std::string::npos) {
            text += component;
            continue;
        }
        text += '"';
        for (const char c : component)
            text += c == '"' ? std::string(2, c) : std::string(1, c);
        text += '"';
    }
    return text;
}
