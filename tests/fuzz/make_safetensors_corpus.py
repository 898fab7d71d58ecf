#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the seeds of fuzz_safetensors in corpus/safetensors: small files, one for each way to write a header."""
import os
import struct

CODES = {"F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6,
         "C64": 64, "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8}


def entry(name, code, shape, begin, end):
    return f'"{name}":{{"dtype":"{code}","shape":{shape},"data_offsets":[{begin},{end}]}}'


def file(header, data=b""):
    raw = header.encode()
    return struct.pack("<Q", len(raw)) + raw + data


def dtypes():
    entries, at = [], 0
    for code, bits in CODES.items():
        size = 8 * bits // 8
        entries.append(entry(code, code, [2, 4], at, at + size))
        at += size
    return file("{" + ",".join(entries) + "}", bytes(at))


SEEDS = {
    "empty": file("{}"),
    "one": file("{" + entry("a", "F32", [2], 0, 8) + "}", b"12345678"),
    "dtypes": dtypes(),
    "metadata": file('{"__metadata__":{"format":"pt","note":"\\u00e9\\n"},' + entry("a", "U8", [3], 0, 3) + "}  ", b"123"),
    "array": file('{"a":["F32",[2],[0,8]]}', b"12345678"),
    "extra": file('{"a":{"x":{"y":[1,2.5,null,true,"s"]},"dtype":"U8","shape":[],"data_offsets":[0,1]}}', b"1"),
    "duplicate": file("{" + entry("a", "U8", [1], 0, 1) + "," + entry("\\u0061", "U8", [1], 1, 2) + "}", b"12"),
    "overlap": file("{" + entry("a", "U8", [4], 0, 4) + "," + entry("b", "U8", [4], 2, 6) + "}", b"123456"),
    "identical": file("{" + entry("a", "U8", [4], 0, 4) + "," + entry("b", "U8", [4], 0, 4) + "}", b"1234"),
    "holes": file("{" + entry("a", "U8", [1], 2, 3) + "," + entry("b", "F32", [0, 3], 9, 9) + "}", b"1234567890"),
    "overflow": file("{" + entry("a", "F64", [4294967296, 4294967296, 0], 0, 0) + "}"),
    "outside": file("{" + entry("a", "U8", [100], 18446744073709551515, 18446744073709551615) + "}"),
    "nested": file('{"a":{"x":' + "[" * 126 + "]" * 126 + "}}"),
}


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "safetensors")
    os.makedirs(folder, exist_ok=True)
    for name, content in SEEDS.items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(content)


main()
