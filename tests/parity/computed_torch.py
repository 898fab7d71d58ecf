# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes that compute numbers against torch's own operations: keys, dtypes, shapes and every bit.

usage: computed_torch.py WEIGHTSMITH FOLDER
"""
import pathlib
import sys

import torch

import converting

# Steps on `a` of each of these dtypes, and the same by torch.
ROWS = [
    ("reduce: {where: a, op: sum, dim: 2}", lambda t: t.to(wide(t)).sum(2).to(t.dtype)),
    ("reduce: {where: a, op: mean, dim: 0, keep-dim: true}", lambda t: t.to(wide(t)).mean(0, keepdim=True).to(t.dtype)),
    ("arithmetic: {where: a, ops: [negate, {add: 0.3}]}", lambda t: (-own(t) + 0.3).to(t.dtype)),
    ("arithmetic: {where: a, ops: [{multiply: a}, sqrt, reciprocal]}", lambda t: (own(t) * own(t)).sqrt().reciprocal().to(t.dtype)),
    ("arithmetic: {where: a, ops: [{divide: 3}, {multiply: a}, {subtract: 1e-3}]}",
     lambda t: (own(t) / 3 * own(t) - 1e-3).to(t.dtype)),
    ("inflate: {frames: 3}", lambda t: (own(t)[:, :, None] / 3).to(t.dtype).repeat(1, 1, 3, 1)),
    ("inflate: {frames: 2, mode: repeat, dim: 0}", lambda t: torch.stack([t, t])),
    ("inflate: {frames: 4, mode: centre, dim: -1}", lambda t: torch.stack([z := torch.zeros_like(t), z, t, z], -1)),
    ("resize-rows: {rows: 9, fill: mean}",
     lambda t: torch.cat([t, t.to(wide(t)).mean(0, keepdim=True).to(t.dtype).expand(9 - len(t), -1, -1)]) if len(t) < 9 else t[:9]),
    ("resize-rows: {rows: 2, keep: last, dim: 1}", lambda t: t[:, -2:]),
    ("resize-rows: {map: [3, null, 0, null], fill: 0.3}",
     lambda t: torch.stack([t[3], new := torch.full(t.shape[1:], 0.3, dtype=t.dtype), t[0], new])),
    ("reduce: {where: a, op: mean, dim: -1, result: compute}", lambda t: t.to(wide(t)).mean(-1)),
]
# The same for what torch computes with itself.
OWN_ROWS = [
    ("reduce: {where: a, op: sum, dim: 1, compute: input}", lambda t: t.sum(1)),
    ("reduce: {where: a, op: mean, dim: 1, compute: input}", lambda t: t.mean(1)),
    ("arithmetic: {where: a, ops: [exp]}", lambda t: t.exp()),
    ("arithmetic: {where: a, ops: [{multiply: 0.1}]}", lambda t: t * 0.1),
]


def wide(t):
    return torch.complex128 if t.is_complex() else torch.float64


def own(t):
    """As it is computed with: in float32 at least."""
    return t if t.is_complex() else t.to(torch.promote_types(t.dtype, torch.float32) if t.itemsize > 1 else torch.float32)


def rows():
    """One of each dtype; the last takes more than one block to write, and slices that are not summed at once."""
    generator = torch.Generator().manual_seed(3)
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.complex64, torch.float8_e4m3fn):
        yield torch.randn(6, 5, 7, generator=generator).to(dtype)
    yield torch.randn(96, 300, 200, generator=generator)


def folded():
    """Modules before torch fuses them, and after."""
    torch.manual_seed(4)
    for conv, norm in ((torch.nn.Conv2d(3, 8, 3, bias=False), torch.nn.BatchNorm2d(8)),
                       (torch.nn.Conv1d(4, 6, 5), torch.nn.BatchNorm1d(6, affine=False)),
                       (torch.nn.Conv3d(2, 7, (1, 3, 3)).half(), torch.nn.BatchNorm3d(7)),
                       (torch.nn.Linear(9, 5).double(), torch.nn.BatchNorm1d(5).double())):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.1, 2)
        if norm.affine:
            torch.nn.init.normal_(norm.weight)
            torch.nn.init.normal_(norm.bias)
        before = torch.nn.ModuleDict({"conv": conv, "bn": norm})
        weight, bias = torch.nn.utils.fusion.fuse_conv_bn_weights(
            conv.weight, conv.bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias)
        yield before.state_dict(), {"conv.weight": weight.detach(), "conv.bias": bias.detach()}


def main():
    weightsmith, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for number, (step, original) in enumerate(ROWS + OWN_ROWS):
        differ = 0
        for place, before in enumerate(rows()):
            if number >= len(ROWS) and before.itemsize == 1:
                continue
            torch.save({"a": before}, folder / "source.pt")
            after = converting.convert(weightsmith, folder, step, folder / f"{number}-{place}.pt")
            differ += converting.compare(after, {"a": original(before)})
        failed += differ
        print(f"{step}: {differ} differ")
    step = "fold-batch-norm: {conv: conv, norm: bn}"
    for place, (before, wanted) in enumerate(folded()):
        torch.save(dict(before), folder / "source.pt")
        differ = converting.compare(converting.convert(weightsmith, folder, step, folder / f"folded{place}.pt"), wanted)
        failed += differ
        print(f"{step}: {differ} differ")
    sys.exit(bool(failed))


main()
