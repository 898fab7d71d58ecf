# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What torch says about tensors, in the words of the dump program."""
import ctypes
import hashlib
import json

import torch


def dense_bytes(tensor):
    """The tensor's values as dense C-order bytes, conj and neg bits resolved."""
    tensor = tensor.detach()
    if tensor.is_quantized:
        tensor = tensor.int_repr()
    if tensor.is_conj():
        tensor = tensor.resolve_conj()
    if hasattr(tensor, "resolve_neg"):
        tensor = tensor.resolve_neg()
    tensor = tensor.contiguous()
    return ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size()) if tensor.numel() else b""


def word(tensor):
    return str(tensor.dtype).removeprefix("torch.")


def entry(root, name, tensor):
    return {"root": root, "name": name, "dtype": word(tensor), "shape": list(tensor.shape),
            "sha256": hashlib.sha256(dense_bytes(tensor)).hexdigest()}


def write(path, entries):
    with open(path, "w") as out:
        for one in entries:
            out.write(json.dumps(one) + "\n")


def read(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines]
