# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes exported as Python against `weightsmith convert`: keys, order, every bit of the tensors, and the report.

usage: export_python.py WEIGHTSMITH FOLDER
"""
import importlib.util
import json
import logging
import pathlib
import random
import re
import subprocess
import sys

import torch

import listing

REFUSED = "- add-prefix: a.\n- remove-prefix: {prefix: [a.module.layers.0., a.module.layers.1.]}"
# Steps, and a target (key: shape) where they ask for one.
CASES = [
    ("- strip-wrappers\n- rename: {prefix: 'layers.', to: 'blocks.'}", None),
    ("- strip-wrappers: timm\n- strip-wrappers: {preset: fvcore}\n- add-prefix: {prefix: m., only-if-absent: true}", None),
    ("- strip-wrappers: {only-if: all, repeat: false}\n- remove-prefix: {prefix: [module., m.], times: all}", None),
    ("- remove-prefix: {prefix: module., only-if: all}\n- remove-prefix: {prefix: module., where: {suffix: weight}}", None),
    ("- rename: {from: 'layers.{i}.{x:*}', to: '{x}.{i+1:03}.{i}'}\n  collision: keep-last", None),
    ("- rename: {regex: '(\\d+)\\.(w)?', to: '{$1*2-1}_\\2.'}\n  collision: keep-last", None),
    ("- rename: {regex: '(?P<n>[a-z]+)\\d*$', to: 'x\\g<n>\\g<0>', count: first}\n  collision: keep-last", None),
    ("- rename: {from: '{p:weight|bias}', to: 'p_{p}', at: end, place: start}", None),
    ("- rename: {from: 'layers.{i:even}', to: 'even.{i // 2}'}\n- rename: {from: 'layers.{i:1..3}', to: 'few.{i % 2}'}\n"
     "  collision: keep-last", None),
    ("- rename: {text: norm, to: 'norm{i}', where: {template: '{a:**}layers.{i}.norm.weight', has: '{a}layers.{i}.norm.bias'}}",
     None),
    ("- rename-group: [{text: weight, to: bias}, {suffix: bias, to: weight}]", None),
    ("- rename-group: {rules: [{prefix: module., to: ''}, {regex: '^(l)', to: '{1}{a}', only: {regex: '(?P<a>.)$'}}],\n"
     "                 mode: chain, where: {not: {ndim: 1}}}\n  collision: keep-last", None),
    ("- rename-table: {pairs: {head.weight: fc.weight, head.bias: null, no: where}}", None),
    ("- pairs: {pairs: {head.weight: head.bias}}", None),
    ("- renumber: {at: 'module.layers.{i}', order: [2, 0, 2]}", None),
    ("- renumber: {at: '{x:*}.layers.{i}', order: reverse}\n- renumber: {at: 'module.layers.{i}', shift: 7}", None),
    ("- drop: {contains: [norm, bias], dtype: [float32, int64]}\n- keep: {any-of: [{ndim: [2, 4]}, {glob: '*.?ead*'}]}", None),
    ("- keep-prefix: module.\n- move: {where: {suffix: bias}, to: start}\n- move: {where: {numel: {min: 20}}}", None),
    ("- drop: {shape: [[4], [3, 4]]}\n- drop: {not: {all: [{prefix: module.}, {regex: '\\d'}]}}", None),
    ("- assert: {exists: head.weight, absent: nothing, count: {of: {ndim: 4}, min: 1}, dtype: {head.bias: float32}}\n"
     "- {add-prefix: x., when: {has: head.weight, not: {any: {prefix: q}}}}\n- {add-prefix: y., when: {has: no}}\n"
     "- {stop: enough, when: {any: {prefix: x.}}}\n- add-prefix: z.", None),
    ("- permute: {dims: [3, 0, -2, 1], where: {ndim: 4}}\n- transpose: {dims: [0, -1], where: {ndim: 2}}", None),
    ("- unsqueeze: {dim: 1, where: {ndim: 2}}\n- squeeze: {dim: 1, where: {ndim: 3}}\n- flatten: {start: 1, where: {ndim: 4}}", None),
    ("- reshape: {shape: ['in[3]', -1, 'in[0] * 1'], where: {ndim: 4}}\n- flatten\n- cast: bfloat16", None),
    ("- cast: {dtype: float16, overflow: clamp}\n- cast: {dtype: int8, overflow: clamp, where: {suffix: norm.weight}}", None),
    ("- cast: float8_e4m3fn\n- {cast: {dtype: float64, only: all, where: {dtype: int64}}, required: true}", None),
    ("- transpose: {dims: [0, 1], only-if-needed: true}\n- reshape: target\n- drop: {in-target: [absent, other-rank]}",
     {"head.weight": [4, 3], "head.bias": [2, 2], "module.layers.0.conv.weight": [2, 3, 2, 2], "missing": [1],
      "norm.num_batches_tracked": []}),
    ("- match-by-suffix\n- add-prefix: {prefix: n., where: {in-target: present}}\n"
     "- {remove-prefix: n., when: {target-has: x.head.weight, target-any: {suffix: bias}}}",
     {"x.head.weight": [3, 4], "y.z.head.bias": [4], "a.module.layers.1.norm.weight": [4], "b.scale": [5]}),
    ("- match-by-suffix: {symmetric: true, shape: any}\nbind:\n  skip: [head, {ndim: 1}]\n  unexpected: keep\n  order: source\n"
     "  counters: ignore\n  shape: skip\n  strict: {missing: false}",
     {"layers.2.conv.weight": [4, 3, 2, 2], "2.norm.weight": [9], "head.weight": [3, 4], "num_batches_tracked": []}),
    ("- slice: {start: 1, stop: -1, where: {ndim: 4}}\n- select: {index: 0, where: {ndim: 2}}\n- flip: {where: {ndim: 4}}\n"
     "- roll: {shift: -3, where: {ndim: 1}}\n- slice: {step: 2, where: {ndim: 1}}", None),
    ("- select: {index: [2, 0, -1], dim: 1, where: {ndim: 4}}\n- roll: {shift: half, where: {shape: [[4]]}}\n"
     "- interleave: {where: {shape: [[4]]}}", None),
    ("- rope-permute: {heads: 'in[0] // 4', direction: interleaved-to-half, where: {suffix: conv.weight}}\n"
     "- interleave: {parts: 2, inverse: true, where: {suffix: conv.weight}}", None),
    ("- split: {from: 'module.layers.{i}.{x:*}.weight', to: ['a.{i}.{x}', _, 'b.{x}.{i}'], sizes: [1, 1, rest]}\n"
     "- split: {from: head.weight, to: [q, k], parts: [1, 3], dim: -1, place: start, keep-input: true}", None),
    ("- concat: {from: [head.bias, 'module.layers.1.norm.weight'], to: both, place: end}\n"
     "- concat: {from: ['module.layers.{i}.conv.weight', 'other.{i}'], to: 'module.conv.{i+1}', incomplete: zeros, dim: 1}",
     None),
    ("- stack: {from: 'module.layers.{i}.{x:conv|norm}.weight', to: 'module.{x}', dim: 1}\n"
     "- stack: {from: 'module.layers.{i}.{x:**}', to: '{x}', gaps: close, keep-input: true}\n"
     "- unstack: {from: module.conv, to: 'c.{k+1:02}', dim: -1, start-at: 3}\n- unstack: {from: head.weight, to: 'h.{n}'}", None),
    ("- copy: {from: 'head.{x:**}', to: 'copy.{x}', place: start}\n- tie: {from: 'copy.{x:*}', to: 'tied.{x}'}\n"
     "- copy: {from: scale, to: head.bias}\n  collision: keep-last",
     {"copy.weight": [3, 4], "tied.bias": [4], "head.weight": [3, 4], "scale": [5], "none": [1]}),
    ("- create: {name: zeros, shape: [2, 0, 3]}\n- create: {name: head.bias, shape: [7], if-present: replace, fill: ones}\n"
     "- create: {name: scale, shape: [1]}\n- create: {name: i, like: scale, fill: -7, place: start}\n"
     "- create: {name: half, like: head.weight, dim: 1, dtype: float16, fill: 0.1}\n"
     "- create: {name: few, shape: [5], fill: {normal: 0.02, seed: 3}}\n"
     "- create: {name: many, shape: [33, 7], fill: {normal: 1.5, seed: 12345678901}, dtype: bfloat16}", None),
    ("- create: {name: n, shape: target, fill: 2}\n- create: {name: m, shape: ['target[1] * 2', 1]}\n- create: {name: o, shape: target}",
     {"n": [2, 2], "m": [1, 3], "head.weight": [3, 4]}),
    ("- reduce: {op: sum, dim: 1, where: {ndim: 4}}\n- reduce: {op: mean, dim: 0, where: scale}\n"
     "- reduce: {op: mean, dim: -1, keep-dim: true, compute: input, result: compute, where: {ndim: 2}}", None),
    ("- arithmetic: {where: {ndim: 1, dtype: float32}, ops: [abs, {add: 1.0e-05}, sqrt, reciprocal]}\n"
     "- arithmetic: {where: {template: 'module.layers.{i}.conv.weight'}, ops: [{multiply: 'module.layers.{i}.conv.weight'}]}\n"
     "- arithmetic: {where: scale, ops: [{multiply: 3}, {maximum: 5}, negate]}\n"
     "- arithmetic: {where: {template: 'module.layers.{i}.norm.weight'}, consume: true, missing-operand: skip,\n"
     "               ops: [{divide: 'module.layers.{i}.norm.bias'}, {add: scalar}]}\n"
     "- arithmetic: {where: head.weight, ops: [{subtract: head.bias}, {multiply: 0.1}], consume: true}", None),
    ("- inflate: {frames: 3, where: {ndim: 4}}\n- inflate: {frames: 4, mode: centre, dim: 0, where: {ndim: 1}}\n"
     "- inflate: {frames: 2, mode: repeat, dim: -1, where: scale}\n- inflate: {dim: -2, where: {prefix: head}}",
     {"head.weight": [3, 5, 4], "head.bias": [4]}),
    ("- resize-rows: {rows: 6, fill: mean, where: {ndim: 4}}\n- resize-rows: {rows: 3, keep: last, where: scale}\n"
     "- resize-rows: {map: [2, null, 0, null], fill: {normal: 0.5, seed: 9}, where: {suffix: norm.bias}}\n"
     "- resize-rows: {dim: -1, keep: last, fill: 7, where: {prefix: head}}", {"head.weight": [3, 6], "head.bias": [2]}),
    ("- in-chans: {to: 4, where: module.layers.0.conv.weight}\n- in-chans: {to: 1, where: module.layers.1.conv.weight}\n"
     "- in-chans: {to: 2, mode: mean, where: module.layers.2.conv.weight}\n- in-chans: {mode: repeat, where: {suffix: 3.conv.weight}}\n"
     "- in-chans: {to: 5, mode: repeat, from: 2, layout: linear-hwc, where: head.weight}",
     {"module.layers.3.conv.weight": [4, 7, 2, 2], "head.weight": [3, 10]}),
    ("- in-chans: {weights: [[0, 0.3, -1], [1, 0, 0], [0, 0, 0], [1.0e-3, 2, 7]], where: {ndim: 4}}\n"
     "- in-chans: {to: 6, mode: zero-pad, where: module.layers.1.conv.weight}\n"
     "- in-chans: {to: 3, mode: first, where: module.layers.2.conv.weight}\n"
     "- in-chans: {weights: [[0.5, 0.5]], layout: linear-chw, where: head.weight}", None),
    ("- keep: {any-of: [{prefix: head}, {prefix: module.layers.0}]}\n- in-chans: 9", None),
    ("- in-chans", {"module.layers.1.conv.weight": [4, 5, 2, 2], "module.layers.2.conv.weight": [4, 3, 2, 2], "head.weight": [5, 4]}),
    ("- rename: {text: .norm., to: .bn.}\n"
     "- copy: {from: 'module.layers.{i}.bn.weight', to: 'module.layers.{i}.bn.running_mean'}\n"
     "- create: {name: module.layers.0.bn.running_var, like: module.layers.0.bn.weight, fill: 0.5}\n"
     "- create: {name: module.layers.2.bn.running_var, like: module.layers.0.bn.weight, fill: 2}\n"
     "- create: {name: module.layers.2.bn.num_batches_tracked, shape: [], dtype: int64}\n"
     "- copy: {from: head.bias, to: module.layers.2.conv.bias}\n- drop: {regex: 'layers.[13].bn'}\n"
     "- fold-batch-norm: {conv: 'module.layers.{i}.conv', norm: 'module.layers.{i}.bn', eps: 0.01}", None),
    ("- resize-patch-embed: {to: [3, 4], where: {ndim: 4}}\n- cast: {dtype: float16, where: {ndim: 4}}\n"
     "- resize-patch-embed: {to: [2, 5], method: interpolate, interpolation: bilinear, antialias: false, where: {ndim: 4}}\n"
     "- create: {name: p, shape: [1, 21, 6], fill: {normal: 1, seed: 2}}\n- copy: {from: p, to: q}\n- copy: {from: p, to: r}\n"
     "- create: {name: reg_token, shape: [1, 5, 6]}\n- resize-pos-embed: {where: p, to: [3, 5]}\n"
     "- resize-pos-embed: {where: q, from: [2, 9], to: [4, 4], preset: vissl, prefix-tokens: 3, method: nearest}\n"
     "- slice: {where: r, dim: 1, stop: 16}\n- resize-pos-embed: {where: r, preset: radio, to: [2, 5]}\n"
     "- create: {name: b, shape: [1, 4, 9, 5], fill: {normal: 1, seed: 2}}\n"
     "- resize-pos-embed: {where: b, layout: blocked, preset: timm-0.6, to: [4, 4]}\n"
     "- create: {name: n, shape: [1, 4, 9, 5], fill: {normal: 1, seed: 2}}\n"
     "- resize-pos-embed: {where: n, layout: nhwc, to: [4, 4], align-corners: true}", None),
    ("- create: {name: l, shape: [8, 48], fill: {normal: 1, seed: 2}}\n- copy: {from: l, to: k}\n"
     "- resize-patch-embed: {where: l, layout: linear-hwc, to: [3, 2]}\n- resize-patch-embed: {where: k, layout: linear-chw}\n"
     "- create: {name: t, shape: [172, 4], fill: {normal: 1, seed: 2}}\n- copy: {from: t, to: s}\n- copy: {from: t, to: u}\n"
     "- resize-rel-pos-bias: {where: t, to: [9, 8]}\n- resize-rel-pos-bias: {where: s, method: bicubic, extra-rows: 3}\n"
     "- slice: {where: u, start: 3}\n- transpose: {where: u}\n- copy: {from: u, to: v}\n- copy: {from: u, to: w_w}\n"
     "- resize-rel-pos-bias: {where: u, layout: heads-rows}\n- resize-rel-pos-bias: {where: w_w, layout: heads-rows, method: linear-1d, to: [3, 5]}\n"
     "- resize-rel-pos-bias: {where: v, layout: heads-rows, method: levit, to: [5, 6]}\n"
     "- create: {name: h, shape: [4, 7, 9], fill: {normal: 1, seed: 2}}\n- resize-rel-pos-bias: {where: h, layout: heads-h-w, to: [3, 9]}\n"
     "- {transpose: {where: v}, note: rows}\n- resize-rel-pos-bias: {where: v, method: linear-1d, to: [4, 4]}",
     {"k": [8, 27], "s": [228, 4], "u": [4, 25], "l": [1]}),
    ("- keep: {prefix: head}\n- match-by-order",  {"w": [4, 3], "b": [2, 2]}),
    ("- match-by-order: {where: {suffix: norm.weight}, target: {ndim: [1, 2]}, shapes: any, lengths: shorter}",
     {"w": [4, 3], "b": [4], "c": [4]}),
    ("- include: wrappers/data_parallel\n- include: wrappers/data_parallel\n- add-prefix: a.\n"
     "- choose: [{when: {has: no}, include: wrappers/data_parallel}, {otherwise: wrappers/torch_compile}]\n"
     "- choose: [{when: {has: a.scale}, include: timm/tnt_old}]\n- choose: [{when: {has: no}, include: timm/tnt_old}]", None),
    (REFUSED, None),
    ("- include: wrappers/data_parallel\n- add-prefix: r.", None),
    ("- root: {unwrap: [model, state_dict]}\n- add-prefix: r.", None),
    ("- root: state_dict_ema\n- add-prefix: r.", None),
    ("- root: {first-of: [nowhere, model/state_dict]}\n- drop: head.bias", None),
    ("- root: auto\n- join: [{root: model/state_dict, prefix: a.}, {root: state_dict_ema, prefix: b.}]", None),
    ("- join: {parts: [{root: model/state_dict}, {root: state_dict_ema}], clash: last}", None),
]
WRAPPED = range(len(CASES) - 6, len(CASES))


def tensors(seed):
    generator = torch.Generator().manual_seed(seed)
    made = {}
    for layer in range(4):
        made[f"module.layers.{layer}.conv.weight"] = torch.randn(4, 3, 2, 2, generator=generator) * 1e5
        made[f"module.layers.{layer}.norm.weight"] = torch.randn(4, generator=generator)
        if layer != 2:
            made[f"module.layers.{layer}.norm.bias"] = torch.randn(4, generator=generator).bfloat16()
    made["module.module._orig_mod.blocks._checkpoint_wrapped_module.0.weight"] = torch.randn(3, 7, generator=generator)
    made["_orig_mod.layers.5.weight"] = torch.randn(5, 4, generator=generator).half()
    made["head.weight"] = torch.randn(3, 4, generator=generator)
    made["head.bias"] = torch.tensor([1e30, -7.5, float("nan"), float("inf")])
    made["scale"] = torch.arange(5)
    return made


def random_keys(seed):
    """More keys, of pieces that the rules look for."""
    dice = random.Random(seed)
    pieces = ["module", "layers", "0", "1", "12", "weight", "bias", "norm", "norm3", "_orig_mod", "a", "m"]
    keys = [".".join(dice.choices(pieces, k=dice.randint(1, 5))) for _ in range(12)]
    return {key: torch.tensor([float(seed), number]) for number, key in enumerate(keys)}


def report(text):
    """Lines about steps, and the verdicts; without what only one side says."""
    return [line for line in text.splitlines() if re.match(r"\d+\. |   |loaded ", line)]


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def differences(ours, theirs, isOrdered=True):
    if isOrdered and list(ours) != list(theirs) or sorted(ours) != sorted(theirs):
        return f"keys {list(ours)} against {list(theirs)}"
    wrong = [key for key in ours if ours[key].dtype != theirs[key].dtype or ours[key].shape != theirs[key].shape
             or listing.dense_bytes(ours[key]) != listing.dense_bytes(theirs[key])]
    return f"tensors {wrong}" if wrong else ""


class Model:
    def __init__(self, wanted):
        self.wanted = wanted

    def state_dict(self):
        return {key: torch.empty(shape, dtype=torch.int64 if key.endswith("tracked") else torch.float32)
                for key, shape in self.wanted.items()}


def filtered(weightsmith, folder, recipe, source, wanted):
    code, text, problem = run(weightsmith, "recipes", "export", recipe, "--as", "python-filter")
    if code:
        return problem
    file = folder / "filter.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location("filter", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.checkpoint_filter_fn(source, Model(wanted))


def compare(weightsmith, folder, number, source, mayRefuse):
    """What is wrong; empty: nothing. Keys made by chance may collide, which both must refuse in the same words."""
    steps, wanted = CASES[number]
    recipe, script = folder / "case.recipe.yaml", folder / "convert.py"
    recipe.write_text("weightsmith: 1\nsteps:\n" + steps.replace("- ", "  - ", 1).replace("\n- ", "\n  - ")
                      .replace("\n  collision", "\n    collision") + "\n")
    file = folder / "source.pt"
    torch.save(source, file)
    target = []
    if wanted:
        (folder / "target.json").write_text(json.dumps(wanted))
        target = [folder / "target.json"]
    options = ["--target", *target] if target else []
    code, said, problem = run(weightsmith, "convert", file, "-o", folder / "ours.pt", "--recipe", recipe, "--force", *options)
    code2, text, problem2 = run(weightsmith, "recipes", "export", recipe, "--as", "python", "--source", file, *options)
    if code and code2:
        code2, text, problem2 = run(weightsmith, "recipes", "export", recipe, "--as", "python")
    if code2:
        return f"not exported: {problem2}"
    script.write_text(text)
    code3, told, problem3 = run(sys.executable, script, file, folder / "theirs.pt", *target)
    if code or code3:
        isSame = problem.split(": ", 1)[1] == problem3.split(": ", 1)[1] and (mayRefuse or steps == REFUSED)
        return "" if isSame else f"ours: {problem}\ntheirs: {problem3}"
    ours, theirs = (torch.load(folder / name, weights_only=True) for name in ("ours.pt", "theirs.pt"))
    wrong = differences(ours, theirs)
    planned = run(weightsmith, "plan", file, "--recipe", recipe, *options)[1]
    lines = report(planned) + report(said)
    # What a recipe that is included did is a sum in the plan, and Python says its steps alone.
    if not wrong and "include" not in steps and report(told) != lines:
        wrong = f"report:\n{told}\nagainst\n{planned}\n{said}"
    if not wrong and wanted:
        again = filtered(weightsmith, folder, recipe, source, wanted)
        wrong = differences(ours, again) if isinstance(again, dict) else again
    return wrong


def main():
    weightsmith, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(level=logging.WARNING)
    failed = same = 0
    for number in range(len(CASES)):
        sources = [tensors(1), {**tensors(2), **random_keys(number)}]
        if number in WRAPPED:
            sources = [{"epoch": 3, "model": {"state_dict": one, "optim": {"x": torch.ones(2)}},
                        "state_dict_ema": {"head.bias": torch.ones(4), "e": torch.ones(3)}} for one in sources]
        for mayRefuse, source in zip((False, True), sources):
            wrong = compare(weightsmith, folder, number, source, mayRefuse)
            failed += bool(wrong)
            same += not wrong
            if wrong:
                print(f"--- {CASES[number][0]}\n{wrong}")
    print(f"{same} conversions are the same, {failed} differ")
    sys.exit(bool(failed))


main()
