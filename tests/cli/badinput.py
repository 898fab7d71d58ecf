#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Give the command line every kind of bad file: each must end in a sentence and the right exit code, with no crash and
no more than 200 MB (not counted in a sanitizer build, whose shadow memory is not the program's).

usage: badinput.py WEIGHTSMITH [--sanitized]
"""
import concurrent.futures
import io
import itertools
import json
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import zipfile

MOST_MEGABYTES = 200


def st(header, data=b"", length=None):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def entry(begin, end, shape, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def torch_zip(data_pkl, members=(), compression=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("archive/data.pkl", data_pkl)
        archive.writestr("archive/byteorder", "little")
        for name, content in members:
            archive.writestr("archive/" + name, content)
        archive.writestr("archive/version", "3\n")
    return out.getvalue()


def state_dict(name=b"w", numel=4, size=(2, 2), stride=(2, 1), storage=b"FloatStorage", key=b"0"):
    def text(s):
        return b"X" + struct.pack("<I", len(s)) + s

    def number(n):
        return b"\x8a\x08" + struct.pack("<q", n)

    tensor = (b"ctorch._utils\n_rebuild_tensor_v2\n((" + text(b"storage") + b"ctorch\n" + storage + b"\n" + text(key) + text(b"cpu")
              + number(numel) + b"tQ" + number(0) + b"(" + b"".join(map(number, size)) + b"t(" + b"".join(map(number, stride)) + b"t\x89"
              + b"ccollections\nOrderedDict\n)RtR")
    return b"\x80\x02}" + text(name) + tensor + b"s."


GOOD_PT = torch_zip(state_dict(), [("data/0", struct.pack("<4f", 1, 2, 3, 4))])
GOOD_ST = st({"a": entry(0, 8, [2]), "b": entry(8, 16, [2])}, bytes(16))
EVIL = b"\x80\x02cos\nsystem\nX\x14\x00\x00\x00touch /tmp/ws-pwned  \x85R."


def zip_bomb():
    """A data.pkl of 1 GB in 1 MB, written piece by piece."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("archive/data.pkl", "w", force_zip64=True) as pickle_stream:
            pickle_stream.write(b"\x80\x02")
            for _ in range(1024):
                pickle_stream.write(b"N0" * (1 << 19))
            pickle_stream.write(b"N.")
        archive.writestr("archive/version", "3\n")
    return out.getvalue()


def overlapping_zip():
    """Two central entries that show the same bytes."""
    content = bytearray(GOOD_PT)
    where = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", where + 4)
    third = content.find(b"PK\x01\x02", second + 4)
    offset = struct.unpack_from("<I", content, second + 42)[0]
    struct.pack_into("<I", content, third + 42, offset)
    return bytes(content)


def files():
    """name, bytes, the exit codes allowed, words the message or the findings must hold (None: nothing)."""
    yield "empty.pt", b"", {4}, "empty"
    yield "text.pt", b"epoch 3 loss 0.5\n", {4}, "text"
    yield "lfs.pt", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", {4}, "LFS"
    yield "page.safetensors", b"<!DOCTYPE html><html>404</html>", {4}, "web page"
    for i in range(1, 8):
        yield f"cut{i}.pt", GOOD_PT[:len(GOOD_PT) * i // 8], {4}, None
        yield f"cut{i}.safetensors", GOOD_ST[:len(GOOD_ST) * i // 8], {4}, None
    yield "header-beyond.safetensors", st({"a": entry(0, 8, [2])}, bytes(8), 10_000), {4}, None
    yield "header-absurd.safetensors", st(b"{}", b"", 2 ** 63), {4}, None
    yield "header-100mb.safetensors", st(b"{", b" " * 64, 100_000_001), {4}, None
    yield "overlap.safetensors", st({"a": entry(0, 8, [2]), "b": entry(4, 12, [2])}, bytes(12)), {0, 4}, "overlap"
    yield "outside.safetensors", st({"a": entry(0, 1 << 40, [1 << 38])}, bytes(8)), {0, 4}, "ends before"
    yield "dtype.safetensors", st({"a": entry(0, 8, [2], "F33")}, bytes(8)), {0, 4}, "F33"
    yield "product.safetensors", st({"a": entry(0, 8, [2 ** 40, 2 ** 40])}, bytes(8)), {0, 4}, None
    yield "duplicate.safetensors", st(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
                                      bytes(4)), {0, 4}, "a"
    yield "deep.safetensors", st(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), {4}, None
    yield "zip-bomb.pt", zip_bomb(), {4}, None
    yield "overlapping.pt", overlapping_zip(), {0, 4}, None
    yield "evil.pt", torch_zip(EVIL), {0, 4}, None
    yield "evil-legacy.pt", pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2) + EVIL, {0, 4}, None
    yield "nested.pt", torch_zip(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."), {0, 4}, None
    yield "tuples.pt", torch_zip(b"\x80\x02N" + b"\x85" * 100_000 + b"."), {0, 4}, None
    yield "string-length.pt", torch_zip(b"\x80\x02X\xff\xff\xff\xff."), {4}, None
    yield "bytes-length.pt", torch_zip(b"\x80\x04\x8e" + struct.pack("<Q", 2 ** 63 - 1) + b"."), {4}, None
    yield "memo-index.pt", torch_zip(b"\x80\x02Nr\xff\xff\xff\xff."), {0, 4}, None
    yield "memo-recursion.pt", torch_zip(b"\x80\x02]q\x00h\x00a."), {0, 4}, None
    laughs = b"\x80\x02]q\x00" + b"".join(b"]q" + bytes([i]) + b"(h" + bytes([i - 1]) + b"h" + bytes([i - 1]) + b"e" for i in range(1, 60)) + b"."
    yield "laughs.pt", torch_zip(laughs), {0, 4}, None
    yield "numel.pt", torch_zip(state_dict(numel=2 ** 62), [("data/0", bytes(16))]), {0}, "w"
    yield "size-overflow.pt", torch_zip(state_dict(size=(2 ** 40, 2 ** 40)), [("data/0", bytes(16))]), {0}, "w"
    yield "stride.pt", torch_zip(state_dict(stride=(2 ** 40, 1)), [("data/0", bytes(16))]), {0}, "w"
    yield "storage-type.pt", torch_zip(state_dict(storage=b"FooStorage"), [("data/0", bytes(16))]), {0, 4}, None
    yield "no-storage.pt", torch_zip(state_dict()), {0}, "w"
    yield "key-path.pt", torch_zip(state_dict(key=b"../version"), [("data/0", bytes(16))]), {0}, "w"


def index(weight_map):
    return json.dumps({"metadata": {"total_size": -1}, "weight_map": weight_map}).encode()


def indexes():
    """As files(), beside good.safetensors with the keys a and b."""
    yield "good", index({"a": "good.safetensors"}), {0}, None
    yield "escape", index({"a": "../../etc/passwd"}), {4}, "plain name"
    yield "absolute", index({"a": "/etc/passwd"}), {4}, "plain name"
    yield "nul", index({"a": "good\0.safetensors"}), {4}, "plain name"
    yield "forged", index({"a": "x\nweightsmith: all is well\u202e"}), {3}, None
    yield "folder", index({"a": "."}), {4}, "plain name"
    yield "itself", index({"a": "itself.index.json"}), {4}, "plain name"
    yield "missing-shard", index({"a": "good.safetensors", "c": "none.safetensors"}), {0}, "none.safetensors"
    yield "missing-key", index({"a": "good.safetensors", "c": "good.safetensors"}), {0}, "“c”"
    yield "many", index({str(i): f"{i}.safetensors" for i in range(100_000)}), {4}, "more than 4,096 shards"
    yield "number", index({"a": 1}), {4}, "weight_map"
    yield "list", b"[]", {4}, "weight_map"
    yield "empty", b"", {4}, "weight_map"
    yield "cut", index({"a": "good.safetensors"})[:-12], {4}, "weight_map"
    yield "binary", bytes(range(256)), {4}, "weight_map"
    yield "deep", b'{"weight_map":' + b"[" * 100_000 + b"}", {4}, "weight_map"
    yield "deep-before", b'{"metadata":' + b"[" * 100_000 + b"]" * 100_000 + b',"weight_map":{}}', {4}, None
    yield "behind", b'{"weight_map":{"a":"good.safetensors"},"x":nul}', {4}, "weight_map"
    yield "total", index({"a": "good.safetensors"}), {0}, "total_size"
    yield "keys", b'{"weight_map":{' + b",".join(b'"%d":"x"' % i for i in range(1_000_001)) + b"}}", {4}, "more than 1,000,000 keys"


def huge():
    """Files that only want memory: name, head, what is repeated, tail, bytes in all, then as files(). They are written
    piece by piece."""
    most = 99_999_000

    def header(name, head, unit, tail, words, codes={4}, size=most):
        length = len(head) + (size - len(head) - len(tail)) // len(unit) * len(unit) + len(tail)
        return name + ".safetensors", struct.pack("<Q", length) + head, unit, tail, size + 8, codes, words

    entry_tail = b'],"data_offsets":[0,0]}}'
    yield header("many-brackets", b'{"a":', b"[", b"", "more than 8,000,000 values")
    yield header("many-zeros", b'{"a":[0', b",0", b"]}", "more than 8,000,000 values")
    yield header("many-words", b'{"a":1', b" 1", b"}", "more than 8,000,000 values")
    yield header("many-pairs", b'{"__metadata__":{"":""', b',"":""', b"}}", "more than 8,000,000 values")
    yield header("less-pairs", b'{"__metadata__":{"":""', b',"":""', b"}}", "more than 100,000 texts", size=11_000_000)
    yield header("many-sizes", b'{"a":{"dtype":"U8","shape":[1', b",1", entry_tail, "more than 8,000,000 values")
    yield header("less-sizes", b'{"a":{"dtype":"U8","shape":[1', b",1", entry_tail, "64", {0}, 7_000_000)
    yield header("many-empty", b'{"a":[]', b',"":[]', b"}", "not describe", {0}, 17_000_000)
    yield header("many-bad", b'{"a":["",[],[]]', b',"a":["",[],[]]', b"}", "more than 100,000 tensors")
    yield header("many-same", b'{"a":["U8",[0],[0,0]]', b',"a":["U8",[0],[0,0]]', b"}", "more than once", {0}, 17_000_000)
    yield header("long-name", b'{"', b"a", b'":5}', "a name in it has 100.0 MB")
    yield header("long-dtype", b'{"a":{"dtype":"', b"x", b'","shape":[0],"data_offsets":[0,0]}}', "its dtype has 100.0 MB", {0})
    yield header("long-field", b'{"a":{"', b"x", b'":5,"dtype":"U8","shape":[0],"data_offsets":[0,0]}}', "xxx", {0})
    yield header("long-key", b'{"__metadata__":{"', b"x", b'":5}}', "no texts with 100.0 MB")
    yield header("long-value", b'{"__metadata__":{"a":["', b"x", b'"]}}', "no texts with 60.0 MB", size=60_000_000)
    yield header("long-number", b'{"a":', b"1", b"}", "not valid JSON")
    yield header("blanks", b"", b" ", b"{}", "blanks", {0})
    yield header("nuls", b"{}", b"\0", b"", "NUL", {0})


def huge_indexes():
    """As huge(): indexes of shards of nearly the 64 MB that are read."""
    most = 67_000_000
    pairs = b'{"weight_map":{"":"x"'
    yield "index-brackets.index.json", b'{"weight_map":', b"[", b"", most, {4}, "more than 8,000,000 values"
    yield "index-zeros.index.json", b'{"weight_map":{},"x":[0', b",0", b"]}", most, {4}, "more than 8,000,000 values"
    yield "index-pairs.index.json", pairs, b',"":"x"', b"}}", most, {4}, "more than 8,000,000 values"
    yield "index-key.index.json", b'{"weight_map":{"', b"x", b'":"x"}}', most, {4}, "has a key of 67.0 MB"
    yield "index-file.index.json", b'{"weight_map":{"a":"', b"x", b'"}}', most, {4}, "plain name"
    yield "index-entries.index.json", b'{"":0', b',"":0', b"}", most, {4}, "weight_map"


def huge_targets():
    """As huge(), of nearly the 256 MB that are read of a manifest."""
    most = 255_000_000
    head, tail = b'{"weightsmith-manifest":1,"tensors":{"a":[1]', b"}}"
    for name, start, unit, end, words in (
        ("zeros", head + b',"b":[0', b",0", b"]" + tail, "an entry of more than 1.0 MB"),
        ("brackets", head + b',"b":', b"[", b"", "not valid JSON"),
        ("nested", head + b',"b":[[]', b",[]", b"]" + tail, "an entry of more than 1.0 MB"),
        ("keys", head, b',"b":[]', tail, "more than 1,000,000 keys"),
        ("plain-keys", b'{"a":[]', b',"b":[]', b"}", "more than 1,000,000 keys"),
        ("plain-zeros", b'{"a":[0', b",0", b"]}", "an entry of more than 1.0 MB"),
        ("long-key", head + b',"', b"x", b'":[]' + tail, "an entry of more than 1.0 MB"),
        ("blanks", head, b" ", b"," + tail, "an entry of more than 1.0 MB"),
        ("attributes", b'{"weightsmith-manifest":1,"attributes":{"a":[0', b",0", b']},"tensors":{}}', "beside its keys"),
        ("attributes-behind", head + b'},"attributes":{"a":[0', b",0", b']}}', "beside its keys"),
        ("escaped", b'{"weightsmith-manifest":1,"tens\\u006frs":{"a":[]', b',"b":[]', tail, "beside its keys"),
        ("behind", head + tail, b"0", b"", "beside its keys"),
    ):
        yield f"target-{name}.json", start, unit, end, most, {5}, words
    yield "target-same.json", head, b',"b":[]', tail, 6_900_000, {5}, "twice"
    yield "target-sizes.json", head, b',"b":[' + b"1," * 500_000 + b"1]", tail, most, {5}, "more than 64 sizes"
    yield "target-large.json", head, b" ", tail, 300_000_000, {5}, "too large"
    yield from huge_key_lists()


def huge_key_lists():
    """As huge(), of the 16 MiB that are read of a pasted list or message; what names few keys is a good target."""
    most = 16_700_000
    marker, size = b"# weightsmith-keys 1\n", b"size mismatch for "
    too_many = "more than 1,000,000 keys"
    for name, head, unit, tail, codes, words in (
        ("missing", b"Missing key(s) in state_dict: ", b'"a", ', b'"b".', {5}, too_many),
        ("missing-again", b"", b'Missing key(s) in state_dict: "a" ', b"", {0}, None),
        ("unexpected", b"unexpected_keys=[", b"'a',", b"]", {5}, too_many),
        ("bare", b"missing keys in source state_dict: ", b"a,", b"b", {5}, too_many),
        ("mismatch", b"", size + b"w: copying a param with shape torch.Size([1]) from checkpoint, the shape in current "
                         b"model is torch.Size([2]).\n", b"", {0}, None),
        ("mismatch-words", b"missing_keys= ", size, b"", {5}, "names no key"),
        ("mismatch-blanks", b"missing_keys= " + size + b"x:", b" ", b"", {5}, "names no key"),
        ("open", b"Missing key(s) in state_dict: ", b"[", b"", {0}, None),
        ("lines", marker, b"a.b [1, 2]\n", b"", {5}, too_many),
        ("no-lines", marker, b"\n", b"", {5}, "names no key"),
        ("sizes", marker + b"a [", b"1, ", b"1]\n", {0}, None),
        ("long-name", marker, b"a", b"\n", {5}, "neither a key"),
    ):
        yield f"keys-{name}.txt", head, unit, tail, most, codes, words
    yield "keys-large.txt", marker, b"a\n", b"", 20_000_000, {5}, "too large"


LEGACY = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))


# A storage is named, so what follows might be a tensor's.
STORAGE = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + b"0X\3\0\0\0cpuK\1tq\0Q0"


def greedy_pickles():
    """As huge(), of 100 MB each, as a zip and some as a legacy stream. The zip's members are written by hand: zipfile would
    compute a checksum of each, where none at all is allowed too."""
    most = 99_999_000
    for name, head, unit, words in (
        ("marks", b"", b"(", "more than 4,000,000 values wait"),
        ("lists", b"", b"]", "before the first tensor"),
        ("texts", b"", b"U\0", "more than 4,000,000 values wait"),
        ("text-list", b"]", b"(" + b"U\0" * 1000 + b"e", "before the first tensor"),
        ("memo", b"N", b"\x94", "before the first tensor"),
        ("memo-lists", b"", b"]\x940", "before the first tensor"),
        ("persistent", b"", b"NQ0", "before the first tensor"),
        ("attributes", b"", b"]}b0", "before the first tensor"),
        ("lists-beside", STORAGE, b"]", "its tensors do not need"),
        ("text-list-beside", STORAGE + b"]", b"(" + b"U\0" * 1000 + b"e", "its tensors do not need"),
        ("storages-beside", STORAGE, b"h\0Q0", "its tensors do not need"),
        ("tree-beside", STORAGE + b"]", b"(" + b"(K\1K\2t" * 1000 + b"e", "its tensors do not need"),
    ):
        member = b"archive/data.pkl"
        entry = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, most, most, len(member), 0)
        local = b"PK\3\4" + entry + member
        central = b"PK\1\2" + struct.pack("<H", 20) + entry + struct.pack("<HHHII", 0, 0, 0, 0, 0) + member
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + most, 0)
        filling = (most - len(head)) % len(unit)
        yield name + ".pt", local + head, unit, b"." * filling + central + end, len(local) + most + len(central) + len(end), {4}, words
        if name in ("marks", "lists", "memo"):
            yield name + "-legacy.pt", LEGACY + head, unit, b".", most, {4}, words


def greedy():
    """Small files that ask for much: as files()."""
    copies = b"(" + b"N" * 1_000_000 + b"tq\x000c__builtin__\nlist\nq\x010" + b"h\x01h\x00\x85R0" * 300_000 + b"."
    yield "copies.pt", torch_zip(b"\x80\x02" + copies), {4}, "before the first tensor"
    text = b"X" + struct.pack("<I", 100_000) + b"x" * 100_000 + b"q\x000]" + (b"(" + b"h\x00" * 1000 + b"e") * 1000 + b"."
    yield "text-again.pt", torch_zip(b"\x80\x02" + text), {4}, "which its tensors do not need"
    sizes = b"(" + b"K\x01" * 1_000_000 + b"tq\x000ctorch\nSize\nq\x010](" + b"h\x01h\x00\x85R" * 1000 + b"e."
    yield "sizes-again.pt", torch_zip(b"\x80\x02" + sizes), {0, 4}, None
    for name, unit in (("tuples", b"(K\1K\2t"), ("floats", b"G" + bytes(8)), ("dicts", b"}"), ("again", b"]q\1h\1")):
        listed = STORAGE + b"](" + unit * (8_000_000 // len(unit)) + b"e."
        yield name + "-beside.pt", torch_zip(b"\x80\x02" + listed), {0, 4}, None


def huge_recipes():
    """As huge(), of nearly the 4 MB that are read of a recipe; then with just less than the signs that are."""
    most, head, words = (4 << 20) - 100, b"weightsmith: 1\nsteps:\n", "more than 250,000 are not read"
    for name, start, unit, tail, signs in (
        ("brackets", b"- [", b"[", b"", 1), ("braces", b"- {", b"{", b"", 1), ("words", b"- drop: [a", b",a", b"]\n", 1),
        ("map", b"- rename-table: {a: b", b",a: b", b"}\n", 2), ("block", b"", b"- drop: a\n", b"", 2), ("dashes", b"", b"- ", b"", 1),
        ("lists", b"- [a", b",[]", b"]\n", 2), ("quotes", b"- [", b'"" ', b"]\n", 1), ("tags", b"- [", b"!a ", b"]\n", 1),
        ("anchors", b"- [", b"&a ", b"]\n", 1), ("colons", b"", b": ", b"\n", 1),
    ):
        yield f"recipe-{name}.yaml", head + start, unit, tail, most, {5}, words
        less = min(most, len(head + start) + len(unit) * (249_980 // signs))
        yield f"recipe-less-{name}.yaml", head + start, unit, b"", less, {5}, None
    start = b'{"weightsmith":1,"steps":[0'
    yield "recipe-zeros.json", start, b",0", b"]}", most, {5}, words
    yield "recipe-less-zeros.json", start, b",0", b"]}", 499_000, {5}, "more than 10000"
    yield "recipe-good-words.yaml", head + b"- drop: [a", b",a", b"]\n- x: y\n", 499_900, {5}, "x"
    yield "recipe-newlines.yaml", head, b"\n", b"- x: y", most, {5}, None
    yield "recipe-comments.yaml", head, b"#\n", b"- x: y", most, {5}, None


def huge_tables():
    """As huge(), of nearly the 128 MB that are read of a table of names."""
    most = 134_000_000
    for name, start, unit, tail, words in (
        ("columns.csv", b"a", b",a", b"", "67000000 columns"), ("field.csv", b"", b"a", b"", "a name of more than"),
        ("quote.csv", b'"', b"a", b"", "a name of more than"), ("blank.csv", b"", b"\n", b"", "more than 1,000,000"),
        ("same.csv", b"", b"a,b\n", b"", "more than 1,000,000"), ("zeros.json", b'{"a":[0', b",0", b"]}", "an entry of more than"),
        ("brackets.json", b'{"a":', b"[", b"", "an entry of more than"), ("pairs.json", b'{"a":"b"', b',"a":"b"', b"}", "more than 1,000,000"),
        ("blanks.json", b"{", b" ", b"}", "an entry of more than"), ("list.json", b"[0", b",0", b"]", "cannot be used"),
        ("key.json", b'{"', b"x", b'":"b"}', "an entry of more than"),
    ):
        yield "table-" + name, start, unit, tail, most, {5}, words
    yield "table-twice.json", b'{"a":"b"', b',"a":"b"', b"}", 7_900_000, {5}, "twice"


ESCAPED = {
    "newline.safetensors": st({"a\nweightsmith: all is well": entry(0, 4, [1])}, bytes(4)),
    "control.safetensors": st({"\x1b[31mred\u202ecba": entry(0, 4, [1]), "": entry(4, 8, [1])}, bytes(8)),
    "newline.pt": torch_zip(state_dict(name=b"a\n\x1b[2J"), [("data/0", bytes(16))]),
}

RECIPES = {
    "tab.yaml": (b"weightsmith: 1\nsteps:\n\t- strip-wrappers\n", "line 3"),
    "word.yaml": (b"weightsmith: 1\nsteps:\n  - strip-wrapers\n", "strip-wrappers"),
    "header.yaml": (b"weightsmith: 1\nstep:\n  - strip-wrappers\n", "steps"),
    "version.yaml": (b"weightsmith: 9\nsteps: []\n", "9"),
    "field.yaml": (b"weightsmith: 1\nsteps:\n  - rename: {exakt: a, to: b}\n", "exact"),
    "missing.yaml": (b"weightsmith: 1\nsteps:\n  - rename: {exact: a}\n", "to"),
    "choice.yaml": (b"weightsmith: 1\nsteps:\n  - strip-wrappers: {preset: tim}\n", "timm"),
    "dtype.yaml": (b"weightsmith: 1\nsteps:\n  - cast: float23\n", "float23"),
    "number.yaml": (b"weightsmith: 1\nsteps:\n  - remove-prefix: {prefix: a, times: many}\n", "many"),
    "twice.yaml": (b"weightsmith: 1\nsteps: []\nsteps: []\n", "line 3"),
    "braces.yaml": (b"weightsmith: 1\nsteps:\n  - rename: {from: {i}.a, to: b}\n", "line 3"),
    "star.yaml": (b"weightsmith: 1\nsteps:\n  - drop: {glob: *.weight}\n", "quote"),
    "regex.yaml": (b"weightsmith: 1\nsteps:\n  - rename: {regex: '(a', to: b}\n", "(a"),
    "capture.yaml": (b"weightsmith: 1\nsteps:\n  - rename: {from: 'a.{i}', to: 'b.{j}'}\n", "j"),
    "bind.yaml": (b"weightsmith: 1\nsteps: []\nbind: {skipp: [a]}\n", "skip"),
    "list.yaml": (b"- strip-wrappers\n", "recipe"),
    "empty.yaml": (b"", "empty"),
    "alias.yaml": (b"weightsmith: 1\nsteps: &a [*a]\n", "line 2"),
    "binary.yaml": (bytes(range(256)), "yaml"),
    "step-big.yaml": (b"weightsmith: 1\nsteps:\n" + b"  - strip-wrappers\n" * 10_001, "10001 steps"),
    "itself.yaml": (b"weightsmith: 1\nsteps:\n  - include: itself.yaml\n", "itself.yaml"),
    "device.yaml": (b"weightsmith: 1\nsteps:\n  - include: /dev/zero\n", "/dev/zero"),
    "folder.yaml": (b"weightsmith: 1\nsteps:\n  - include: ..\n", "no file"),
    "big.yaml": (b"# " + b"x" * (4 << 20) + b"\n", "4"),
}

TARGETS = {
    "text.json": (b"hello", 5), "list.json": (b"[1, 2]", 5), "number.json": (b'{"a": 3}', 5), "shape.json": (b'{"a": [-1]}', 5),
    "word.json": (b'{"weightsmith-manifest": 1, "tensors": {"a": {"dtype": "float23", "shape": [1]}}}', 5),
    "twice.json": (b'{"a": [1], "a": [1]}', 5), "version.json": (b'{"weightsmith-manifest": 7, "tensors": {}}', 5),
    "cut.json": (b'{"a": [1', 5), "huge.json": (b'{"a": [4294967296, 4294967296]}', 5),
}


def start(command, out, err, user):
    """Exit code and peak memory in MB of a command. To be called in a small process: a child starts with its parent's peak."""
    with open(out, "wb") as out_file, open(err, "wb") as err_file:
        process = subprocess.Popen(command, stdout=out_file, stderr=err_file, stdin=subprocess.DEVNULL, user=user)
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024


class Checker:
    def __init__(self, program, sanitized, folder, starter):
        self.program = program
        self.sanitized = sanitized
        self.folder = folder
        self.starter = starter
        self.failures = []
        self.count = 0
        self.most = 0, "nothing"

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(content)
        return path

    def write_huge(self, name, head, unit, tail, size):
        path = os.path.join(self.folder, name)
        repeated = (size - len(head) - len(tail)) // len(unit)
        block = max(1, (1 << 18) // len(unit))
        with open(path, "wb") as out:
            out.write(head)
            for _ in range(repeated // block):
                out.write(unit * block)
            out.write(unit * (repeated % block) + tail)
        return path

    def run(self, arguments, user):
        out, err = os.path.join(self.folder, "out"), os.path.join(self.folder, "err")
        code, megabytes = self.starter.submit(start, [self.program, *arguments], out, err, user).result()
        with open(out, encoding="utf-8") as out_file, open(err, encoding="utf-8") as err_file:
            return code, out_file.read(), err_file.read(), megabytes

    def check(self, what, arguments, codes, words, user=None):
        self.count += 1
        code, out, err, megabytes = self.run(arguments, user)
        said = out + err
        self.most = max(self.most, (megabytes, what))
        problem = None
        if code not in codes:
            problem = f"exit code {code}, not {codes}"
        elif code and not err.strip().endswith((".", "?", "!")):
            problem = "no whole sentence on standard error"
        elif words and words.lower() not in said.lower():
            problem = f"does not say “{words}”"
        elif megabytes > MOST_MEGABYTES and not self.sanitized:
            problem = f"{megabytes:.0f} MB"
        elif any(ord(c) < 32 and c not in "\n\t" or c == "\u202e" for c in said):
            problem = "prints control characters"
        if problem:
            self.failures.append(f"{what}: {problem}\n    {said.strip()[:400]}")
        return said


def main():
    program, sanitized = sys.argv[1], "--sanitized" in sys.argv
    with concurrent.futures.ProcessPoolExecutor(1) as starter, tempfile.TemporaryDirectory() as folder:
        _, own = starter.submit(start, ["true"], os.devnull, os.devnull, None).result()  # it starts while this process is small
        c = Checker(program, sanitized, folder, starter)
        good = c.write("good.safetensors", GOOD_ST)
        c.check("the good file", ["info", good], {0}, None)
        c.check("the good torch file", ["info", c.write("good.pt", GOOD_PT)], {0}, None)
        for name, content, codes, words in files():
            c.check(name, ["info", c.write(name, content), "--keys"], codes, words)
            os.remove(os.path.join(folder, name))
        for name, content, codes, words in greedy():
            c.check(name, ["info", c.write(name, content)], codes, words)
            os.remove(os.path.join(folder, name))
        for name, head, unit, tail, size, codes, words in itertools.chain(huge(), huge_indexes(), greedy_pickles()):
            c.check(name, ["info", c.write_huge(name, head, unit, tail, size)], codes, words)
            os.remove(os.path.join(folder, name))
        for name, content, codes, words in indexes():
            name += ".index.json"
            c.check(name, ["info", c.write(name, content), "--keys"], codes, words)
            os.remove(os.path.join(folder, name))
        for name, content in ESCAPED.items():
            said = c.check(name, ["info", c.write(name, content), "--keys"], {0}, None)
            if "\nweightsmith: all is well" in said or "\x1b" in said:
                c.failures.append(f"{name}: a name forges a line")
        for name, (content, words) in RECIPES.items():
            c.check("recipe " + name, ["plan", good, "--recipe", c.write(name, content)], {5}, words)
        for name, head, unit, tail, size, codes, words in huge_recipes():
            c.check(name, ["plan", good, "--recipe", c.write_huge(name, head, unit, tail, size)], codes, words)
            os.remove(os.path.join(folder, name))
        for name, head, unit, tail, size, codes, words in huge_tables():
            table = c.write_huge(name, head, unit, tail, size)
            recipe = c.write("table.yaml", b"weightsmith: 1\nsteps:\n  - rename-table: {file: %s}\n" % name.encode())
            c.check(name, ["plan", good, "--recipe", recipe], codes, words)
            os.remove(table)
        for name, (content, code) in TARGETS.items():
            c.check("target " + name, ["fit", good, "--target", c.write(name, content)], {code}, name)
        for name, head, unit, tail, size, codes, words in huge_targets():
            c.check(name, ["plan", good, "--target", c.write_huge(name, head, unit, tail, size)], codes, words)
            os.remove(os.path.join(folder, name))
        c.check("a target that is a recipe", ["fit", good, "--target", c.write("r.yaml", b"weightsmith: 1\nsteps: []\n")], {5}, "r.yaml")
        c.check("no file", ["info", os.path.join(folder, "none.pt")], {3}, "none.pt")
        c.check("a folder", ["info", folder], {3, 4}, "folder")
        os.mkfifo(os.path.join(folder, "pipe"))
        c.check("a pipe", ["info", os.path.join(folder, "pipe")], {3}, "pipe")
        if os.geteuid() == 0:
            os.chmod(good, 0)
            c.check("no permission", ["info", good], {3}, "permission", user=65534)
        c.check("a device", ["info", "/dev/zero"], {3}, "/dev/zero")
        if os.path.exists("/tmp/ws-pwned"):
            c.failures.append("a pickle was run")
    print("\n".join(c.failures))
    print(f"the most memory: {c.most[0]:.0f} MB for {c.most[1]}; {own:.0f} MB of a child are its parent's")
    print(f"{c.count - len(c.failures)} passed, {len(c.failures)} failed")
    sys.exit(bool(c.failures))


main()
