# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""safetensors against the original.

usage: safetensors_files.py write FOLDER           files with listings
       safetensors_files.py load FILE LISTING ROOT  a file of ours loads with equal tensors
       safetensors_files.py same FILE               a file of ours is, byte for byte, what the original writes
"""
import os
import sys

import torch
from safetensors import safe_open
from safetensors.torch import _SIZE, load_file, save

import listing
import write_torch_cases as cases


def write(folder):
    os.makedirs(folder, exist_ok=True)
    for name, tensors in cases.flat():
        path = os.path.join(folder, f"{name}.safetensors")
        # An older release knows fewer dtypes.
        tensors = {k: v.contiguous().clone() for k, v in tensors.items() if v.dtype in _SIZE}
        with open(path, "wb") as out:
            out.write(save(tensors, {"format": "pt"}))
        listing.write(path + ".jsonl", (listing.entry("", k, v) for k, v in tensors.items()))


def load(path, source, root):
    wanted = {e["name"]: e for e in listing.read(source) if e["root"] == root}
    loaded = load_file(path)
    if set(loaded) != set(wanted):
        return f"{path}: keys differ: {sorted(set(loaded) ^ set(wanted))[:5]}"
    for name, tensor in loaded.items():
        have = listing.entry(root, name, tensor)
        if have != wanted[name]:
            return f"{path}: {have} instead of {wanted[name]}"
    with safe_open(path, "pt") as handle:
        if handle.metadata() is None or handle.metadata().get("format") != "pt":
            return f"{path}: metadata is {handle.metadata()}"
    return None


def same(path):
    with open(path, "rb") as ours:
        have = ours.read()
    with safe_open(path, "pt") as handle:
        metadata = handle.metadata()
    want = save(load_file(path), metadata)
    return None if have == want else f"{path}: {len(have)} bytes differ from the {len(want)} of the original"


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    problem = {"write": write, "load": load, "same": same}[verb](*arguments)
    if problem:
        print(problem)
    sys.exit(bool(problem))


main()
