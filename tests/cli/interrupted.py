#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""End a whole conversion half-way: a file that was there stays as it was, and nothing appears under the final name.

A killed one (SIGKILL) leaves its temporary, which the next conversion to the same name removes; one that is asked to
stop (SIGINT) removes it itself and ends with exit code 130.

usage: interrupted.py WEIGHTSMITH
"""
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile

SOURCE_BYTES = 2 << 30  # sparse: it takes no room, its copy would
HALFWAY_BYTES = 16 << 20
OLD = b"what was there before"


def write_source(path, numbers):
    header = json.dumps({"w": {"dtype": "F32", "shape": [numbers], "data_offsets": [0, 4 * numbers]}}).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(header)) + header)
        out.truncate(8 + len(header) + 4 * numbers)


def temporaries(folder):
    return [entry for entry in os.scandir(folder) if entry.name.endswith(".weightsmith-part")]


def bytes_on_disk(path):
    try:
        return os.stat(path).st_blocks * 512
    except FileNotFoundError:
        return 0


def started(program, source, out):
    """A conversion of which some, but by far not all, is written. It ends by itself, and with it the waiting."""
    process = subprocess.Popen([program, "convert", source, "-o", out, "--force", "--quiet"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while process.poll() is None:
        if any(bytes_on_disk(entry.path) >= HALFWAY_BYTES for entry in temporaries(os.path.dirname(out))):
            return process
        os.sched_yield()
    raise SystemExit(f"The conversion ended (exit code {process.returncode}) before it could be interrupted: it failed, or "
                     f"a larger source is needed.\n{process.stdout.read()}")


def interrupted(program, sources, name, old, number):
    """What is wrong after a signal, one sentence each."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, name)
        if old is not None:
            with open(out, "wb") as file:
                file.write(old)
        process = started(program, sources["large"], out)
        process.send_signal(number)
        said, _ = process.communicate()
        expected = -signal.SIGKILL if number == signal.SIGKILL else 130
        if process.returncode != expected:
            yield f"exit code {process.returncode}, not {expected}: {said}"
        elif said:
            yield f"whoever interrupts it knows, but it said: {said}"

        left = temporaries(folder)
        if len(left) != (number == signal.SIGKILL):
            yield f"{len(left)} temporaries are left"
        if any(not entry.name.startswith(f".{name}.") for entry in left):
            yield f"a temporary is named {left[0].name}"
        if sum(bytes_on_disk(entry.path) for entry in left) > SOURCE_BYTES // 2:
            yield "more than half was written: a larger source is needed"
        visible = [entry.name for entry in os.scandir(folder) if entry.name not in {x.name for x in left}]
        if visible != ([] if old is None else [name]):
            yield f"the folder holds {visible}"
        elif old is not None:
            with open(out, "rb") as file:
                if file.read(len(old) + 1) != old:
                    yield "the old file has changed"

        again = subprocess.run([program, "convert", sources["small"], "-o", out, "--force"], stdin=subprocess.DEVNULL,
                               capture_output=True, text=True)
        if again.returncode != 0:
            yield f"the next conversion ended with {again.returncode}: {again.stderr}"
        elif os.listdir(folder) != [name]:
            yield f"after the next conversion the folder holds {os.listdir(folder)}"
        elif subprocess.run([program, "info", out], stdout=subprocess.DEVNULL).returncode != 0:
            yield "what the next conversion wrote cannot be read"


def main():
    program = sys.argv[1]
    failures = count = 0
    with tempfile.TemporaryDirectory() as folder:
        sources = {name: os.path.join(folder, name + ".safetensors") for name in ("large", "small")}
        write_source(sources["large"], SOURCE_BYTES // 4)
        write_source(sources["small"], 1000)
        for name in ("out.pt", "out.safetensors"):
            for old in (OLD, None):
                for number in (signal.SIGKILL, signal.SIGINT):
                    count += 1
                    problems = list(interrupted(program, sources, name, old, number))
                    failures += bool(problems)
                    for problem in problems:
                        print(f"{name}, {'over a file' if old else 'new'}, {number.name}: {problem}")
    print(f"{count - failures} passed, {failures} failed")
    sys.exit(bool(failures))


main()
