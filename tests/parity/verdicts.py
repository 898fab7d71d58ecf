# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold what we say about odd safetensors files ("the safetensors library would refuse …") against the original.

usage: verdicts.py WEIGHTSMITH FOLDER
"""
import json
import os
import struct
import subprocess
import sys

from safetensors import safe_open

A = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'


def entry(dtype="F32", shape="[2]", offsets="[0,8]", name="a"):
    return f'"{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}'


def one(**fields):
    return "{" + entry(**fields) + "}"


# name: header, bytes of data
CASES = {
    "empty": ("{}", 0), "plain": ("{" + A + "}", 8), "leading blanks": (" \n{" + A + "}", 8),
    "trailing blanks": ("{" + A + "} \t\r\n", 8), "NUL padding": ("{" + A + "}\0\0", 8),
    "byte order mark": ("\ufeff{" + A + "}", 8), "two objects": ("{}{}", 0), "comment": ("{/**/}", 0),
    "trailing comma": ("{" + A + ",}", 8), "no end": ("{" + A, 8), "text behind": ("{" + A + "} x", 8),
    "header order": ("{" + entry("U8", "[1]", "[8,9]", "b") + "," + A + "}", 9),
    "row": ('{"a":["F32",[2],[0,8]]}', 8), "extra field": ('{"a":{"x":{"y":[1e3,true,null,"s"]},"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
    "extra field with 1e999": ('{"a":{"x":1e999,"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
    "field missing": ('{"a":{"dtype":"F32","data_offsets":[0,0]}}', 0), "field twice": ('{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
    "entry is a number": ('{"a":1}', 0), "dtype is a number": ('{"a":{"dtype":5,"shape":[2],"data_offsets":[0,8]}}', 8),
    "duplicate, same range": ("{" + A + "," + A + "}", 8), "duplicate after unescaping": ("{" + A + "," + entry(name="\\u0061") + "}", 8),
    "duplicate, other range": ("{" + A + "," + entry(offsets="[8,16]") + "}", 16),
    "metadata": ('{"__metadata__":{"format":"pt"},' + A + "}", 8), "metadata null": ('{"__metadata__":null,' + A + "}", 8),
    "metadata number": ('{"__metadata__":{"n":1},' + A + "}", 8), "metadata list": ('{"__metadata__":[1],' + A + "}", 8),
    "metadata twice": ('{"__metadata__":{},"__metadata__":{},' + A + "}", 8), "metadata key twice": ('{"__metadata__":{"k":"1","k":"2"},' + A + "}", 8),
    "unknown dtype": (one(dtype="F99"), 8), "lower case": (one(dtype="f32"), 8), "F6": (one(dtype="F6_E2M3", shape="[4]", offsets="[0,3]"), 3),
    "F4": (one(dtype="F4", shape="[2,8]"), 8), "F4 odd": (one(dtype="F4", shape="[3]", offsets="[0,1]"), 1),
    "F4 odd last dimension": (one(dtype="F4", shape="[2,3]", offsets="[0,3]"), 3), "C64": (one(dtype="C64", shape="[1]"), 8),
    "scalar": (one(dtype="I64", shape="[]"), 8), "negative": (one(shape="[-4]"), 8), "minus zero": (one(shape="[-0]", offsets="[0,0]"), 0),
    "4.0": (one(shape="[4.0]", offsets="[0,16]"), 16), "1e1": (one(shape="[1e1]", offsets="[0,40]"), 40),
    "2^64": (one(shape="[18446744073709551616]"), 8), "2^63": (one(shape="[9223372036854775808]"), 8),
    "overflow before zero": (one(dtype="U8", shape="[4294967296,4294967296,0]", offsets="[0,0]"), 0),
    "zero before overflow": (one(dtype="U8", shape="[0,4294967296,4294967296]", offsets="[0,0]"), 0),
    "overflow by the element": (one(dtype="F64", shape="[2305843009213693952]"), 8), "shape is a text": (one(shape='"2"'), 8),
    "reversed": (one(offsets="[8,0]"), 8), "three numbers": (one(offsets="[0,8,8]"), 8), "size differs": (one(shape="[3]"), 8),
    "hole at the start": (one(offsets="[4,12]"), 12), "hole in the middle": ("{" + A + "," + entry("U8", "[1]", "[9,10]", "b") + "}", 10),
    "overlap": ("{" + A + "," + entry(offsets="[4,12]", name="b") + "}", 12), "identical": ("{" + A + "," + entry(name="b") + "}", 8),
    "empty inside": ("{" + A + "," + entry(shape="[0]", offsets="[4,4]", name="b") + "}", 8),
    "empty at the end": ("{" + A + "," + entry(shape="[0]", offsets="[8,8]", name="b") + "}", 8),
    "empty at the start": ("{" + entry(shape="[0]", offsets="[0,0]", name="b") + "," + A + "}", 8),
    "past the end": (one(offsets="[0,8]"), 4), "trailing bytes": ("{" + A + "}", 12), "misaligned": ("{" + entry("U8", "[1]", "[0,1]") + "," + entry("F64", "[1]", "[1,9]", "b") + "}", 9),
    "empty name": (one(name=""), 8), "NUL in a name": (one(name="a\\u0000b"), 8), "surrogate pair": (one(name="\\ud83d\\ude00"), 8),
    "lone surrogate": (one(name="\\ud800"), 8), "raw line break": (one(name="a\n"), 8), "a megabyte": (one(name="n" * (1 << 20)), 8),
    "nested 126 deep": ('{"a":{"x":' + "[" * 125 + "]" * 125 + ',"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
    "nested 130 deep": ('{"a":{"x":' + "[" * 130 + "]" * 130 + ',"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
}


def original(path):
    try:
        with safe_open(path, "np") as handle:
            return True, str(sorted(handle.keys()))[:80]
    except Exception as error:  # its own class, whatever its name in this release
        return False, str(error)[:120]


def ours(weightsmith, path):
    run = subprocess.run([weightsmith, "info", "--json", path], capture_output=True, text=True)
    if run.returncode:
        return False, run.stderr.strip()
    findings = json.loads(run.stdout)["findings"]
    refusals = [f["message"] for f in findings if f["kind"] == "reference-refuses"]
    return not refusals, (refusals or [str([f["kind"] for f in findings])])[0]


def main():
    weightsmith, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    wrong = 0
    for number, (name, (header, size)) in enumerate(CASES.items()):
        path = os.path.join(folder, f"{number}.safetensors")
        raw = header.encode()
        with open(path, "wb") as out:
            out.write(struct.pack("<Q", len(raw)) + raw + bytes(size))
        (theirs, their_words), (mine, my_words) = original(path), ours(weightsmith, path)
        if theirs != mine:
            wrong += 1
            print(f"{name}: the original {'opens' if theirs else 'refuses'} it ({their_words}), we say {my_words}")
    print(f"{len(CASES)} files, {wrong} other verdicts")
    sys.exit(bool(wrong))


main()
