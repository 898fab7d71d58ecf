# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of tests/data/library/timm.case against timm's own filter functions: keys, order, shapes.

usage: timm_filters.py MODELS

MODELS is the folder timm/models of an unpacked timm; its functions run alone, so only torch has to be there.
"""
import ast
import bisect
import json
import math
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
    "timm/focalnet": ("focalnet", "checkpoint_filter_fn"), "timm/csatv2": ("csatv2", "checkpoint_filter_fn"),
    "timm/swin_v2_cr_old": ("swin_transformer_v2_cr", "checkpoint_filter_fn"),
    "timm/tresnet_old": ("tresnet", "checkpoint_filter_fn"), "timm/eva_from_dinov3": ("eva", "checkpoint_filter_fn"),
    "timm/eva_from_perception_encoder": ("eva", "_convert_pe"),
    "timm/qwen3_vl_vision": ("qwen3_vit", "checkpoint_filter_fn_encoder"),
    "timm/clip_resnet": ("byobnet", "_convert_openai_clip"), "timm/mvitv2": ("mvitv2", "checkpoint_filter_fn"),
    "timm/vit_from_radio": ("vision_transformer", "_convert_radio"),
}
# A key that is made stands behind all others, and in timm before the one it is made for.
IN_ANY_ORDER = {"timm/eva_from_perception_encoder", "timm/vit_from_radio"}
# With a model it would resize the position embedding, which is a step of its own here.
WITHOUT_MODEL = {"timm/vit_from_radio"}


class AttentionPool2d(types.SimpleNamespace):
    """The head that byobnet asks for by its class."""


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
    """`key dtype 2x3`, or a key alone for one number; lines that say where they are do not count."""
    words = [line.split() for line in lines if not line.startswith("[")]
    return {word[0]: torch.zeros([int(size) for size in word[2].split("x")] if len(word) > 2 else [1]) for word in words}


def function(models, module, name):
    """A function of timm without what it is imported with."""
    tree = ast.parse((models / f"{module}.py").read_text())
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    found.returns = None
    for argument in found.args.args:
        argument.annotation = None
    names = {"re": re, "math": math, "torch": torch, "nn": torch.nn, "bisect": bisect,
             "AttentionPool2d": AttentionPool2d, "RotAttentionPool2d": AttentionPool2d}
    exec(compile(ast.Module([found], []), module, "exec"), names)
    return names[name]


def model(case):
    """What the functions ask of a model."""
    target = tensors(case.get("target", []))
    wanted = {**tensors(case["after"]), **target}
    head = AttentionPool2d if "head.q.weight" in target else types.SimpleNamespace
    return types.SimpleNamespace(
        state_dict=lambda: wanted, get_parameter=lambda name: target[name], pos_embed=True, cls_attn_blocks=[None],
        patch_pos=torch.zeros(1),
        pixel_embed=types.SimpleNamespace(legacy=True, grid_size=(1, 1)),
        patch_embed=types.SimpleNamespace(proj=types.SimpleNamespace(weight=torch.zeros(8, 3, 2, 2))),
        merger=types.SimpleNamespace(fc2=None) if "merger.fc1.weight" in target else None,
        head=head(fc=torch.nn.Linear(1, 1)), **json.loads("{" + " ".join(case.get("attributes", [])) + "}"))


def main():
    same = failed = 0
    for case in cases():
        recipe = case["recipe"][0]
        if recipe not in ORIGINALS or "error" in case:
            continue
        asked = None if recipe in WITHOUT_MODEL else model(case)
        theirs = function(pathlib.Path(sys.argv[1]), *ORIGINALS[recipe])(tensors(case["before"]), asked)
        theirs = [(key, value.shape) for key, value in theirs.items()]
        ours = [(key, value.shape) for key, value in tensors(case["after"]).items()]
        order = sorted if recipe in IN_ANY_ORDER else list
        wrong = order(ours) != order(theirs)
        failed += wrong
        same += not wrong
        if wrong:
            print(f"--- {recipe}\n{ours}\nagainst\n{theirs}")
    print(f"{same} cases are as timm has them, {failed} differ")
    sys.exit(bool(failed))


main()
