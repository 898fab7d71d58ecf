# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of tests/data/library/timm*.case against timm's own filter functions: keys, order, and every bit.

usage: timm_filters.py WEIGHTSMITH FOLDER LOADERS

LOADERS is a folder that holds an unpacked timm; its functions run alone, so only torch has to be there.
"""
import ast
import bisect
import functools
import json
import logging
import math
import pathlib
import re
import subprocess
import sys
import types
import typing

import torch

import listing
import timmlayers

CASES = sorted((pathlib.Path(__file__).parent.parent / "data/library").glob("timm*.case"))
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
    "timm/clip_resnet": ("byobnet", "_convert_openai_clip"),
    "timm/swin_old": ("swin_transformer", "checkpoint_filter_fn"),
    "timm/swin_v2_old": ("swin_transformer_v2", "checkpoint_filter_fn"),
    "timm/vit_from_dinov2": ("vision_transformer", "checkpoint_filter_fn"),
    "timm/vit_from_radio": ("vision_transformer", "_convert_radio"),
    "timm/mvitv2_old": ("mvitv2", "checkpoint_filter_fn"),
}
# A recipe for many models, by its cases.
FOR_SIZES = {
    "ViT for 384 instead of 224": "vision_transformer", "BEiT with another window, which is no square": "beit",
    "MaxViT with another window": "maxxvit", "TinyViT with other windows": "tiny_vit", "MViTv2 with longer tables": "mvitv2",
}
# Tables of the authors' files are resized by ours alone.
OURS_ALONE = {"SlowFast MViTv2 that expands in its MLPs, with longer tables"}
# A key that is made stands behind all others, and in timm before the one it is made for.
IN_ANY_ORDER = {"timm/eva_from_perception_encoder", "timm/vit_from_radio"}


class AttentionPool2d(types.SimpleNamespace):
    """The head that byobnet asks for by its class."""


def cases():
    """Of each case, its title and sections: name to lines."""
    for file in CASES:
        title, sections, name = None, {}, None
        for line in file.read_text().splitlines() + ["=== "]:
            if line.startswith("=== "):
                if sections:
                    yield title, sections
                title, sections, name = line[4:], {}, None
            elif line.startswith("--- "):
                name = line[4:]
                sections[name] = []
            elif name and line.strip():
                sections[name].append(line)


def tensors(lines):
    """`key dtype 2x3`, or a key alone for one number; values by chance, all above zero."""
    generator, made = torch.Generator().manual_seed(7), {}
    for words in map(str.split, lines):
        shape = [] if words[2:] == ["scalar"] else [int(size) for size in words[2].split("x")] if words[2:] else [1]
        dtype = getattr(torch, words[1]) if words[1:] else torch.float32
        made[words[0]] = (torch.rand(shape, generator=generator) + 0.5).to(dtype)
    return made


def function(models, module, name):
    """A function of timm without what it is imported with; those beside it that it may call, too."""
    names = {"re": re, "torch": torch, "nn": torch.nn, "F": torch.nn.functional, "bisect": bisect, "math": math,
             "partial": functools.partial, "_logger": logging.getLogger(), "AttentionPool2d": AttentionPool2d,
             "RotAttentionPool2d": AttentionPool2d, **{one: getattr(typing, one) for one in typing.__all__},
             **timmlayers.functions(models.parent)}
    for file in ("_input", module):
        for node in ast.parse((models / f"{file}.py").read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list:
                node.returns = None
                for argument in node.args.args:
                    argument.annotation = None
                try:
                    exec(compile(ast.Module([node], []), file, "exec"), names)
                except NameError:
                    assert node.name != name, f"{module}.{name} needs more than is here"
    return names[name]


def model(case):
    """What the functions ask of a model."""
    target = tensors(case.get("target", []))
    wanted = {**tensors(case["after"]), **target}
    attributes = json.loads("{" + ",".join(case.get("attributes", [])) + "}")
    head = AttentionPool2d if "head.q.weight" in target else types.SimpleNamespace
    kernel = wanted.get("patch_embed.proj.weight", torch.zeros(8, 3, 2, 2))

    def submodule(name):
        table = target[name + ".relative_position_bias_table"]
        rows = table.shape[0] if table.ndim == 2 else table.shape[1] ** 2
        square = [(math.isqrt(rows) + 1) // 2] * 2
        fits = math.isqrt(rows) ** 2 == rows
        return types.SimpleNamespace(window_size=square if fits else attributes["window_size"],
                                     relative_position_bias_table=table)

    return types.SimpleNamespace(
        state_dict=lambda: wanted, get_parameter=lambda name: target[name], cls_attn_blocks=[None], get_submodule=submodule,
        pos_embed=wanted.get("pos_embed", True), no_embed_class=attributes.get("no_embed_class", False),
        num_prefix_tokens=attributes.get("num_prefix_tokens", 1), patch_pos=torch.zeros(1), depths=attributes.get("depths"),
        expand_attn=attributes.get("expand_attn", True), pixel_embed=types.SimpleNamespace(legacy=True, grid_size=(1, 1)),
        patch_embed=types.SimpleNamespace(proj=types.SimpleNamespace(weight=kernel), grid_size=grid_of(wanted, attributes)),
        merger=types.SimpleNamespace(fc2=None) if "merger.fc1.weight" in target else None,
        head=head(fc=torch.nn.Linear(1, 1)))


def grid_of(wanted, attributes):
    """What the model would know of itself: what it states, or a square."""
    tokens = wanted["pos_embed"].shape[1] if "pos_embed" in wanted and wanted["pos_embed"].ndim == 3 else 2
    return tuple(attributes.get("grid_size", [math.isqrt(tokens - 1)] * 2))


def converted(weightsmith, folder, case):
    """What our program makes of the case."""
    torch.save(tensors(case["before"]), folder / "source.pt")
    command = [weightsmith, "convert", "--quiet", folder / "source.pt", "-o", folder / "out.pt", "--force", "--recipe", case["recipe"][0]]
    if "target" in case:
        wanted = {**tensors(case["after"]), **tensors(case["target"])}
        manifest = {"weightsmith-manifest": 1, "attributes": json.loads("{" + ",".join(case.get("attributes", [])) + "}"),
                    "tensors": {key: {"shape": list(value.shape), "dtype": listing.word(value)} for key, value in wanted.items()}}
        (folder / "target.json").write_text(json.dumps(manifest))
        recipe = folder / "kept.recipe.yaml"
        recipe.write_text(f"weightsmith: 1\nsteps: [include: {case['recipe'][0]}]\nbind: {{order: source}}\n")
        command[-1] = recipe
        command += ["--target", folder / "target.json"]
    done = subprocess.run(command, capture_output=True, text=True)
    return torch.load(folder / "out.pt", weights_only=True) if done.returncode == 0 else done.stderr


def main():
    weightsmith, folder, models = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]) / "timm/models"
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # a pseudo-inverse differs between one thread and two
    same = failed = 0
    for title, case in cases():
        recipe = case["recipe"][0]
        original = (FOR_SIZES.get(title), "checkpoint_filter_fn") if recipe == "timm/other_image_size" else ORIGINALS.get(recipe)
        if not original or not original[0] or title in OURS_ALONE:
            continue
        after = tensors(case["after"])
        theirs = function(models, *original)(tensors(case["before"]), model(case))
        theirs = {key: value.to(after[key].dtype) if key in after else value for key, value in theirs.items()}  # as a model does
        order = sorted if recipe in IN_ANY_ORDER else list
        said = [(key, list(value.shape)) for key, value in after.items()]
        ours = converted(weightsmith, folder, case)
        wrong = order(said) != order([(key, list(value.shape)) for key, value in theirs.items()])
        if isinstance(ours, str):
            wrong, found = True, ours
        else:
            found = [key for key in theirs if key not in ours or ours[key].dtype != theirs[key].dtype
                     or listing.dense_bytes(ours[key]) != listing.dense_bytes(theirs[key])]
            wrong = wrong or bool(found) or order(ours) != order(theirs)
        failed += wrong
        same += not wrong
        if wrong:
            print(f"--- {recipe}: {title}\n{said}\nagainst\n{[(key, list(value.shape)) for key, value in theirs.items()]}\n{found}")
    print(f"{same} cases are as timm has them, {failed} differ")
    sys.exit(bool(failed))


main()
