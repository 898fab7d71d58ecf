# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shards against the original: huggingface_hub's save_torch_state_dict, for the same tensors and the same size.

The same files with the same names, the index byte for byte, safetensors shards byte for byte, torch shards with the same
keys in the same order, equal values, and ties where the original has them; the original loads ours.

usage: shards.py WEIGHTSMITH FOLDER
"""
import logging
import os
import random
import shutil
import subprocess
import sys

import torch
from huggingface_hub import save_torch_state_dict
from huggingface_hub.serialization import load_state_dict_from_file

DTYPES = [torch.float32, torch.bfloat16, torch.int64, torch.bool, torch.float64]
SIZES = ["100", "1KB", "1500", "0.5KB", "4KB", "1MB"]


def tensor(chance):
    shape = chance.choice([[], [0], [3], [4, 5], [100], [2, 0, 3], [17, 13], [700]])
    dtype = chance.choice(DTYPES)
    return torch.randint(0, 2 if dtype == torch.bool else 100, shape).to(dtype)


def state_dict(chance, ties):
    state = {}
    for number in range(chance.randint(1, 25)):
        name = chance.choice(["layers.{}.weight", "größe.{}", "{}.\"q\"\\", "𝔸.{}", "\x7f{}"]).format(number)
        full = [old for old in state.values() if old.numel()]
        state[name] = chance.choice(full) if ties and full and chance.random() < 0.3 else tensor(chance)
    return state


def files(folder):
    return sorted(os.listdir(folder))


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def storages(state):
    """Which keys share a storage, those without values left out."""
    groups = {}
    for name, value in state.items():
        if value.numel():
            groups.setdefault(value.untyped_storage().data_ptr(), []).append(name)
    return sorted(sorted(group) for group in groups.values())


def difference(ours, theirs, ending):
    if files(ours) != files(theirs):
        return f"files {files(ours)}, of the original {files(theirs)}"
    for name in files(ours):
        if name.endswith(".index.json") or ending == "safetensors":
            if read(ours, name) != read(theirs, name):
                return f"{name} differs:\n{read(ours, name)[:2000]}\nof the original:\n{read(theirs, name)[:2000]}"
        if not name.endswith(".index.json"):
            have, want = (load_state_dict_from_file(os.path.join(folder, name), weights_only=True, safe=False)
                          for folder in (ours, theirs))
            # One file for all stays in the order of the keys, where the original moves ties to its end. Of equal
            # safetensors files the loader gives the keys in any order.
            ordered = ending == "bin" and "-of-" in name
            if sorted(have) != sorted(want) or ordered and list(have) != list(want):
                return f"{name} has the keys {list(have)}, of the original {list(want)}"
            for key in want:
                if have[key].dtype != want[key].dtype or not torch.equal(have[key], want[key]):
                    return f"{key} in {name} differs"
            if ending == "bin" and storages(have) != storages(want):
                return f"{name} shares {storages(have)}, the original {storages(want)}"
    return None


def main():
    weightsmith, folder = sys.argv[1:]
    logging.disable(logging.WARNING)
    shutil.rmtree(folder, ignore_errors=True)
    failed = sets = 0
    for number in range(60):
        chance = random.Random(number)
        torch.manual_seed(number)
        ending = chance.choice(["bin", "safetensors"])
        size = chance.choice(SIZES)
        # The original writes one of tied tensors into safetensors; we write all.
        state = state_dict(chance, ties=ending == "bin")
        case = os.path.join(folder, str(number))
        ours, theirs = (os.path.join(case, who) for who in ("ours", "theirs"))
        for path in (ours, theirs):
            os.makedirs(path)
        torch.save(state, os.path.join(case, "source.pt"))
        save_torch_state_dict(state, theirs, filename_pattern="model{suffix}." + ending,
                              max_shard_size=size if size.endswith("B") else int(size),
                              safe_serialization=ending == "safetensors")
        done = subprocess.run([weightsmith, "convert", "--quiet", os.path.join(case, "source.pt"), "-o",
                               os.path.join(ours, "model." + ending), "--max-shard-size", size],
                              capture_output=True, text=True)
        problem = done.stderr if done.returncode else difference(ours, theirs, ending)
        sets += len(files(theirs)) > 1
        if problem:
            failed += 1
            print(f"{number}, {ending}, {size}: {problem}")
    print(f"{60 - failed} of 60 alike, {sets} of them in shards")
    sys.exit(bool(failed) or sets < 20)


main()
