# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write checkpoints with the torch at hand, as zip and as legacy stream, each with a listing of what is inside.

usage: write_torch.py FOLDER
"""
import os
import sys

import torch

import listing
from write_torch_cases import WORDS, cases, tensors_below


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(0)
    for name, tree in cases(20260101):
        for kind, zipped in (("zip", True), ("legacy", False)):
            data = tree
            if not zipped and name == "dtypes":
                # torch itself cannot read the newer dtypes back from its legacy stream; the reader is not asked to.
                data = {k: v for k, v in tree.items() if k.split(".")[0] in WORDS[:12]}
            path = os.path.join(folder, f"{name}.{kind}.pt")
            torch.save(data, path, _use_new_zipfile_serialization=zipped)
            # What torch itself loads is the reference: 1.13 forgets the conj bit when it saves.
            loaded = torch.load(path, weights_only=False)
            listing.write(path + ".jsonl", (listing.entry(root, key, tensor) for root, key, tensor in tensors_below(loaded, [])))
    print(f"torch {torch.__version__}: {len(os.listdir(folder)) // 2} files")


main()
