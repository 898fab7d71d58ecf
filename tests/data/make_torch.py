#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write small checkpoints with the torch of this interpreter, and beside each what must be read from it.

    python make_torch.py OUTPUT [CASE…]

Each case NAME gives `<torch version>-NAME.pt` and `.expected.txt`: one line a tensor, sorted,
root|name|dtype|shape|flags|first 16 hexadecimal digits of the SHA-256 of its dense bytes.
Roots and names are written down here by hand, not computed by the rule under test.
"""
import argparse
import collections
import hashlib
import io
import pathlib
import sys
import types

import numpy as np
import torch

VERSION = torch.__version__.split("+")[0]


def dense_bytes(value):
    if isinstance(value, np.ndarray):
        return value.astype(value.dtype.newbyteorder("<")).tobytes("C")
    value = value.detach()
    if value.is_quantized:
        value = value.int_repr()
    # The stored numbers, not the conjugated or negated ones.
    if value.is_conj():
        value = value.conj()
    if value.is_neg():
        value = torch._neg_view(value)
    flat = value.contiguous().reshape(-1)
    if flat.numel() == 0:
        return b""
    if flat.is_complex():
        flat = torch.view_as_real(flat).reshape(-1)
    return bytes(flat.view(torch.uint8).tolist())


def line(root, name, value):
    flags = ""
    if isinstance(value, np.ndarray):
        dtype = value.dtype.name
    else:
        dtype = str(value.dtype).replace("torch.", "")
        flags += "|parameter" if isinstance(value, torch.nn.Parameter) else ""
        flags += "|grad" if value.requires_grad else ""
        if VERSION >= "2":  # 1.13 forgets these two bits when it saves
            flags += "|conj" if value.is_conj() else ""
            flags += "|neg" if value.is_neg() else ""
    shape = "[" + ", ".join(str(n) for n in value.shape) + "]"
    digest = hashlib.sha256(dense_bytes(value)).hexdigest()[:16]
    return f"{root}|{name}|{dtype}|{shape}{flags}|{digest}"


def ramp(*shape, dtype=torch.float32):
    count = int(np.prod(shape))
    return torch.arange(count, dtype=torch.float32).reshape(shape).to(dtype)


def small_module():
    torch.manual_seed(1)
    module = torch.nn.Sequential(
        collections.OrderedDict(
            conv=torch.nn.Conv2d(1, 2, 2), norm=torch.nn.BatchNorm2d(2), head=torch.nn.Linear(2, 2, bias=False)
        )
    )
    module.head2 = torch.nn.Linear(2, 2, bias=False)
    module.head2.weight = module.head.weight
    return module


def state():
    """A state dict with its _metadata, tied weights, and what training scripts put beside it."""
    state_dict = small_module().state_dict()
    value = {
        "state_dict": state_dict,
        "epoch": 3,
        "best": 0.75,
        "args": argparse.Namespace(lr=0.1, name="ré\nsumé", sizes=[1, 2]),
    }
    return value, [("state_dict", name, tensor) for name, tensor in state_dict.items()]


def dtypes():
    words = """float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz
        float8_e8m0fnu float4_e2m1fn_x2 complex128 complex64 complex32 bcomplex32 int64 int32 int16 int8 uint64 uint32
        uint16 uint8 bool"""
    tensors = {}
    for word in words.split():
        dtype = getattr(torch, word, None)
        if dtype is None:
            continue
        size = torch.empty(0, dtype=dtype).element_size()
        tensors[word] = torch.arange(1, 6 * size + 1, dtype=torch.uint8).view(dtype).reshape(2, 3)
        if word == "bool":
            tensors[word] = tensors[word].to(torch.uint8).to(torch.bool)
        try:
            torch.save(tensors[word], io.BytesIO())
        except KeyError:
            del tensors[word]  # this version knows the dtype but cannot save it
    tensors["scalar"] = torch.tensor(2.5)
    tensors["empty"] = torch.empty(0, 3)
    return tensors, [("", name, tensor) for name, tensor in tensors.items()]


def views():
    base = ramp(4, 6)
    turned = torch.complex(ramp(2, 2), ramp(2, 2) + 10)
    tensors = {
        "base": base,
        "tied": base,
        "row": base[2],
        "column": base[:, 1],
        "transposed": base.t(),
        "block": base[1:3, 2:5],
        "expanded": ramp(3, 1).expand(3, 4),
        "channels_last": ramp(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
        "one": base[3, 5],
        "conjugated": turned.conj(),
        "negated": torch.complex(ramp(2, 2), ramp(2, 2) + 20).conj().imag,
        "parameter": torch.nn.Parameter(ramp(2)),
        "frozen": torch.nn.Parameter(ramp(3), requires_grad=False),
        "grad": ramp(2).requires_grad_(),
    }
    return tensors, [("", name, tensor) for name, tensor in tensors.items()]


def module():
    whole = small_module()
    whole.norm.register_buffer("scratch", ramp(2), persistent=False)
    whole.norm.plain = ramp(5)
    expected = []
    for name, tensor in whole.named_parameters(remove_duplicate=False) if VERSION >= "2" else []:
        expected.append(("model", name, tensor))
    if not expected:
        for prefix, part in whole.named_modules():
            for name, tensor in part._parameters.items():
                if tensor is not None:
                    expected.append(("model", f"{prefix}.{name}", tensor))
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        expected.append(("model", f"norm.{name}", getattr(whole.norm, name)))
    hidden = "model/(not in the state dict)"
    expected += [(hidden, "norm.scratch", whole.norm.scratch), (hidden, "norm.plain", whole.norm.plain)]
    return {"model": whole, "epoch": 1}, expected


class Odd:
    """A class that no program knows."""


def objects():
    odd = Odd()
    odd.weight = ramp(2)
    arrays = {
        "c": np.arange(6, dtype=np.float32).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
        "big": np.arange(4, dtype=">i4"),
        "bool": np.array([True, False]),
        "scalar": np.array(1.5),
    }
    value = {
        "arrays": arrays,
        "numbers": [np.float32(1.5), np.int64(-7), np.bool_(True), 2**80, -(2**70), 1 + 2j, float("inf")],
        "odd": odd,
        "mixed": {1: "one", (2, 3): "pair", None: "none", 1.5: b"bytes\xff"},
        "sets": [{1}, frozenset([2])],
        "collections": [collections.Counter("aab"), collections.defaultdict(list, {"k": [1]}), bytearray(b"ba")],
        "torch": [torch.Size([2, 3]), torch.device("cuda:1"), torch.bfloat16],
        "path": pathlib.PurePosixPath("a/b"),
        "list": [ramp(1), [ramp(2), {"deep": ramp(3)}]],
        "by number": {0: {"x": ramp(1)}, 1: {"x": ramp(2)}},
    }
    loop = []
    loop.append(loop)
    value["loop"] = loop
    expected = [("arrays", name, array) for name, array in arrays.items()]
    expected += [
        ("odd", "weight", odd.weight),
        ("list", "0", value["list"][0]),
        ("list", "1.0", value["list"][1][0]),
        ("list", "1.1.deep", value["list"][1][1]["deep"]),
        ("by number", "0.x", value["by number"][0]["x"]),
        ("by number", "1.x", value["by number"][1]["x"]),
    ]
    return value, expected


def optimizer():
    torch.manual_seed(2)
    layer = torch.nn.Linear(2, 2)
    adam = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, 2)).sum().backward()
    adam.step()
    value = {"model": layer.state_dict(), "optimizer": adam.state_dict(), "shadow_params": [ramp(1), ramp(2)]}
    expected = [("model", name, tensor) for name, tensor in value["model"].items()]
    for number, slots in value["optimizer"]["state"].items():
        expected += [("optimizer/state", f"{number}.{name}", tensor) for name, tensor in slots.items()]
    expected += [("shadow_params", str(i), tensor) for i, tensor in enumerate(value["shadow_params"])]
    return value, expected


def special():
    """Sparse and quantised tensors, a buffer, and one without values."""
    coo = torch.sparse_coo_tensor([[0, 1], [2, 0]], [3.0, 4.0], (2, 3)).coalesce()
    csr = torch.tensor([[0.0, 1.0], [2.0, 0.0]]).to_sparse_csr()
    quantised = torch.quantize_per_tensor(ramp(2, 2), 0.5, 3, torch.quint8)
    channels = torch.quantize_per_channel(ramp(2, 2), torch.ones(2), torch.zeros(2), 0, torch.qint8)
    value = {"coo": coo, "csr": csr, "quantised": quantised, "channels": channels}
    expected = [
        ("", "coo.indices", coo.indices()),
        ("", "coo.values", coo.values()),
        ("", "csr.crow_indices", csr.crow_indices()),
        ("", "csr.col_indices", csr.col_indices()),
        ("", "csr.values", csr.values()),
        ("", "quantised", quantised),
        ("", "channels", channels),
    ]
    return value, expected


def single():
    tensor = ramp(2, 2)
    return tensor, [("", "tensor", tensor)]


CASES = {case.__name__: case for case in (state, dtypes, views, module, objects, optimizer, special, single)}
LEGACY = ("state", "views", "module", "objects", "single")


def write(output, name, case, **options):
    value, expected = case()
    torch.save(value, output / f"{VERSION}-{name}.pt", **options)
    lines = sorted(line(*entry) for entry in expected)
    (output / f"{VERSION}-{name}.expected.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    output = pathlib.Path(sys.argv[1])
    output.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or list(CASES)
    for name in wanted:
        write(output, name, CASES[name])
        if name in LEGACY:
            write(output, f"{name}-legacy", CASES[name], _use_new_zipfile_serialization=False)
    if "state" in wanted:
        write(output, "state-protocol4", state, pickle_protocol=4)


if __name__ == "__main__":
    # torch names classes by module; this file's own class must not be called __main__ in one version only.
    sys.modules["make_torch"] = types.ModuleType("make_torch")
    sys.modules["make_torch"].Odd = Odd
    Odd.__module__ = "make_torch"
    main()
