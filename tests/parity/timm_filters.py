# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of tests/data/library/timm.case against timm's own filter functions: keys, order, shapes.

usage: timm_filters.py MODELS

MODELS is the folder timm/models of an unpacked timm; its functions run alone, so only torch has to be there.
"""
import ast
import bisect
import pathlib
import re
import sys
import types

import torch

CASES = pathlib.Path(__file__).parent.parent / "data/library/timm.case"
# Recipe, file and function; the others are not timm's.
ORIGINALS = {
    "timm/sequencer_old": ("sequencer", "checkpoint_filter_fn"), "timm/tnt_old": ("tnt", "checkpoint_filter_fn"),
    "timm/efficientformer": ("efficientformer", "checkpoint_filter_fn"), "timm/fastvit": ("fastvit", "checkpoint_filter_fn"),
    "timm/beit3": ("vision_transformer", "_convert_beit3"), "timm/convnext": ("convnext", "checkpoint_filter_fn"),
    "timm/poolformer_old": ("metaformer", "checkpoint_filter_fn"), "timm/xcit": ("xcit", "checkpoint_filter_fn"),
    "timm/focalnet": ("focalnet", "checkpoint_filter_fn"),
}


def cases():
    """Of each case, its sections: name to lines."""
    sections, name = {}, None
    for line in CASES.read_text().splitlines() + ["=== "]:
        if line.startswith("=== "):
            if sections:
                yield sections
            sections, name = {}, None
        elif line.startswith("--- "):
            name = line[4:]
            sections[name] = []
        elif name and line.strip():
            sections[name].append(line)


def tensors(lines):
    """`key dtype 2x3`, or a key alone for one number."""
    words = [line.split() for line in lines]
    return {word[0]: torch.zeros([int(size) for size in word[2].split("x")] if len(word) > 2 else [1]) for word in words}


def function(models, module, name):
    """A function of timm without what it is imported with."""
    tree = ast.parse((models / f"{module}.py").read_text())
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    found.returns = None
    for argument in found.args.args:
        argument.annotation = None
    names = {"re": re, "torch": torch, "nn": torch.nn, "bisect": bisect}
    exec(compile(ast.Module([found], []), module, "exec"), names)
    return names[name]


def model(case):
    """What the functions ask of a model."""
    wanted = {**tensors(case["after"]), **tensors(case.get("target", []))}
    return types.SimpleNamespace(
        state_dict=lambda: wanted, pos_embed=True, cls_attn_blocks=[None], patch_pos=torch.zeros(1),
        pixel_embed=types.SimpleNamespace(legacy=True, grid_size=(1, 1)),
        head=types.SimpleNamespace(fc=torch.nn.Linear(1, 1)))


def main():
    same = failed = 0
    for case in cases():
        recipe = case["recipe"][0]
        if recipe not in ORIGINALS:
            continue
        theirs = function(pathlib.Path(sys.argv[1]), *ORIGINALS[recipe])(tensors(case["before"]), model(case))
        ours = [(key, value.shape) for key, value in tensors(case["after"]).items()]
        wrong = ours != [(key, value.shape) for key, value in theirs.items()]
        failed += wrong
        same += not wrong
        if wrong:
            print(f"--- {recipe}\n{ours}\nagainst\n{[(key, value.shape) for key, value in theirs.items()]}")
    print(f"{same} cases are as timm has them, {failed} differ")
    sys.exit(bool(failed))


main()
