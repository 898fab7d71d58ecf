// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/checkpoint/objects.h"

#include <string_view>

/// Names in a pickle that are understood as plain data. Everything else stays an inert, named node.
enum class KnownGlobal : quint8 {
    None,
    // Python's own containers and values
    OrderedDict,
    DefaultDict,
    Counter,
    Set,
    FrozenSet,
    List,
    Tuple,
    Dict,
    ByteArray,
    Complex,
    Slice,
    Range,
    CodecsEncode,
    GetAttribute,
    Reconstructor, ///< copyreg._reconstructor(class, base, state)
    Path,
    // torch
    StorageClass, ///< torch.FloatStorage and its like; `dtype` says of what, Unknown for an untyped one
    TensorClass, ///< torch.Tensor, torch.FloatTensor, …
    DTypeName,
    TorchConstant, ///< quantisation schemes, layouts, memory formats
    Size,
    Device,
    Layout, ///< torch.serialization._get_layout
    ParameterClass,
    RebuildTensor,
    RebuildTensorV2,
    RebuildTensorV3,
    RebuildParameter,
    RebuildParameterWithState,
    RebuildFromType,
    RebuildQuantized,
    RebuildSparse,
    RebuildSparseCsr,
    RebuildMeta,
    RebuildWrapper,
    RebuildFromArray, ///< _rebuild_device_tensor_from_numpy and its like
    RestoreTypeTag, ///< torch.jit._pickle: (value, type)
    BuildList, ///< torch.jit._pickle.build_intlist and its like
    // numpy
    ArrayReconstruct,
    ArrayFromBuffer,
    ArrayScalar,
    ArrayDType,
    ArrayClass,
};

struct GlobalMeaning
{
    KnownGlobal known = KnownGlobal::None;
    DType dtype = DType::Unknown;
};

/// By exact module and name, from a fixed table. Python 2's and older torch's module names are accepted as well.
GlobalMeaning meaningOf(std::string_view module, std::string_view name);

/// How a name in a pickle is to be told: Known when it is in the table or in torch's own list of safe names; Dangerous
/// when running it could start programs, touch files or the network, or run code. Only ever informational.
NameGrade gradeOf(std::string_view module, std::string_view name);
