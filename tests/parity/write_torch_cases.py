# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""State dicts and training checkpoints to write: every dtype the torch at hand knows, views, ties, random trees."""
import argparse
import collections
import random

import numpy
import torch

WORDS = """float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64 complex128
float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu uint16 uint32 uint64""".split()


def filled(shape, dtype, generator):
    """Random bits of this dtype: NaN payloads and denormals too."""
    count = 1
    for size in shape:
        count *= size
    itemsize = torch.empty(0, dtype=dtype).element_size()
    if dtype == torch.bool:
        return torch.randint(0, 2, shape, generator=generator).to(torch.bool)
    raw = torch.randint(0, 256, (count * itemsize,), generator=generator, dtype=torch.uint8)
    return raw.view(dtype).reshape(shape)


def dtypes(generator):
    found = [(word, getattr(torch, word)) for word in WORDS if hasattr(torch, word)]
    return {f"{word}.{rank}": filled((3, 5, 7)[:rank], dtype, generator) for word, dtype in found for rank in (0, 1, 3)}


def model():
    net = torch.nn.Sequential(collections.OrderedDict(
        conv=torch.nn.Conv2d(3, 8, 3), norm=torch.nn.BatchNorm2d(8),
        body=torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 4))))
    return net


def views(generator):
    base = filled((12, 10), torch.float32, generator)
    whole = filled((64,), torch.float32, generator)
    return collections.OrderedDict([
        ("base", base), ("tied", base), ("transposed", base.t()), ("rows", base[3:7]), ("columns", base[:, 2:5]),
        ("step", base[::2, ::3]), ("expanded", whole[:1].expand(5, 6)), ("channels_last", torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)),
        ("slice", whole[10:20]), ("empty", torch.empty(0, 4)), ("scalar", whole[7]),
        ("parameter", torch.nn.Parameter(base[0].clone())), ("frozen", torch.nn.Parameter(base[1].clone(), requires_grad=False))])


def conjugates(generator):
    z = torch.view_as_complex(filled((4, 3, 2), torch.float32, generator).nan_to_num())
    return {"plain": z, "conj": z.conj(), "transposed_conj": z.t().conj()}


def random_tree(rng, generator, depth=0):
    """A nested dict of tensors and plain values, as training scripts make them."""
    tree = collections.OrderedDict()
    for i in range(rng.randint(1, 6)):
        kind = rng.random()
        key = rng.choice(["layer", "block", "weight", "bias", "état", "名", "a.b", "x/y"]) + str(i)
        if kind < 0.25 and depth < 3:
            tree[key] = random_tree(rng, generator, depth + 1)
        elif kind < 0.7:
            shape = tuple(rng.randint(0, 5) for _ in range(rng.randint(0, 4)))
            tree[key] = filled(shape, getattr(torch, rng.choice(WORDS[:10])), generator)
        else:
            tree[key] = rng.choice([1, 2.5, "text", None, True, b"bytes", (1, "two"), [3, 4.0], {"k": 1}, 2 ** 70, -1])
    return tree


def tensors_below(tree, path):
    """Every dict with tensors is a root; its tensors in order."""
    for key, value in tree.items():
        if isinstance(value, torch.Tensor):
            yield "/".join(f'"{p}"' if "/" in p else p for p in path), key, value
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from tensors_below(value, path + [key])


def training():
    net = model()
    optimizer = torch.optim.Adam(net.parameters())
    return {"epoch": 7, "best": numpy.float64(0.5), "state_dict": net.state_dict(), "args": argparse.Namespace(lr=0.1, arch="tiny"),
            "optimizer": optimizer.state_dict(), "history": [1, 2.0, None]}


def cases(seed):
    generator = torch.Generator().manual_seed(seed)
    rng = random.Random(seed)
    yield "dtypes", dtypes(generator)
    yield "views", views(generator)
    yield "conj", conjugates(generator)
    yield "state", model().state_dict()
    yield "training", training()
    for i in range(20):
        yield f"random{i}", random_tree(rng, generator)


def flat():
    """The cases that safetensors can hold: flat dicts of its dtypes, without sharing."""
    generator = torch.Generator().manual_seed(7)
    unknown = {"complex128"}
    yield "dtypes", {k: v for k, v in dtypes(generator).items() if k.split(".")[0] not in unknown}
    yield "state", dict(model().state_dict())
    yield "names", {"": torch.ones(2), "a b": torch.zeros(3), "名.weight": torch.arange(4.0), 'quo"te': torch.ones(1)}
