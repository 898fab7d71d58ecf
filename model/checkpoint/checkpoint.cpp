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

std::shared_ptr<const Checkpoint> Checkpoint::joined(std::shared_ptr<const Checkpoint> own,
                                                     const std::vector<std::shared_ptr<const Checkpoint>> &others)
{
    Parts parts;
    parts.path = own->path();
    parts.format = own->format();
    parts.formatText = own->formatText();
    parts.roots = own->roots();
    std::size_t tensors = own->tensors().size();
    std::size_t storages = own->storages().size();
    for (const auto &other : others) {
        tensors += other->tensors().size();
        storages += other->storages().size();
    }
    parts.tensors.reserve(tensors);
    parts.storages.reserve(storages);
    auto all = std::make_shared<Checkpoint>(Parts());
    all->m = std::move(parts);
    all->join(std::move(own));
    for (const auto &other : others)
        all->join(other);
    return all;
}

/// Put what belongs to the tensors of one more behind that of those before, with its numbers counted on.
void Checkpoint::join(std::shared_ptr<const Checkpoint> part)
{
    const Parts &from = part->m;
    const bool isOwn = m_joined.empty();
    const Part place{part, TensorIndex(m.tensors.size()), isOwn ? 0 : quint32(m.roots.size() + m_otherRoots.size())};
    const auto storage = quint32(m.storages.size());
    const auto strides = quint32(m.strides.size());
    const auto problem = quint32(m.problems.size());
    for (Storage one : from.storages) {
        one.file += quint32(m.files.size());
        if (one.encoding == Storage::Encoding::Inline)
            one.offset += qint64(m.inlineBytes.size());
        m.storages.push_back(one);
    }
    for (Tensor tensor : from.tensors) {
        tensor.root = RootId(quint32(tensor.root) + place.firstRoot);
        tensor.storage = StorageId(quint32(tensor.storage) + storage);
        tensor.strides += tensor.contiguous ? 0 : strides;
        tensor.problem += tensor.problem == 0 ? 0 : problem;
        if (tensor.dtypeWord != 0)
            tensor.dtypeWord = m.numberOfDTypeWord(part->dtypeWord(tensor));
        m.tensors.push_back(tensor);
    }
    for (std::size_t i = 0; !isOwn && i < from.roots.size(); ++i) {
        Root root = from.roots[i];
        root.first += place.firstTensor;
        root.object = root.moduleVersions = noObject; // of another tree than objects()
        m_otherRoots.push_back(std::move(root));
    }
    m.strides.insert(m.strides.end(), from.strides.begin(), from.strides.end());
    m.problems.insert(m.problems.end(), from.problems.begin(), from.problems.end());
    m.inlineBytes.insert(m.inlineBytes.end(), from.inlineBytes.begin(), from.inlineBytes.end());
    m.files.insert(m.files.end(), from.files.begin(), from.files.end());
    m_joined.push_back(place);
}

bool Checkpoint::isJoinedOf(const std::shared_ptr<const Checkpoint> &own,
                            const std::vector<std::shared_ptr<const Checkpoint>> &others) const
{
    return m_joined.size() == others.size() + 1 && m_joined.front().checkpoint == own
        && std::equal(others.begin(), others.end(), m_joined.begin() + 1,
                      [](const auto &other, const Part &part) { return part.checkpoint == other; });
}

const Checkpoint::Part *Checkpoint::partOf(const Checkpoint &other) const
{
    const auto find = [&](auto isIt) {
        const auto found = std::find_if(m_joined.begin(), m_joined.end(), isIt);
        return found == m_joined.end() ? nullptr : &*found;
    };
    const Part *part = find([&](const Part &one) { return one.checkpoint.get() == &other; });
    return part ? part : find([&](const Part &one) { return areSameFiles(*one.checkpoint, other); });
}

bool Checkpoint::holds(const Checkpoint &other) const
{
    return m_joined.empty() ? this == &other || areSameFiles(*this, other) : partOf(other) != nullptr;
}

TensorIndex Checkpoint::indexOf(const Checkpoint &other, TensorIndex tensor) const
{
    const Part *part = partOf(other);
    return part ? part->firstTensor + tensor : tensor;
}

RootId Checkpoint::indexOf(const Checkpoint &other, RootId root) const
{
    const Part *part = partOf(other);
    return part ? RootId(part->firstRoot + quint32(root)) : root;
}

const Checkpoint &Checkpoint::holderOf(const Tensor &tensor) const
{
    const Checkpoint *holder = this;
    for (const Part &part : m_joined) {
        if (part.firstRoot <= quint32(tensor.root))
            holder = part.checkpoint.get();
    }
    return *holder;
}

bool Checkpoint::isUnchanged() const
{
    return std::all_of(m.files.begin(), m.files.end(), [](const auto &file) { return bool(file->checkUnchanged()); });
}

bool areSameFiles(const Checkpoint &left, const Checkpoint &right)
{
    const auto isSame = [](const auto &one, const auto &other) { return one->identity() == other->identity(); };
    return !left.files().empty()
        && std::equal(left.files().begin(), left.files().end(), right.files().begin(), right.files().end(), isSame);
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
