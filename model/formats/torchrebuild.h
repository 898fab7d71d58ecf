// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/shape.h"
#include "model/formats/picklegraph.h"

#include <optional>

/// A tensor as a call in a pickle describes it: torch's rebuild functions, or a numpy array. Nothing checked yet beyond
/// the number and kind of its arguments.
struct TensorCall
{
    enum class Source : quint8 {
        Storage, ///< `data` is a storage's persistent id
        Array, ///< `data` is bytes in the pickle
        Nothing, ///< a meta tensor: saved without values
    };

    Source source = Source::Storage;
    PickleValue data;
    PickleValue offset;
    PickleValue size;
    PickleValue stride; ///< absent: contiguous
    std::optional<DType> dtype; ///< absent: that of the storage class
    std::string dtypeWord = {}; ///< of an Unknown dtype
    bool requiresGrad = false;
    bool isParameter = false;
    bool conjugated = false;
    bool negated = false;
    bool bigEndian = false; ///< of an Array
    bool fortranOrder = false; ///< of an Array
};

/// Whether the value is a call that makes a tensor or a numpy array, well-formed or not. Cheap.
bool isTensorCall(PickleValue value);
/// What it describes, or nothing when its arguments are not of the kind that the function takes.
std::optional<TensorCall> readTensorCall(const PickleGraph &graph, PickleValue value);

/// A numpy dtype: `numpy.dtype('f4', False, True)` with its byte order given by BUILD.
struct ArrayType
{
    DType dtype = DType::Unknown;
    bool bigEndian = false;
    std::string word; ///< "float32", or numpy's own code for others
    bool holdsObjects = false;
};
std::optional<ArrayType> readArrayType(const PickleGraph &graph, PickleValue value);

/// What the persistent id of a storage says: ('storage', class, key, location, elements [, view]). An untyped storage
/// counts bytes.
struct StorageReference
{
    std::string_view key;
    DType dtype = DType::Unknown; ///< Unknown: untyped
    qint64 elements = 0; ///< of the whole storage, or of the view
    qint64 bytes = 0; ///< of the whole storage
    qint64 viewOffset = 0; ///< of a legacy view, in elements
    QString problem; ///< why it is not one; a part of a sentence

    qint64 itemBytes() const { return dtype == DType::Unknown ? 1 : byteSize(dtype); }
};
StorageReference readStorageReference(const PickleGraph &graph, PickleValue id);

/// A tuple, list or torch.Size of whole numbers.
std::optional<SizeList> readSizes(PickleValue value);
