# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold what our readers say about files against the listings their writers left.

usage: compare.py DUMP FILE...
"""
import json
import subprocess
import sys


def key(entry):
    return entry["root"], entry["name"]


def compare(dump, path):
    run = subprocess.run([dump, path], capture_output=True, text=True)
    if run.returncode:
        return [f"{path}: {run.stderr.strip()}"]
    ours = {key(e): e for e in map(json.loads, run.stdout.splitlines())}
    with open(path + ".jsonl") as lines:
        theirs = {key(e): e for e in map(json.loads, lines)}
    wrong = [f"{path}: {k} is not seen" for k in theirs if k not in ours]
    # Optimizer slots under integer keys are listed by us alone: the listing walks dicts with text keys.
    wrong += [f"{path}: {k} is not there" for k in ours if k not in theirs and not k[0].startswith("optimizer")]
    wrong += [f"{path}: {ours[k]} should be {theirs[k]}" for k in theirs if k in ours and ours[k] != theirs[k]]
    return wrong


def main():
    wrong = []
    tensors = 0
    for path in sys.argv[2:]:
        wrong += compare(sys.argv[1], path)
        with open(path + ".jsonl") as lines:
            tensors += sum(1 for _ in lines)
    for line in wrong[:40]:
        print(line)
    print(f"{len(sys.argv) - 2} files, {tensors} tensors, {len(wrong)} differences")
    sys.exit(bool(wrong))


main()
