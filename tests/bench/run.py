#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure whole processes side by side with the tools a user would use instead, and print a Markdown table.

usage: run.py BUILD_DIR WORK_DIR [--python PYTHON] [--only WORD]

PYTHON has torch and safetensors. The files are made below WORK_DIR once (about 13 GB free are needed for the
conversion, 100 MB for the rest). Every figure is the median of five runs after one that is not counted; conversion is
five interleaved pairs, each followed by a sync; statistics are five interleaved pairs.
"""
import argparse
import json
import os
import statistics
import struct
import subprocess
import sys

OPEN_PT = "import torch; d = torch.load({0!r}, mmap=True, weights_only=True); print(sum(1 for t in d.values() if t.shape is not None))"
OPEN_ST = """from safetensors import safe_open
with safe_open({0!r}, 'pt') as f: print(len([f.get_slice(k).get_shape() for k in f.keys()]))"""
CONVERT = """import torch; from safetensors.torch import save_file
d = torch.load({0!r}, weights_only=True); save_file({{k.removeprefix('module.'): v for k, v in d.items()}}, {1!r})"""
STATS = """import torch; d = torch.load({0!r}, mmap=True, weights_only=True)
for t in d.values(): print(t.min(), t.max(), t.mean(), t.std(), t.norm())"""
MAKE_PT = """import torch
torch.save({{f'module.layers.{{i // 10}}.mlp.experts.{{i % 10}}.weight': torch.zeros(2, 2) for i in range({1})}}, {0!r})"""
MAKE_BIG = """import torch
torch.manual_seed(0)
torch.save({{f'module.layers.{{i}}.weight': torch.rand(1024, 2560) for i in range(400)}}, {0!r})"""


# A process starts with the peak memory of the one that started it, so a small one starts what is measured.
LEAN = """import os, sys, time
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - begin, usage.ru_maxrss / 1024)
sys.exit(bool(status))"""


def measure(command):
    """Wall seconds and peak resident megabytes of one run."""
    run = subprocess.run([sys.executable, "-S", "-c", LEAN, *command], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{command[0]} failed: {' '.join(command)[:200]}\n{run.stderr}")
    seconds, megabytes = map(float, run.stdout.split())
    return seconds, megabytes


def median(command, runs=5):
    measure(command)
    found = [measure(command) for _ in range(runs)]
    return statistics.median(s for s, _ in found), statistics.median(m for _, m in found)


def text(seconds, megabytes):
    return f"{seconds:.3f} s, {megabytes:.0f} MB"


def safetensors(path, count, shape=(2, 2), sparse=False):
    """A safetensors file written by hand: a sparse one has its size but no blocks on disk."""
    size = 4
    for n in shape:
        size *= n
    header = {f"module.layers.{i // 10}.mlp.experts.{i % 10}.weight":
              {"dtype": "F32", "shape": list(shape), "data_offsets": [i * size, (i + 1) * size]} for i in range(count)}
    raw = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(raw)) + raw)
        out.truncate(8 + len(raw) + count * size)
        if not sparse:
            out.seek(8 + len(raw))
            out.write(bytes(count * size))


class Bench:
    def __init__(self, options):
        self.weightsmith = os.path.join(options.build, "bin", "weightsmith")
        self.replan = os.path.join(options.build, "bin", "bench_replan")
        self.work = options.work
        self.python = options.python
        self.rows = []

    def path(self, name):
        return os.path.join(self.work, name)

    def make(self, name, maker):
        path = self.path(name)
        if not os.path.exists(path):
            maker(path)
        return path

    def by_python(self, code):
        return lambda path: subprocess.run([self.python, "-c", code.format(path, 100_000)], check=True)

    def row(self, work, theirs, ours):
        self.rows.append((work, theirs, ours))
        print(f"| {work} | {theirs} | {ours} |", flush=True)

    def open(self):
        pt = self.make("100k.pt", self.by_python(MAKE_PT))
        theirs, ours = median([self.python, "-c", OPEN_PT.format(pt)]), median([self.weightsmith, "info", pt])
        self.row("Open a `.pt` of 100,000 tensors", f"torch.load(mmap, weights_only): {text(*theirs)}", text(*ours))
        st = self.make("100k.safetensors", lambda path: safetensors(path, 100_000))
        theirs, ours = median([self.python, "-c", OPEN_ST.format(st)]), median([self.weightsmith, "info", st])
        self.row("Open a safetensors of 100,000 tensors", f"safe_open and shapes: {text(*theirs)}", text(*ours))
        huge = self.make("400gb.safetensors", lambda path: safetensors(path, 400, (1024, 250_000), sparse=True))
        self.row("Open a 400 GB safetensors of 400 tensors (sparse)", "–", text(*median([self.weightsmith, "info", huge])))

    def convert(self):
        big = self.make("4gb.pt", self.by_python(MAKE_BIG))
        out, copy = self.path("out.safetensors"), self.path("copy.pt")
        theirs = measure([self.python, "-c", CONVERT.format(big, out)])
        ours_command = ["sh", "-c", f"rm -f {out}; {self.weightsmith} convert --quiet {big} -o {out} --step 'remove-prefix: module.' && sync"]
        copy_command = ["sh", "-c", f"rm -f {copy}; cp --reflink=never {big} {copy} && sync"]
        ours, copies = [], []
        for _ in range(5):
            ours.append(measure(ours_command))
            copies.append(measure(copy_command))
        ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, copies))
        mine = text(statistics.median(s for s, _ in ours), max(m for _, m in ours))
        self.row("Rename-only conversion, 4.2 GB `.pt` → safetensors",
                 f"torch and safetensors: {text(*theirs)}; cp and sync {statistics.median(s for s, _ in copies):.2f} s",
                 f"{mine}, with sync; {ratio:.2f} × cp and sync")
        os.remove(out)
        os.remove(copy)

    def stats(self):
        big = self.make("4gb.pt", self.by_python(MAKE_BIG))
        ours, theirs = [], []
        for _ in range(5):
            ours.append(measure([self.weightsmith, "stats", "--json", big]))
            theirs.append(measure([self.python, "-c", STATS.format(big)]))
        ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, theirs))
        mine, others = (text(statistics.median(s for s, _ in runs), max(m for _, m in runs)) for runs in (ours, theirs))
        self.row("Statistics of every tensor, 4.2 GB", f"torch, five of them: {others}",
                 f"all, with quantiles and histogram: {mine}; {ratio:.2f} × torch")

    def plan(self):
        for line in subprocess.run([self.replan], check=True, capture_output=True, text=True).stdout.splitlines():
            work, figure = line.split("\t")
            if work.startswith("Open"):
                continue  # what the process holds before it plans, not a work
            self.row(work, "–", figure)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("work")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", choices=["open", "convert", "stats", "plan"])
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    bench = Bench(options)
    print("| Work | Today's tool | Weightsmith |\n|---|---|---|")
    for part in [options.only] if options.only else ["open", "convert", "stats", "plan"]:
        getattr(bench, part)()


main()
