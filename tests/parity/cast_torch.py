# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cast of ours against torch's own: every floating tensor of SOURCE, converted, is bit for bit what CAST holds.
NaNs count as equal whatever their payload: torch itself writes several.

usage: cast_torch.py SOURCE CAST DTYPE
"""
import sys

import torch

import listing


def same(ours, theirs):
    if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
        return False
    if not ours.is_floating_point():
        return listing.dense_bytes(ours) == listing.dense_bytes(theirs)
    return bool(torch.equal(ours.double().isnan(), theirs.double().isnan())) and listing.dense_bytes(
        ours.double().nan_to_num(0, float("inf"), float("-inf"))) == listing.dense_bytes(
        theirs.double().nan_to_num(0, float("inf"), float("-inf")))


def main():
    source, cast, word = sys.argv[1:]
    before, after = torch.load(source, weights_only=False), torch.load(cast, weights_only=True)
    wanted = {k: v.to(getattr(torch, word)) if v.is_floating_point() else v for k, v in before.items()}
    wrong = [k for k in wanted if k not in after or not same(after[k], wanted[k])]
    print(f"{len(wanted)} tensors as {word}, {len(wrong)} differ: {wrong[:5]}")
    sys.exit(bool(wrong))


main()
