# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that give grids another size against the functions of timm, VISSL, Classy Vision and MMPretrain: every bit.

usage: resize_timm.py WEIGHTSMITH FOLDER LOADERS OTHERS TIMM06

LOADERS is a folder that holds timm and vissl, OTHERS one with classy_vision and mmpretrain, TIMM06 one with timm 0.6; what
is compared runs alone, so only torch has to be there.
"""
import ast
import json
import logging
import math
import pathlib
import random
import sys
import types

import torch
import torch.nn.functional as F

import converting
import timmlayers

DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
ROUNDS = 12


def function(path, name, others=(), last=None, **names):
    """A function of a file, also of a class in it, without what the file imports; `last` leaves statements out."""
    tree = ast.parse(path.read_text())
    found = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in (name, *others)}
    for node in found.values():
        node.returns, node.decorator_list = None, []
        for argument in node.args.args:
            argument.annotation = None
    found[name].body = found[name].body[:last]
    names = {"torch": torch, "F": F, "math": math, "logging": logging, "_logger": logging, "_assert": lambda *_: None, **names}
    exec(compile(ast.Module(list(found.values()), []), str(path), "exec"), names)
    return names[name]


def side(rng, least=1):
    return rng.randint(least, 12)


def text(*size):
    return json.dumps(list(size))


def mae(posemb, prefix, size):
    """MAE's util/pos_embed.py is no package: as reference texts say, the tokens before the grid stay, a square grid becomes
    another by bicubic interpolation, neither antialiased nor with aligned corners, in its own dtype."""
    old = int((posemb.shape[1] - prefix) ** 0.5)
    grid = posemb[:, prefix:].reshape(1, old, old, posemb.shape[2]).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(size, size), mode="bicubic", align_corners=False)
    return torch.cat((posemb[:, :prefix], grid.permute(0, 2, 3, 1).flatten(1, 2)), 1)


class Originals:
    def __init__(self, loaders, others, timm06):
        self.pos, self.patch, self.rel = timmlayers.modules(loaders / "timm")
        models = loaders / "timm/models"
        self.radio = function(models / "vision_transformer.py", "_convert_radio",
                              resample_abs_pos_embed=self.pos.resample_abs_pos_embed, Dict=dict, Optional=dict)
        self.nest = function(models / "nest.py", "resize_pos_embed", ("blockify", "deblockify"))
        self.mvit = function(models / "mvitv2.py", "checkpoint_filter_fn")
        levit = {"resize_rel_pos_bias_table_levit": self.rel.resize_rel_pos_bias_table_levit}
        self.tiny = function(models / "tiny_vit.py", "checkpoint_filter_fn", **levit)
        self.old = function(timm06 / "timm/models/vision_transformer.py", "resize_pos_embed")
        self.convit = function(loaders / "vissl/models/trunks/convit.py", "interpolate_position_embedding")
        self.classy = function(others / "classy_vision/models/vision_transformer.py", "set_classy_state", last=-1)
        self.mmpretrain = function(others / "mmpretrain/models/utils/embed.py", "resize_pos_embed")


def pos_embed(o, rng, randn):
    """Steps of position embeddings: what the body says, the tensor, and what the original makes of it."""
    h, w, y, x = (side(rng) for _ in range(4))
    prefix, dim = rng.choice((0, 1, 2, 5)), rng.randint(1, 9)
    grids, tokens = f"from: {text(h, w)}, to: {text(y, x)}", f"prefix-tokens: {prefix}"
    a = randn(1, prefix + h * w, dim)
    for mode in ("bicubic", "bilinear"):
        for antialias in (True, False):
            for corners in (None, True):
                yield (f"resize-pos-embed: {{{grids}, {tokens}, method: {mode}, antialias: {str(antialias).lower()}, "
                       f"align-corners: {str(bool(corners)).lower()}}}", a, lambda t, mode=mode, antialias=antialias, corners=corners:
                       o.pos.resample_abs_pos_embed(t, [y, x], [h, w], prefix, mode, antialias, align_corners=corners))
    yield (f"resize-pos-embed: {{{grids}, preset: mmengine}}", a, lambda t: o.mmpretrain(t, (h, w), (y, x), "bicubic", prefix))
    if (h, w) != (y, x):
        yield (f"resize-pos-embed: {{{grids}, layout: nhwc}}", randn(1, h, w, dim),
               lambda t: o.pos.resample_abs_pos_embed_nhwc(t, [y, x]).contiguous())
    n = side(rng)
    square = randn(1, prefix + n * n, dim)
    if n not in (y, x):
        yield (f"resize-pos-embed: {{to: {text(y, x)}, preset: timm-0.6, {tokens}}}", square,
               lambda t: o.old(t, torch.zeros(1, prefix + y * x, 1), prefix, (y, x)))
        yield (f"resize-pos-embed: {{to: {text(y, y)}, preset: mae, {tokens}}}", square, lambda t: mae(t, prefix, y))
        yield (f"resize-pos-embed: {{to: {text(y, y)}, preset: vissl}}", randn(1, n * n, dim),
               lambda t: o.convit(types.SimpleNamespace(embed_dim=dim, seq_length=y * y, image_size=y * 4, patch_size=4), t))
        token = prefix > 0
        yield (f"resize-pos-embed: {{to: {text(y, y)}, preset: classy, prefix-tokens: {int(token)}}}", randn(token + n * n, 1, dim),
               lambda t: classy(o, t, y, token))
    for corners in (None, True):
        yield (f"resize-pos-embed: {{to: {text(y, x)}, preset: radio, align-corners: {str(bool(corners)).lower()}}}",
               randn(1, n * n, dim), lambda t, corners=corners: radio(o, t, (y, x), corners))
    blocks, places, new, more = rng.randint(1, 3), rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 8)
    if places != new:
        yield (f"resize-pos-embed: {{to: {text(blocks * new, blocks * new)}, layout: blocked, preset: timm-0.6}}",
               randn(1, blocks ** 2, places ** 2, more),
               lambda t: o.nest(t, torch.zeros(1, blocks ** 2, new ** 2, 1)))


def classy(o, t, size, token):
    model = types.SimpleNamespace(hidden_dim=t.shape[2], seq_length=token + size * size, classifier="token" if token else "gap",
                                  image_size=size * 4, patch_size=4)
    state = {"model": {"trunk": {"encoder.pos_embedding": t}}}
    o.classy(model, state)
    return state["model"]["trunk"]["encoder.pos_embedding"]


def radio(o, t, size, corners):
    model = types.SimpleNamespace(pos_embed=t, patch_embed=types.SimpleNamespace(grid_size=size))
    return o.radio({"radio_model.model.patch_generator.pos_embed": t}, model, align_corners=corners)["pos_embed"]


def patch_embed(o, rng, randn):
    h, w, y, x = (rng.choice((1, 2, 3, 4, 7, 8, 14, 16)) for _ in range(4))
    a = randn(rng.randint(1, 20), rng.randint(1, 4), h, w)
    linear = randn(rng.randint(1, 20), 3, h, h)
    for mode in ("bicubic", "bilinear"):
        for antialias in (True, False):
            how = f"to: {text(y, x)}, interpolation: {mode}, antialias: {str(antialias).lower()}"
            resample = lambda t, mode=mode, antialias=antialias: o.patch.resample_patch_embed(t, [y, x], mode, antialias)
            yield f"resize-patch-embed: {{{how}}}", a, resample
            if (h, w) != (y, x):
                yield (f"resize-patch-embed: {{{how}, method: interpolate}}", a, lambda t, mode=mode, antialias=antialias:
                       F.interpolate(t.float(), size=(y, x), mode=mode, antialias=antialias).to(t.dtype))
            yield (f"resize-patch-embed: {{{how}, layout: linear-chw}}", linear.flatten(1),
                   lambda t, resample=resample: resample(t.reshape(-1, 3, h, h)).flatten(1))
            yield (f"resize-patch-embed: {{{how}, layout: linear-hwc}}", linear.permute(0, 2, 3, 1).flatten(1),
                   lambda t, resample=resample: resample(t.reshape(-1, h, h, 3).permute(0, 3, 1, 2).contiguous()).permute(0, 2, 3, 1).flatten(1))


def rel_pos_bias(o, rng, randn):
    h, w, y, x, n = (side(rng) for _ in range(5))
    heads, extra = rng.randint(1, 6), rng.choice((0, 3))
    rows = (2 * y - 1) * (2 * x - 1) + extra
    square = randn((2 * n - 1) ** 2 + extra, heads)
    table = lambda t, old=None: o.rel.resize_rel_pos_bias_table(t, (y, x), (rows, heads), old)
    yield f"resize-rel-pos-bias: {{to: {text(y, x)}, extra-rows: {extra}}}", square, table
    yield (f"resize-rel-pos-bias: {{to: {text(y, x)}, from: {text(h, w)}, extra-rows: {extra}}}",
           randn((2 * h - 1) * (2 * w - 1) + extra, heads), lambda t: table(t, (h, w)))
    yield (f"resize-rel-pos-bias: {{to: {text(y, x)}, layout: heads-h-w}}", randn(heads, 2 * h - 1, 2 * w - 1),
           lambda t: o.rel.resize_rel_pos_bias_table(t, (y, x), (heads, 2 * y - 1, 2 * x - 1)))
    yield (f"resize-rel-pos-bias: {{to: {text(y, x)}, extra-rows: {extra}, method: bicubic}}", square,
           lambda t: o.rel.resize_rel_pos_bias_table_simple(t, (y, x), (rows, heads)))
    yield (f"resize-rel-pos-bias: {{to: {text(y, x)}, method: bicubic, layout: heads-h-w}}",
           randn(heads, 2 * h - 1, 2 * w - 1),
           lambda t: o.rel.resize_rel_pos_bias_table_simple(t, (y, x), (heads, 2 * y - 1, 2 * x - 1)))
    yield (f"resize-rel-pos-bias: {{to: {text(y, y)}, method: levit}}", randn(n * n, heads),
           lambda t: o.rel.resize_rel_pos_bias_table_levit(t, (y * y, heads)))
    yield (f"resize-rel-pos-bias: {{to: {text(y, y)}, method: levit, layout: heads-rows}}", randn(heads, n * n),
           lambda t: o.tiny({"attention_biases": t}, model_of({"attention_biases": torch.zeros(heads, y * y)}))["attention_biases"])
    lines = rng.randint(1, 30)
    key = "stages.0.blocks.0.norm1.weight"
    yield (f"resize-rel-pos-bias: {{to: {text(y, y)}, method: linear-1d}}", randn(lines, heads),
           lambda t: o.mvit({key: t, "rel_pos": t}, model_of({"rel_pos": torch.zeros(2 * y - 1, heads)}))["rel_pos"])


def model_of(tensors):
    return types.SimpleNamespace(state_dict=lambda: tensors)


def main():
    weightsmith, folder, *packages = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # a pseudo-inverse and sums of products differ between one thread and two
    originals, same, failed = Originals(*packages), 0, 0
    for kind in (pos_embed, patch_embed, rel_pos_bias):
        for number, dtype in enumerate(DTYPES):
            rng, generator = random.Random(number), torch.Generator().manual_seed(number)
            randn = lambda *shape: torch.randn(shape, generator=generator).to(dtype)
            rows = [one for _ in range(ROUNDS) for one in kind(originals, rng, randn)]
            source = {f"{place}": tensor.contiguous() for place, (_, tensor, _) in enumerate(rows)}
            torch.save(source, folder / "source.pt")
            steps = [step.replace("{", f"{{where: {{exact: '{place}'}}, ", 1) for place, (step, _, _) in enumerate(rows)]
            wanted = {str(place): original(tensor.contiguous()) for place, (_, tensor, original) in enumerate(rows)}
            after = converting.convert(weightsmith, folder, "\n  - ".join(steps), folder / f"{kind.__name__}-{number}.pt")
            for place, (step, tensor, _) in enumerate(rows):
                key = str(place)
                differ = converting.compare({key: after[key]}, {key: wanted[key]})
                failed += bool(differ)
                same += not differ
                if differ:
                    print(f"{dtype} {list(tensor.shape)}: {step}")
    print(f"{same} tensors are theirs, {failed} differ")
    sys.exit(bool(failed))


main()
