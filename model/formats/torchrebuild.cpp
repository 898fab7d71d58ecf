// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchrebuild.h"

#include "model/formats/plainvalue.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace {
using K = KnownGlobal;
using Kind = PickleNode::Kind;

QString tr(const char *text)
{
    return QCoreApplication::translate("TorchBinding", text);
}

/// A parameter of a subclass is three calls deep; anything deeper is not torch's.
constexpr int deepestWrapping = 4;
constexpr quint32 highestRank = 64; // what torch works with

std::optional<TensorCall> read(const PickleGraph &graph, K function, PickleValue arguments, int depth);

std::span<const PickleValue> tupleItems(PickleValue value)
{
    const PickleNode *tuple = PickleGraph::node(value, Kind::Tuple);
    return tuple ? tuple->values() : std::span<const PickleValue>();
}

/// The dict {'conj': True, 'neg': True} behind the arguments of _rebuild_tensor_v2 and v3.
void readMathBits(const PickleGraph &graph, PickleValue metadata, TensorCall &call)
{
    const PickleNode *dict = metadata.node();
    if (!dict || !dict->isDict())
        return;
    for (std::size_t i = 0; i + 1 < dict->count; i += 2) {
        const auto key = graph.text(dict->items[i]);
        call.conjugated |= key == "conj" && dict->items[i + 1].isTrue();
        call.negated |= key == "neg" && dict->items[i + 1].isTrue();
    }
}

std::optional<DType> dtypeOf(const PickleGraph &graph, PickleValue value, TensorCall &call)
{
    const PickleNode *global = PickleGraph::node(value, Kind::Global);
    if (!global)
        return std::nullopt;
    if (global->dtype == DType::Unknown)
        call.dtypeWord = graph.globalName(*global);
    return global->dtype;
}

/// (storage, offset, size, stride, …) of every _rebuild_* function that takes a storage.
TensorCall fromStorage(std::span<const PickleValue> items)
{
    TensorCall call;
    call.data = items[0];
    call.offset = items[1];
    call.size = items[2];
    call.stride = items[3];
    return call;
}

std::optional<TensorCall> readStorageCall(const PickleGraph &graph, K function, std::span<const PickleValue> items)
{
    constexpr std::array argumentCounts{
        std::array<std::size_t, 2>{4, 4}, // _rebuild_tensor
        std::array<std::size_t, 2>{6, 7}, // v2
        std::array<std::size_t, 2>{7, 8}, // v3
        std::array<std::size_t, 2>{7, 7}, // quantised
    };
    const std::size_t row = function == K::RebuildTensor ? 0
        : function == K::RebuildTensorV2                 ? 1
        : function == K::RebuildTensorV3                 ? 2
                                                         : 3;
    if (items.size() < argumentCounts[row][0] || items.size() > argumentCounts[row][1])
        return std::nullopt;
    TensorCall call = fromStorage(items);
    if (function == K::RebuildTensor)
        return call;
    call.requiresGrad = items[function == K::RebuildQuantized ? 5 : 4].isTrue();
    if (function == K::RebuildTensorV3) {
        call.dtype = dtypeOf(graph, items[6], call);
        if (!call.dtype)
            return std::nullopt;
    }
    if (function != K::RebuildQuantized && items.size() == argumentCounts[row][1])
        readMathBits(graph, items.back(), call);
    return call;
}

std::optional<TensorCall> readWithoutStorage(const PickleGraph &graph, std::span<const PickleValue> items)
{
    // (dtype, size, stride, requires_grad); a wrapper subclass has its class in front.
    if (items.size() < 4)
        return std::nullopt;
    TensorCall call;
    call.source = TensorCall::Source::Nothing;
    call.dtype = dtypeOf(graph, items[0], call);
    call.size = items[1];
    call.stride = items[2];
    call.requiresGrad = items.back().isTrue();
    return call.dtype ? std::optional(call) : std::nullopt;
}

std::optional<TensorCall> readValue(const PickleGraph &graph, PickleValue value, int depth);

/// State of numpy.ndarray: (version, shape, dtype, fortran order, bytes).
std::optional<TensorCall> readArray(const PickleGraph &graph, PickleValue shape, PickleValue dtype, bool fortran,
                                    PickleValue bytes)
{
    const auto type = readArrayType(graph, dtype);
    const PickleNode *data = bytes.node();
    if (!type || type->holdsObjects || !data || (data->kind != Kind::Bytes && data->kind != Kind::ByteArray))
        return std::nullopt;
    TensorCall call;
    call.source = TensorCall::Source::Array;
    call.data = bytes;
    call.size = shape;
    call.dtype = type->dtype;
    call.dtypeWord = type->word;
    call.bigEndian = type->bigEndian;
    call.fortranOrder = fortran;
    return call;
}

std::optional<TensorCall> readArrayState(const PickleGraph &graph, PickleValue state)
{
    const auto items = tupleItems(state);
    if (items.size() != 5)
        return std::nullopt;
    return readArray(graph, items[1], items[2], PickleGraph::integer(items[3]).value_or(0) != 0, items[4]);
}

std::optional<TensorCall> readParameter(const PickleGraph &graph, std::span<const PickleValue> items, int depth)
{
    if (items.size() < 2)
        return std::nullopt;
    auto call = readValue(graph, items[0], depth + 1);
    if (call) {
        call->isParameter = true;
        call->requiresGrad = items[1].isTrue();
    }
    return call;
}

std::optional<TensorCall> read(const PickleGraph &graph, K function, PickleValue arguments, int depth)
{
    if (!PickleGraph::node(arguments, Kind::Tuple))
        return std::nullopt;
    const auto items = tupleItems(arguments);
    switch (function) {
    case K::RebuildTensor:
    case K::RebuildTensorV2:
    case K::RebuildTensorV3:
    case K::RebuildQuantized: return readStorageCall(graph, function, items);
    case K::RebuildParameter:
    case K::RebuildParameterWithState: return readParameter(graph, items, depth);
    case K::RebuildFromType: {
        if (items.size() != 4)
            return std::nullopt;
        auto call = read(graph, PickleGraph::known(items[0]), items[2], depth + 1);
        if (call && PickleGraph::known(items[1]) == K::ParameterClass)
            call->isParameter = true;
        return call;
    }
    case K::RebuildMeta: return readWithoutStorage(graph, items);
    case K::RebuildWrapper: return items.empty() ? std::nullopt : readWithoutStorage(graph, items.subspan(1));
    case K::RebuildFromArray: return items.size() == 4 ? readValue(graph, items[0], depth + 1) : std::nullopt;
    case K::ArrayFromBuffer:
        return items.size() == 4 ? readArray(graph, items[2], items[1], graph.text(items[3]) == "F", items[0])
                                 : std::nullopt;
    default: return std::nullopt;
    }
}

std::optional<TensorCall> readValue(const PickleGraph &graph, PickleValue value, int depth)
{
    const PickleNode *node = PickleGraph::node(value, Kind::Call);
    if (!node || depth > deepestWrapping)
        return std::nullopt;
    const K function = PickleGraph::known(node->part(PickleNode::Callee));
    const PickleValue state = node->part(PickleNode::State);
    if (function == K::ArrayReconstruct)
        return readArrayState(graph, state);
    if (function == K::TensorClass) { // before torch 0.1.10: the class, then (storage, offset, size, stride) as state
        const auto items = tupleItems(state);
        return items.size() == 4 ? std::optional(fromStorage(items)) : std::nullopt;
    }
    return read(graph, function, node->part(PickleNode::Arguments), depth);
}
}

bool isTensorCall(PickleValue value)
{
    const PickleNode *node = PickleGraph::node(value, Kind::Call);
    if (!node)
        return false;
    switch (PickleGraph::known(node->part(PickleNode::Callee))) {
    case K::RebuildTensor:
    case K::RebuildTensorV2:
    case K::RebuildTensorV3:
    case K::RebuildParameter:
    case K::RebuildParameterWithState:
    case K::RebuildFromType:
    case K::RebuildQuantized:
    case K::RebuildMeta:
    case K::RebuildWrapper:
    case K::RebuildFromArray:
    case K::ArrayReconstruct:
    case K::ArrayFromBuffer: return true;
    case K::TensorClass: return bool(node->part(PickleNode::State));
    default: return false;
    }
}

std::optional<TensorCall> readTensorCall(const PickleGraph &graph, PickleValue value)
{
    return readValue(graph, value, 0);
}

StorageReference readStorageReference(const PickleGraph &graph, PickleValue id)
{
    StorageReference reference;
    const auto bad = [&](const QString &why) {
        reference.problem = why;
        return reference;
    };
    const PickleNode *persistent = PickleGraph::node(id, Kind::Persistent);
    const auto items = persistent ? tupleItems(persistent->items[0]) : std::span<const PickleValue>();
    if (items.size() < 5 || items.size() > 6 || graph.text(items[0]) != "storage")
        return bad(tr("it is not a reference to a storage"));
    const PickleNode *type = PickleGraph::node(items[1], Kind::Global);
    if (!type || type->known != K::StorageClass) {
        return bad(tr("its kind of storage is not a known one, but %1")
                       .arg(QString::fromStdString(shortText(graph, items[1]))));
    }
    reference.dtype = type->dtype;
    const auto key = graph.text(items[2]);
    const PickleNode *bytesKey = PickleGraph::node(items[2], Kind::Bytes);
    if (!key && !bytesKey)
        return bad(
            tr("the key of its storage is not text, but %1").arg(QString::fromStdString(shortText(graph, items[2]))));
    reference.key = key ? *key : bytesKey->bytes();
    const auto elements = PickleGraph::integer(items[4]);
    if (!elements || *elements < 0 || __builtin_mul_overflow(*elements, reference.itemBytes(), &reference.bytes)) {
        return bad(tr("its storage cannot have %1 elements").arg(QString::fromStdString(shortText(graph, items[4]))));
    }
    reference.elements = *elements;
    if (items.size() == 5 || items[5].isNone())
        return reference;
    const auto view = tupleItems(items[5]); // (key, offset, elements)
    const auto offset = view.size() == 3 ? PickleGraph::integer(view[1]) : std::nullopt;
    const auto length = view.size() == 3 ? PickleGraph::integer(view[2]) : std::nullopt;
    if (!offset || !length || *offset < 0 || *length < 0 || *offset > *elements || *length > *elements - *offset)
        return bad(tr("its view of another storage does not lie inside that storage"));
    reference.viewOffset = *offset;
    reference.elements = *length;
    return reference;
}

std::optional<ArrayType> readArrayType(const PickleGraph &graph, PickleValue value)
{
    struct TypeCode
    {
        std::string_view code;
        DType dtype;
    };
    constexpr std::array rows{
        TypeCode{"f2", DType::Float16},   TypeCode{"f4", DType::Float32},     TypeCode{"f8", DType::Float64},
        TypeCode{"i1", DType::Int8},      TypeCode{"i2", DType::Int16},       TypeCode{"i4", DType::Int32},
        TypeCode{"i8", DType::Int64},     TypeCode{"u1", DType::UInt8},       TypeCode{"u2", DType::UInt16},
        TypeCode{"u4", DType::UInt32},    TypeCode{"u8", DType::UInt64},      TypeCode{"b1", DType::Bool},
        TypeCode{"c8", DType::Complex64}, TypeCode{"c16", DType::Complex128},
    };
    const PickleNode *node = PickleGraph::node(value, Kind::Call);
    if (!node || PickleGraph::known(node->part(PickleNode::Callee)) != K::ArrayDType)
        return std::nullopt;
    const auto items = tupleItems(node->part(PickleNode::Arguments));
    const auto code = items.empty() ? std::nullopt : graph.text(items[0]);
    if (!code)
        return std::nullopt;
    const auto state = tupleItems(node->part(PickleNode::State));
    const auto order = state.size() > 1 ? graph.text(state[1]) : std::nullopt;
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const TypeCode &candidate) { return candidate.code == *code; });
    ArrayType type;
    type.bigEndian = order == ">";
    type.holdsObjects = code->starts_with('O');
    type.dtype = row == rows.end() ? DType::Unknown : row->dtype;
    type.word = row == rows.end() ? std::string(*code) : std::string(word(row->dtype));
    return type;
}

std::optional<SizeList> readSizes(PickleValue value)
{
    const PickleNode *node = value.node();
    if (node && node->kind == Kind::Call) {
        const K function = PickleGraph::known(node->part(PickleNode::Callee));
        const auto items = tupleItems(node->part(PickleNode::Arguments));
        if ((function != K::Size && function != K::BuildList) || items.size() != 1)
            return std::nullopt;
        node = items[0].node();
    }
    if (!node || (node->kind != Kind::Tuple && node->kind != Kind::List) || node->count > highestRank)
        return std::nullopt;
    SizeList sizes;
    sizes.reserve(node->count);
    for (const PickleValue item : node->values()) {
        const auto size = PickleGraph::integer(item);
        if (!size)
            return std::nullopt;
        sizes.append(*size);
    }
    return sizes;
}
