#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""End a whole conversion half-way: what was there stays as it was, and nothing appears under a final name, neither the
one file nor a part of a set of shards. End statistics and comparisons half-way: they say nothing.

A killed one (SIGKILL) leaves its temporaries, which the next conversion to the same name removes; one that is asked to
stop (SIGINT) removes them itself and ends with exit code 130.

usage: interrupted.py WEIGHTSMITH
"""
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile

LARGE = [8 << 20] * 64  # numbers of each tensor: 2 GiB, sparse, so that it takes no room; its copy would
SMALL = [1000] * 3
SOURCE_BYTES = 4 * sum(LARGE)
HALFWAY_BYTES = 48 << 20  # in the second shard, when each tensor has one
PLAIN = []
SHARDS = ["--max-shard-size", "4KB"]


def write_source(path, tensors):
    header, end = {}, 0
    for number, numbers in enumerate(tensors):
        header[f"w{number}"] = {"dtype": "F32", "shape": [numbers], "data_offsets": [end, end + 4 * numbers]}
        end += 4 * numbers
    header = json.dumps(header).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(header)) + header)
        out.truncate(8 + len(header) + end)


def temporaries(folder):
    return [entry for entry in os.scandir(folder) if entry.name.endswith(".weightsmith-part")]


def bytes_on_disk(entries):
    total = 0
    for entry in entries:
        try:
            total += os.stat(entry.path).st_blocks * 512
        except FileNotFoundError:
            pass
    return total


def visible(folder):
    """All files with their bytes, but for temporaries."""
    files = {}
    for entry in os.scandir(folder):
        if not entry.name.endswith(".weightsmith-part"):
            with open(entry.path, "rb") as file:
                files[entry.name] = file.read()
    return files


def convert(program, source, out, options):
    """What is wrong with a conversion that nobody interrupts; None when it is well."""
    done = subprocess.run([program, "convert", source, "-o", out, "--force", *options], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    return f"a conversion ended with {done.returncode}: {done.stderr}" if done.returncode else None


def started(program, source, out, options):
    """A conversion of which some, but by far not all, is written. It ends by itself, and with it the waiting."""
    process = subprocess.Popen([program, "convert", source, "-o", out, "--force", "--quiet", *options],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while process.poll() is None:
        if bytes_on_disk(temporaries(os.path.dirname(out))) >= HALFWAY_BYTES:
            return process
        os.sched_yield()
    raise SystemExit(f"The conversion ended (exit code {process.returncode}) before it could be interrupted: it failed, or "
                     f"a larger source is needed.\n{process.stdout.read()}")


def interrupted(program, sources, name, options, has_old, number):
    """What is wrong after a signal, one sentence each."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, name)
        if has_old and (problem := convert(program, sources["other"], out, options)):
            yield problem
        old = visible(folder)
        process = started(program, sources["large"], out, options)
        process.send_signal(number)
        said, _ = process.communicate()
        expected = -signal.SIGKILL if number == signal.SIGKILL else 130
        if process.returncode != expected:
            yield f"exit code {process.returncode}, not {expected}: {said}"
        elif said:
            yield f"whoever interrupts it knows, but it said: {said}"

        left = temporaries(folder)
        files = len(LARGE) + 1 if options == SHARDS else 1
        if len(left) != (files if number == signal.SIGKILL else 0):
            yield f"{len(left)} temporaries are left"
        stem, ending = os.path.splitext(name)
        if odd := [entry.name for entry in left if not re.match(rf"\.{stem}(-\d+-of-\d+)?{ending}\.", entry.name)]:
            yield f"a temporary is named {odd[0]}"
        if bytes_on_disk(left) > SOURCE_BYTES // 2:
            yield "more than half was written: a larger source is needed"
        if visible(folder) != old:
            yield f"what was there has changed; the folder holds {sorted(visible(folder))}"

        if problem := convert(program, sources["small"], out, options):
            yield f"the next time {problem}"
        elif temporaries(folder):
            yield f"after the next conversion the folder holds {os.listdir(folder)}"
        elif visible(folder) != fresh(program, sources["small"], name, options):
            yield f"the next conversion left {sorted(visible(folder))}, or wrote other bytes than in an empty folder"


def fresh(program, source, name, options):
    """The files of a conversion into an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        if problem := convert(program, source, os.path.join(folder, name), options):
            raise SystemExit(problem)
        return visible(folder)


def looking(program, words):
    """What is wrong after a verb that only looks was asked to stop."""
    process = subprocess.Popen([program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    while process.poll() is None and len(os.listdir(f"/proc/{process.pid}/task")) < 2:
        os.sched_yield()  # until its threads look
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    if process.returncode != 130:
        yield f"exit code {process.returncode}, not 130: {said}"
    elif said:
        yield f"whoever interrupts it knows, but it said: {said}"


def main():
    program = sys.argv[1]
    failures = count = 0
    with tempfile.TemporaryDirectory() as folder:
        sources = {}
        for name, tensors in (("large", LARGE), ("small", SMALL), ("other", [1000] * 5)):
            sources[name] = os.path.join(folder, name + ".safetensors")
            write_source(sources[name], tensors)
        for name, options in (("out.pt", PLAIN), ("out.safetensors", PLAIN), ("out.bin", SHARDS),
                              ("out.safetensors", SHARDS)):
            for has_old in (True, False):
                for number in (signal.SIGKILL, signal.SIGINT):
                    count += 1
                    problems = list(interrupted(program, sources, name, options, has_old, number))
                    failures += bool(problems)
                    for problem in problems:
                        print(f"{' '.join([name, *options])}, {'over old' if has_old else 'new'}, {number.name}: {problem}")
        for words in (["stats", sources["large"]], ["stats", "--json", sources["large"]],
                      ["compare", "--values", sources["large"], sources["large"]]):
            count += 1
            problems = list(looking(program, words))
            failures += bool(problems)
            for problem in problems:
                print(f"{' '.join(words)}: {problem}")
    print(f"{count - failures} passed, {failures} failed")
    sys.exit(bool(failures))


main()
