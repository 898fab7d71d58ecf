# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load files that we wrote with the torch at hand and compare them with the listing of the state dict they came from.

usage: load_torch.py FILE LISTING ROOT [tied]...
"""
import inspect
import json
import sys

import torch

import listing

NEW = """float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu uint16 uint32 uint64""".split()


def ways():
    """Every way of loading that this torch has."""
    parameters = inspect.signature(torch.load).parameters
    yield {}
    if "weights_only" in parameters:
        yield {"weights_only": True}
    if "mmap" in parameters:
        yield {"mmap": True, "weights_only": True}


def check(path, wanted, options):
    loaded = torch.load(path, **options)
    if list(loaded) != list(wanted):
        return f"{path} {options}: keys {list(loaded)[:5]} instead of {list(wanted)[:5]}"
    for name, tensor in loaded.items():
        have = listing.entry(wanted[name]["root"], name, tensor)
        if have != wanted[name]:
            return f"{path} {options}: {have} instead of {wanted[name]}"
    twins = [name for name in ("base", "tied") if name in loaded]
    if len(twins) == 2 and loaded["base"].data_ptr() != loaded["tied"].data_ptr():
        return f"{path} {options}: base and tied no longer share their storage"
    return None


def main():
    path, source, root = sys.argv[1:4]
    with open(source) as lines:
        entries = [json.loads(line) for line in lines]
    wanted = {e["name"]: e for e in entries if e["root"] == root}
    wrong = [problem for options in ways() if (problem := check(path, wanted, options))]
    print("\n".join(wrong) or f"torch {torch.__version__} loads {path}: {len(wanted)} tensors")
    sys.exit(bool(wrong))


main()
