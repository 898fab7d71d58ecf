// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/tensorbinder.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
using Kind = PickleNode::Kind;

/// Each tensor whose values cannot be read has a text that says why; beyond these all have the last.
constexpr std::size_t mostProblems = 10'000;

QString tr(const char *text)
{
    return QCoreApplication::translate("TorchBinding", text);
}

__extension__ using Wide = __int128;

QString latin1(std::string_view text)
{
    return QString::fromLatin1(text);
}
}

TensorBinder::TensorBinder(const TorchContents &contents, Checkpoint::Parts &parts)
    : m_contents(contents)
    , m_graph(contents.graph)
    , m(parts)
    , m_storageOfRecord(contents.records.count(), 0)
    , m_dtypeOfRecord(contents.records.count(), DType::Unknown)
{
    m.strides.resize(1);
    m.storages.reserve(contents.records.count());
}

QString TensorBinder::shown(const Tensor &tensor) const
{
    return displayName(tensor.name.substr(0, 300));
}

void TensorBinder::add(Name name, PickleValue value, ObjectId object, RootId root)
{
    Tensor tensor;
    tensor.name = name;
    tensor.root = root;
    const std::optional<TensorCall> call = readTensorCall(m_graph, value);
    Q_ASSERT(call);
    tensor.requiresGrad = call->requiresGrad;
    tensor.isParameter = call->isParameter;
    tensor.conjugated = call->conjugated;
    tensor.negated = call->negated;
    const QString problem = bind(*call, tensor);
    if (!problem.isEmpty()) {
        if (m.problems.size() < mostProblems)
            m.problems.push_back(m.problems.size() + 1 < mostProblems
                                     ? problem
                                     : tr("Its values cannot be read, as those of many other tensors in the file."));
        tensor.problem = quint32(m.problems.size());
        if (!m_nothing) {
            m_nothing = quint32(m.storages.size());
            m.storages.emplace_back();
        }
        tensor.storage = StorageId(*m_nothing);
        if (++m_bad == 1)
            m.findings.push_back({Finding::Severity::Warning, "tensor-problem", problem, {.key = std::string(name)}});
    }
    if (call->source == TensorCall::Source::Array) {
        m.objects[object].form = ObjectNode::Form::Array;
        m.objects[object].text = m.objects.arena().store(call->dtypeWord);
    }
    m_integersWithGrad += tensor.requiresGrad && info(tensor.dtype).kind == DTypeKind::Integer ? 1 : 0;
    m.tensors.push_back(std::move(tensor));
}

void TensorBinder::finish()
{
    const auto warn = [&](std::size_t count, std::string kind, const QString &message) {
        if (count > 0)
            m.findings.push_back({Finding::Severity::Warning, std::move(kind), message.arg(count)});
    };
    if (m_bad > 1)
        warn(m_bad, "tensor-problems", tr("The values of several tensors cannot be read (%1 in all)."));
    warn(m_longRecords, "record-size",
         tr("The file holds storages that are longer than their descriptions say (%1 in all)."));
    warn(m_typeConflicts, "storage-type",
         tr("Tensors name their storage by another type than those before them (%1 in all)."));
    warn(m_integersWithGrad, "requires-grad",
         tr("Integer tensors claim to require a gradient, which PyTorch refuses (%1 in all)."));
}

QString TensorBinder::bind(const TensorCall &call, Tensor &tensor)
{
    if (call.dtype)
        tensor.dtype = *call.dtype;
    if (tensor.dtype == DType::Unknown && !call.dtypeWord.empty())
        tensor.dtypeWord = m.numberOfDTypeWord(call.dtypeWord);
    if (!call.dtype) {
        const DType dtype = readStorageReference(m_graph, call.data).dtype;
        tensor.dtype = dtype == DType::Unknown ? DType::UInt8 : dtype;
    }
    if (const QString problem = bindShape(call, tensor); !problem.isEmpty())
        return problem;
    switch (call.source) {
    case TensorCall::Source::Storage: return bindStorage(call, tensor);
    case TensorCall::Source::Array: return bindArray(call, tensor);
    case TensorCall::Source::Nothing: break;
    }
    return tr("“%1” was saved without values (from the meta device).").arg(shown(tensor));
}

QString TensorBinder::bindShape(const TensorCall &call, Tensor &tensor)
{
    m_tensorStrides.clear();
    const auto sizes = readSizes(call.size);
    if (!sizes)
        return tr("The shape of “%1” is not a list of at most 64 whole numbers.").arg(shown(tensor));
    if (std::any_of(sizes->begin(), sizes->end(), [](qint64 size) { return size < 0; }))
        return tr("“%1” has the shape %2, but no size may be negative.")
            .arg(shown(tensor), QString::fromStdString(shapeList(*sizes)));
    tensor.shape = *sizes;
    const auto elements = elementCount(*sizes);
    qint64 bytes = 0;
    if (!elements || __builtin_mul_overflow(*elements, std::max<qint64>(byteSize(tensor.dtype), 1), &bytes))
        return tr("“%1” has the shape %2, more elements than 64 bits can count.")
            .arg(shown(tensor), QString::fromStdString(shapeList(*sizes)));
    if (!call.stride) {
        if (call.fortranOrder && sizes->size() > 1) {
            const SizeList reversed(sizes->rbegin(), sizes->rend());
            SizeList strides = contiguousStrides(reversed);
            std::reverse(strides.begin(), strides.end());
            setStrides(tensor, strides);
        }
        return {};
    }
    const auto strides = readSizes(call.stride);
    if (!strides || strides->size() != sizes->size())
        return tr("“%1” has %2 sizes but not as many strides.").arg(shown(tensor), QString::number(sizes->size()));
    if (std::any_of(strides->begin(), strides->end(), [](qint64 stride) { return stride < 0; }))
        return tr("“%1” has the strides %2, but no stride may be negative.")
            .arg(shown(tensor), QString::fromStdString(shapeList(*strides)));
    setStrides(tensor, *strides);
    return {};
}

void TensorBinder::setStrides(Tensor &tensor, const SizeList &strides)
{
    m_tensorStrides = strides;
    // The stride of an axis of one element, or of a tensor of none, is never used.
    const SizeList dense = contiguousStrides(tensor.shape);
    const bool isEmpty = std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end();
    bool isDense = true;
    for (qsizetype axis = 0; axis < strides.size(); ++axis)
        isDense = isDense && (tensor.shape[axis] == 1 || strides[axis] == dense[axis]);
    if (isDense || isEmpty)
        return;
    tensor.contiguous = false;
    tensor.strides = quint32(m.strides.size());
    m.strides.push_back(strides);
}

QString TensorBinder::bindStorage(const TensorCall &call, Tensor &tensor)
{
    const StorageReference reference = readStorageReference(m_graph, call.data);
    if (!reference.problem.isEmpty())
        return tr("The values of “%1” cannot be found: %2.").arg(shown(tensor), reference.problem);
    const qint64 itemBytes = byteSize(tensor.dtype);
    if (itemBytes == 0)
        return tr("“%1” has the dtype %2, whose size is unknown.").arg(shown(tensor), displayName(call.dtypeWord));
    const QString record = useRecord(reference, tensor);
    if (!record.isEmpty())
        return record;
    const auto offset = PickleGraph::integer(call.offset);
    if (!offset || *offset < 0)
        return tr("“%1” starts at an impossible place in its storage.").arg(shown(tensor));
    const qint64 elements = reference.elements * reference.itemBytes() / itemBytes;
    if (const QString range = checkRange(tensor, *offset, elements); !range.isEmpty())
        return range;
    tensor.byteOffset += *offset * itemBytes + reference.viewOffset * reference.itemBytes();
    return {};
}

QString TensorBinder::useRecord(const StorageReference &reference, Tensor &tensor)
{
    const auto record = m_contents.records.find(reference.key);
    const auto described = [&] { return m_contents.records.describe(reference.key); };
    if (!record)
        return tr("The values of “%1” are missing: the file has no %2.").arg(shown(tensor), described());
    if (const QString problem = m_contents.records.problem(*record); !problem.isEmpty())
        return tr("The values of “%1” cannot be read. %2").arg(shown(tensor), problem);
    const Storage storage = m_contents.records.storage(*record);
    if (storage.bytes < reference.bytes) {
        return tr("“%1” needs %2 bytes of %3, which holds %4.")
            .arg(shown(tensor), QString::number(reference.bytes), described(), QString::number(storage.bytes));
    }
    quint32 &used = m_storageOfRecord[*record];
    if (used == 0) {
        m.storages.push_back(storage);
        used = quint32(m.storages.size());
        m_dtypeOfRecord[*record] = reference.dtype;
        m_longRecords += storage.bytes > reference.bytes ? 1 : 0;
    }
    m_typeConflicts += m_dtypeOfRecord[*record] != reference.dtype ? 1 : 0;
    tensor.storage = StorageId(used - 1);
    return {};
}

/// torch's own rule: the last element, offset + Σ (size − 1) · stride, lies inside the storage; a tensor without
/// elements fits anywhere.
QString TensorBinder::checkRange(Tensor &tensor, qint64 offset, qint64 elements) const
{
    if (std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end())
        return {};
    Wide last = offset;
    for (qsizetype axis = 0; axis < tensor.shape.size(); ++axis) {
        last += Wide(tensor.shape[axis] - 1) * m_tensorStrides[axis];
        // Each product stays below 2^126 and the sum is checked before the next is added, so nothing overflows.
        if (last >= elements)
            break;
    }
    if (last < elements)
        return {};
    return tr("“%1”, %2 of shape %3 from element %4 on, reaches beyond its storage of %5 elements.")
        .arg(shown(tensor), latin1(word(tensor.dtype)), QString::fromStdString(shapeList(tensor.shape)),
             QString::number(offset), QString::number(elements));
}

QString TensorBinder::bindArray(const TensorCall &call, Tensor &tensor)
{
    const PickleNode *data = call.data.node();
    const qint64 itemBytes = byteSize(tensor.dtype);
    const auto elements = elementCount(tensor.shape);
    if (itemBytes == 0)
        return tr("“%1” is a numpy array of the type %2, which cannot be read.")
            .arg(shown(tensor), displayName(call.dtypeWord));
    qint64 bytes = 0;
    if (!elements || __builtin_mul_overflow(*elements, itemBytes, &bytes) || bytes != qint64(data->count)) {
        return tr("The numpy array “%1” of shape %2 comes with %3 bytes of values, which is not its size.")
            .arg(shown(tensor), QString::fromStdString(shapeList(tensor.shape)), QString::number(data->count));
    }
    quint32 &used = m_storageOfArray[data];
    if (used == 0) {
        const std::string_view source = m_graph.source();
        const bool isInSource =
            data->data >= source.data() && data->data + data->count <= source.data() + source.size();
        Storage storage;
        storage.bytes = bytes;
        storage.byteSwapped = call.bigEndian;
        if (isInSource && m_contents.pickleOffset >= 0) {
            storage.offset = m_contents.pickleOffset + (data->data - source.data());
        } else {
            storage.encoding = Storage::Encoding::Inline;
            storage.offset = qint64(m.inlineBytes.size());
            const auto raw = std::as_bytes(std::span(data->bytes()));
            m.inlineBytes.insert(m.inlineBytes.end(), raw.begin(), raw.end());
        }
        m.storages.push_back(storage);
        used = quint32(m.storages.size());
    }
    tensor.storage = StorageId(used - 1);
    return {};
}
