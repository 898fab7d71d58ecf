// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/pickleglobals.h"

#include <algorithm>
#include <array>

namespace {
using K = KnownGlobal;

struct KnownName
{
    std::string_view module;
    std::string_view name;
    KnownGlobal known;
};

// Modules under their newest name: see canonicalModule().
constexpr std::array table{
    KnownName{"collections", "OrderedDict", K::OrderedDict},
    KnownName{"collections", "defaultdict", K::DefaultDict},
    KnownName{"collections", "Counter", K::Counter},
    KnownName{"builtins", "set", K::Set},
    KnownName{"builtins", "frozenset", K::FrozenSet},
    KnownName{"builtins", "list", K::List},
    KnownName{"builtins", "tuple", K::Tuple},
    KnownName{"builtins", "dict", K::Dict},
    KnownName{"builtins", "bytearray", K::ByteArray},
    KnownName{"builtins", "complex", K::Complex},
    KnownName{"builtins", "slice", K::Slice},
    KnownName{"builtins", "range", K::Range},
    KnownName{"builtins", "getattr", K::GetAttribute},
    KnownName{"_codecs", "encode", K::CodecsEncode},
    KnownName{"copyreg", "_reconstructor", K::Reconstructor},
    KnownName{"pathlib", "PosixPath", K::Path},
    KnownName{"pathlib", "PurePosixPath", K::Path},
    KnownName{"pathlib", "WindowsPath", K::Path},
    KnownName{"pathlib", "PureWindowsPath", K::Path},
    KnownName{"torch", "Size", K::Size},
    KnownName{"torch", "device", K::Device},
    KnownName{"torch", "Tensor", K::TensorClass},
    KnownName{"torch.storage", "UntypedStorage", K::StorageClass},
    KnownName{"torch.storage", "_UntypedStorage", K::StorageClass},
    KnownName{"torch.serialization", "_get_layout", K::Layout},
    KnownName{"torch.nn.parameter", "Parameter", K::ParameterClass},
    KnownName{"torch._utils", "_rebuild_tensor", K::RebuildTensor},
    KnownName{"torch._utils", "_rebuild_tensor_v2", K::RebuildTensorV2},
    KnownName{"torch._utils", "_rebuild_tensor_v3", K::RebuildTensorV3},
    KnownName{"torch._utils", "_rebuild_parameter", K::RebuildParameter},
    KnownName{"torch._utils", "_rebuild_parameter_with_state", K::RebuildParameterWithState},
    KnownName{"torch._tensor", "_rebuild_from_type_v2", K::RebuildFromType},
    KnownName{"torch._utils", "_rebuild_qtensor", K::RebuildQuantized},
    KnownName{"torch._utils", "_rebuild_sparse_tensor", K::RebuildSparse},
    KnownName{"torch._utils", "_rebuild_sparse_csr_tensor", K::RebuildSparseCsr},
    KnownName{"torch._utils", "_rebuild_meta_tensor_no_storage", K::RebuildMeta},
    KnownName{"torch._utils", "_rebuild_wrapper_subclass", K::RebuildWrapper},
    KnownName{"torch._utils", "_rebuild_device_tensor_from_numpy", K::RebuildFromArray},
    KnownName{"torch._utils", "_rebuild_device_tensor_from_cpu_tensor", K::RebuildFromArray},
    KnownName{"torch._utils", "_rebuild_xla_tensor", K::RebuildFromArray},
    KnownName{"torch.jit._pickle", "restore_type_tag", K::RestoreTypeTag},
    KnownName{"torch.jit._pickle", "build_intlist", K::BuildList},
    KnownName{"torch.jit._pickle", "build_doublelist", K::BuildList},
    KnownName{"torch.jit._pickle", "build_boollist", K::BuildList},
    KnownName{"torch.jit._pickle", "build_tensorlist", K::BuildList},
    KnownName{"numpy.core.multiarray", "_reconstruct", K::ArrayReconstruct},
    KnownName{"numpy.core.numeric", "_frombuffer", K::ArrayFromBuffer},
    KnownName{"numpy.core.multiarray", "scalar", K::ArrayScalar},
    KnownName{"numpy", "dtype", K::ArrayDType},
    KnownName{"numpy", "ndarray", K::ArrayClass},
};

constexpr std::array<std::string_view, 10> torchConstants{
    "per_tensor_affine",
    "per_tensor_symmetric",
    "per_channel_affine",
    "per_channel_symmetric",
    "per_channel_affine_float_qparams",
    "strided",
    "sparse_coo",
    "contiguous_format",
    "channels_last",
    "preserve_format",
};

// Names that torch.load(weights_only=True) accepts, or that only make plain values, beyond those in the table.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> harmless{{
    {"torch.storage", "TypedStorage"},
    {"torch.storage", "_TypedStorage"},
    {"torch._utils", "_rebuild_nested_tensor"},
    {"torch.nested._internal.nested_tensor", "_rebuild_njt"},
    {"torch._dynamo.decorators", "_DimRange"},
    {"torch.nn.parameter", "Buffer"},
    {"torch.jit._pickle", "build_tensor_from_id"},
    {"torch._C", "Generator"},
    {"builtins", "object"},
    {"builtins", "int"},
    {"builtins", "float"},
    {"builtins", "str"},
    {"builtins", "bool"},
    {"builtins", "bytes"},
    {"collections", "deque"},
    {"argparse", "Namespace"},
    {"types", "SimpleNamespace"},
}};

// A module is dangerous with all modules below it; a name in a builtin module by itself.
constexpr std::array<std::string_view, 44> dangerousModules{
    "os",        "posix",     "nt",       "sys",       "subprocess",      "commands",
    "popen2",    "pty",       "ctypes",   "socket",    "shutil",          "runpy",
    "importlib", "imp",       "pickle",   "_pickle",   "cPickle",         "marshal",
    "code",      "codeop",    "bdb",      "pdb",       "timeit",          "trace",
    "cProfile",  "profile",   "pip",      "asyncio",   "multiprocessing", "webbrowser",
    "urllib",    "urllib2",   "http",     "httplib",   "requests",        "ftplib",
    "smtplib",   "telnetlib", "tempfile", "threading", "platform",        "pkgutil",
    "pydoc",     "signal",
};
constexpr std::array<std::string_view, 21> dangerousBuiltins{
    "eval",    "exec",    "execfile",   "compile", "open",    "file",   "__import__",
    "getattr", "setattr", "delattr",    "apply",   "globals", "locals", "vars",
    "dir",     "input",   "breakpoint", "print",   "map",     "filter", "reduce",
};
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> dangerousNames{{
    {"operator", "attrgetter"},
    {"operator", "methodcaller"},
    {"operator", "itemgetter"},
    {"_operator", "attrgetter"},
    {"_operator", "methodcaller"},
    {"_operator", "itemgetter"},
    {"functools", "partial"},
    {"functools", "reduce"},
    {"types", "CodeType"},
    {"types", "FunctionType"},
    {"torch", "load"},
    {"torch.serialization", "load"},
    {"torch.storage", "_load_from_bytes"},
    {"torch._inductor.codecache", "compile_file"},
    {"numpy", "load"},
    {"numpy.testing._private.utils", "runstring"},
}};
constexpr std::array<std::string_view, 7> dangerousPackages{"torch.hub",
                                                            "torch.utils.bottleneck",
                                                            "torch.utils.cpp_extension",
                                                            "torch.distributed.rpc",
                                                            "torch.package",
                                                            "cloudpickle",
                                                            "dill"};

std::string_view canonicalModule(std::string_view module)
{
    struct Alias
    {
        std::string_view old;
        std::string_view now;
    };
    constexpr std::array aliases{
        Alias{"__builtin__", "builtins"},
        Alias{"copy_reg", "copyreg"},
        Alias{"pathlib._local", "pathlib"},
        Alias{"torch.tensor", "torch._tensor"},
        Alias{"numpy._core.multiarray", "numpy.core.multiarray"},
        Alias{"numpy.multiarray", "numpy.core.multiarray"},
        Alias{"numpy._core.numeric", "numpy.core.numeric"},
    };
    const auto alias =
        std::find_if(aliases.begin(), aliases.end(), [&](const Alias &row) { return row.old == module; });
    return alias == aliases.end() ? module : alias->now;
}

bool isInPackage(std::string_view module, std::string_view package)
{
    return module.starts_with(package) && (module.size() == package.size() || module[package.size()] == '.');
}

/// torch.int1 … torch.uint7 and torch.bit: dtypes that exist, but that no tensor in a file has.
bool isNarrowInteger(std::string_view name)
{
    if (name.starts_with('u'))
        name.remove_prefix(1);
    return name == "bit" || (name.size() == 4 && name.starts_with("int") && name[3] >= '1' && name[3] <= '7');
}

GlobalMeaning torchFamily(std::string_view module, std::string_view name)
{
    if (module == "torch") {
        if (name == "UntypedStorage" || name == "_UntypedStorage")
            return {K::StorageClass, DType::Unknown};
        if (const DType dtype = dtypeFromWord(name); dtype != DType::Unknown)
            return {K::DTypeName, dtype};
        if (isNarrowInteger(name))
            return {K::DTypeName, DType::Unknown};
        if (std::find(torchConstants.begin(), torchConstants.end(), name) != torchConstants.end())
            return {K::TorchConstant, DType::Unknown};
    }
    const bool isTensorModule = module == "torch" || module == "torch.cuda";
    if (isTensorModule && name.ends_with("Storage")) {
        const DType dtype = dtypeFromStorage(name.substr(0, name.size() - 7));
        return {dtype == DType::Unknown ? K::None : K::StorageClass, dtype};
    }
    if (isTensorModule && name.ends_with("Tensor")) {
        const DType dtype = dtypeFromStorage(name.substr(0, name.size() - 6));
        return {dtype == DType::Unknown ? K::None : K::TensorClass, dtype};
    }
    return {};
}
}

GlobalMeaning meaningOf(std::string_view module, std::string_view name)
{
    module = canonicalModule(module);
    const auto row = std::find_if(table.begin(), table.end(), [&](const KnownName &candidate) {
        return candidate.module == module && candidate.name == name;
    });
    return row != table.end() ? GlobalMeaning{row->known, DType::Unknown} : torchFamily(module, name);
}

NameGrade gradeOf(std::string_view module, std::string_view name)
{
    module = canonicalModule(module);
    const auto isNamed = [&](const auto &list) {
        return std::any_of(list.begin(), list.end(),
                           [&](const auto &pair) { return pair.first == module && pair.second == name; });
    };
    const auto below = [&](std::string_view package) { return isInPackage(module, package); };
    const std::string_view outermost = name.substr(0, name.find('.'));
    if (std::any_of(dangerousModules.begin(), dangerousModules.end(), below)
        || std::any_of(dangerousPackages.begin(), dangerousPackages.end(), below) || isNamed(dangerousNames)
        || (module == "builtins"
            && std::find(dangerousBuiltins.begin(), dangerousBuiltins.end(), outermost) != dangerousBuiltins.end()))
        return NameGrade::Dangerous;
    if (meaningOf(module, name).known != K::None || isNamed(harmless))
        return NameGrade::Known;
    return NameGrade::Unknown;
}
