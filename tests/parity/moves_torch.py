# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes that move elements against torch's own operations: shapes and every bit.

usage: moves_torch.py WEIGHTSMITH FOLDER
"""
import pathlib
import sys

import torch

import converting
import listing

# A step, and the same by torch. `large` has blocks that lie far apart, and takes more than one block to write.
CASES = [
    ("permute: [2, 0, 1]", lambda t: t.permute(2, 0, 1)),
    ("permute: [-1, -2, -3]", lambda t: t.permute(-1, -2, -3)),
    ("transpose: [0, 1]", lambda t: t.transpose(0, 1)),
    ("transpose: [-1, 1]", lambda t: t.transpose(-1, 1)),
    ("reshape: ['in[2]', -1]", lambda t: t.reshape(t.shape[2], -1)),
    ("unsqueeze: -1", lambda t: t.unsqueeze(-1)),
    ("squeeze: 0", lambda t: t[None].squeeze(0)),
    ("flatten: {start: 1}", lambda t: t.flatten(1)),
    ("slice: {dim: 2, start: 1, stop: -1}", lambda t: t[:, :, 1:-1]),
    ("slice: {start: -2, stop: 100}", lambda t: t[-2:100]),
    ("slice: {dim: -1, step: 2}", lambda t: t[..., ::2]),
    ("select: 1", lambda t: t[1]),
    ("select: {dim: -1, index: -1}", lambda t: t.select(-1, -1)),
    ("select: {dim: 2, index: [2, 0, 0, -1]}", lambda t: t[:, :, [2, 0, 0, -1]]),
    ("select: {dim: 2, index: indices.txt}", lambda t: t[:, :, [1, 0, 2, 2]]),
    ("flip", lambda t: flip(t, 1)),
    ("flip: -1", lambda t: flip(t, -1)),
    ("roll: {dim: 2, shift: 1}", lambda t: t.roll(1, 2)),
    ("roll: -5", lambda t: t.roll(-5, 0)),
]

# The same on weights: rows that parts and heads divide.
ROW_CASES = [
    ("roll: half", lambda t: torch.cat(t.chunk(2)[::-1])),
    ("interleave: 3", lambda t: torch.stack(t.chunk(3), 1).flatten(0, 1)),
    ("interleave: {parts: 3, inverse: true}", lambda t: torch.cat([t[i::3] for i in range(3)])),
    ("rope-permute: {heads: 4, direction: interleaved-to-half}", lambda t: transformers_permute(t, 4)),
    ("rope-permute: {heads: 'in[0] // 6', direction: interleaved-to-half}",
     lambda t: transformers_permute(t, t.shape[0] // 6)),
    ("rope-permute: {heads: 4, direction: half-to-interleaved}", lambda t: unpermute(t, 4)),
]


def flip(t, dim):
    """torch flips no float8 itself: its bits are."""
    return t.view(torch.uint8).flip(dim).view(t.dtype) if t.dtype == torch.float8_e4m3fn else t.flip(dim)


def transformers_permute(w, heads):
    """As transformers' convert_llama_weights_to_hf.py orders query and key weights."""
    rows, columns = w.shape[0], w.flatten(1).shape[1]
    return w.reshape(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(w.shape)


def unpermute(w, heads):
    rows, columns = w.shape[0], w.flatten(1).shape[1]
    back = w.reshape(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(w.shape)
    assert listing.dense_bytes(transformers_permute(back, heads)) == listing.dense_bytes(w)
    return back


# New tensors, and the same by torch.
MADE = [
    ("create: {name: new, shape: [7, 9], fill: {normal: 0.02, seed: 5}}", lambda: randn(5, 7, 9) * 0.02),
    ("create: {name: new, shape: [3], fill: {normal: 1, seed: 0}}", lambda: randn(0, 3)),
    ("create: {name: new, shape: [5000, 1001], fill: {normal: 0.5, seed: 42}}", lambda: randn(42, 5000, 1001) * 0.5),
    ("create: {name: new, shape: [40], fill: {normal: 0.02, seed: 1}, dtype: bfloat16}",
     lambda: (randn(1, 40) * 0.02).bfloat16()),
    ("create: {name: new, like: wq, fill: 0.3, dtype: float16}", lambda: torch.full((48, 5), 0.3).half()),
    ("create: {name: new, like: wq, dim: 0, fill: ones, dtype: int64}", lambda: torch.ones(48, dtype=torch.int64)),
    ("create: {name: new, shape: []}", lambda: torch.zeros(())),
    ("copy: {from: wq, to: new, place: end}", lambda: rows()["wq"]),
]


def randn(seed, *shape):
    torch.manual_seed(seed)
    return torch.randn(*shape)


def tensors():
    generator = torch.Generator().manual_seed(1)
    made = {
        "float32": torch.randn(4, 5, 6, generator=generator),
        "bfloat16": torch.randn(3, 1, 7, generator=generator).bfloat16(),
        "float16": torch.randn(2, 3, 4, generator=generator).half(),
        "int64": torch.randint(-9, 9, (2, 3, 4), generator=generator),
        "bool": torch.rand(5, 4, 3, generator=generator) > 0.5,
        "complex64": torch.randn(2, 3, 4, dtype=torch.complex64, generator=generator),
        "float8": torch.randn(2, 3, 4, generator=generator).to(torch.float8_e4m3fn),
        "strided": torch.randn(4, 3, 2, generator=generator).permute(2, 1, 0),
        "empty": torch.zeros(2, 0, 3),
        "large": torch.randn(64, 300, 200, generator=generator),
    }
    made["float32"].view(torch.int32)[0, 0, :4] = torch.tensor([0x7FC00001, -0x3FFFFE, 0x7F800001, 1])  # NaNs
    return made


def rows():
    generator = torch.Generator().manual_seed(2)
    return {
        "wq": torch.randn(48, 5, generator=generator),
        "wk": torch.randn(24, 5, generator=generator).bfloat16(),
        "conv": torch.randn(24, 3, 1, generator=generator).half(),
        "large": torch.randn(2400, 1000, generator=generator),
    }


def main():
    weightsmith, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for number, (step, original) in enumerate(MADE):
        before = rows()
        torch.save(before, folder / "source.pt")
        after = converting.convert(weightsmith, folder, step, folder / f"made{number}.pt")
        differ = converting.compare(after, before | {"new": original()})
        failed += differ
        shares = after["new"].untyped_storage().data_ptr() in (after[k].untyped_storage().data_ptr() for k in before)
        failed += shares
        print(f"{step}: {differ} differ, shares a storage: {shares}")
    after = converting.convert(weightsmith, folder, "tie: {from: wq, to: new}", folder / "tied.pt")
    failed += after["new"].untyped_storage().data_ptr() != after["wq"].untyped_storage().data_ptr()
    (folder / "indices.txt").write_text("1, 0\n2 2\n")
    for number, (step, original) in enumerate(CASES + ROW_CASES):
        before = tensors() if number < len(CASES) else rows()
        if step.startswith("squeeze"):
            torch.save({k: v[None] for k, v in before.items()}, folder / "source.pt")
        else:
            torch.save(before, folder / "source.pt")
        after = converting.convert(weightsmith, folder, step, folder / f"{number}.pt")
        wanted = {k: original(v) for k, v in before.items()}
        differ = converting.compare(after, wanted)
        failed += differ
        print(f"{step}: {len(wanted)} tensors, {differ} differ")
    sys.exit(bool(failed))


main()
