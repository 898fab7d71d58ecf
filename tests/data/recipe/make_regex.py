#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write regex.tsv: what Python's re.sub and fnmatch say. Columns: pattern, replacement, count, text, result.

A result of `!` means that Python refuses. Fields are JSON strings. Run: python3 make_regex.py > regex.tsv
"""
import fnmatch
import json
import re
import sys
import warnings

warnings.simplefilter("ignore")

TEXTS = ["", "a", "layers.0.norm1.weight", "aabxbc", "module.module.x", "stages2.10.dw", "Ünï.٣.x", "a\nb\n", "x{1}y",
         "a.b/c", "a\x1cb\u2003c", "norm12norm3", "[a]-b", "tab\there\\", "AbC", "ß.K.ſ"]
PATTERNS = [
    ("x*", "-"), ("", "-"), ("a|", "-"), ("b*?", "-"), ("^", "p."), ("$", "!"), (r"\Z", "!"), (r"\A", "p."), ("(?m)^", ">"),
    (r"\d+", "#"), (r"\D+", "#"), (r"\w+", "w"), (r"\W", "_"), (r"\s", "_"), (r"\S", "s"), (r"[\s]", "_"), (r"[^\s]", "s"),
    (r"(?a)\w+", "w"), (r"(?a)\d", "#"), (r"\b", "|"), (r"\B", "|"), (r"^module\.", ""), ("^module.", ""),
    (r"(\d+)\.(\d+)", r"\2.\1"), (r"(?P<n>norm)(\d)", r"\g<n>_\g<2>"), (r"(?P<n>norm)(\d)", r"\g<0>!"), (r"(a)|(b)", r"[\1\2]"),
    (r"(a)?b", r"<\1>"), (r"(?P<q>.)(?P=q)", r"\g<q>"), (r"(.)\1", r"\1"), (r"a{,2}", "A"), (r"a{2,}", "A"), (r"a{1}", "A"),
    (r"x{", "y"), (r"x{1}", "y"), (r"x\{1\}", "y"), ("{", "b"), ("x{a}", "y"), (r"[[]", "("), (r"[]a]", "*"), (r"[^]a]", "*"),
    (r"[a\]]", "*"), (r"[\w.]+", "w"), (r"[a-c]", "z"), (r"[\d]", "#"), (r"[[:alpha:]]", "?"), (r"(?i)abc", "x"), (r"(?i)k", "k!"), (r"(?i)ss", "!"),
    (r"(?i:A)b", "x"), (r"(?s).+", "all"), (".+", "line"), (r"(?x) a b # c", "ab"), (r"(?<=a)b", "B"), (r"(?<!a)b", "B"),
    (r"a(?=b)", "A"), (r"a(?!b)", "A"), (r"(?:ab)+", "x"), (r"(?#comment)a", "b"), (r"(a)?(?(1)b|x)", "c"), (r"\x61", "A"),
    (r"\u0061", "A"), (r"\141", "A"), (r"\0", "0"), (r"\t", "T"), (r"\v", "V"), (r"\n", "N"), (r"\\", "/"), (r"\.", "-"), (r"\-", "~"),
    (r"\/", "|"), (r"a", r"\n"), (r"a", r"\t\\"), (r"a", r"\."), (r"a", r"$1"), (r"a", r"\&"), (r"(a)", r"\g<1>0"), (r"(a)", r"\100"),
    (r"(a)", r"\07"), (r"a++", "x"), (r"(?>a+)b", "x"), (r"stages([0-9]).([0-9]+)", r"s.\1.\2"), ("ä|ü|Ü", "u"), (".", "·"),
    # refused
    ("(", ""), (")", ""), ("[a", ""), ("*a", ""), ("a**", ""), ("a{2}{3}", ""), ("^*", ""), (r"\K", ""), (r"\Qa\E", ""), (r"\R", ""),
    (r"\h", ""), (r"\p{L}", ""), (r"(?R)", ""), (r"(?1)", ""), (r"(?<n>a)", ""), (r"(?|a|b)", ""), (r"(*UTF)", ""), (r"\G", ""),
    (r"(?P>n)", ""), (r"a(?i)b", ""), (r"\x6", ""), (r"\u12", ""), ("a\\", ""), (r"[b-a]", ""), (r"(?P<1>a)", ""), (r"(?P=x)", ""),
    (r"\2(a)", ""), (r"(?<=a*)b", ""), (r"a", r"\1"), (r"a", r"\q"), (r"a", r"\g<x>"), (r"a", r"\g"), ("(?P<n>a)(?P<n>b)", ""),
    (r"(?(2)a)", ""), (r"\8", ""), ("|*", ""), ("(?z)", ""),
]
GLOBS = ["*", "*.weight", "layers.?.*", "[a-c]*", "[!a]*", "a[", "[]]", "[[]a]-b", "*{1}*", "a.b/c", "*\n*", "[a-]*", "?", "", "*.[0-9]*.*"]


def main():
    out = sys.stdout
    line = lambda *fields: out.write("\t".join(json.dumps(field) for field in fields) + "\n")
    for pattern, replacement in PATTERNS:
        for count in (0, 1):
            for text in TEXTS:
                try:
                    result = re.sub(pattern, replacement, text, count=count)
                except (re.error, IndexError):
                    result = None
                line("re", pattern, replacement, count, text, result)
                if result is None:
                    break
            if result is None:
                break
    for pattern in GLOBS:
        for text in TEXTS:
            line("glob", pattern, "", 0, text, "yes" if fnmatch.fnmatchcase(text, pattern) else "no")


main()
