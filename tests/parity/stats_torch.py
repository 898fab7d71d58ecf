# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics and comparisons of ours against torch and NumPy: every dtype, random shapes, views, odd numbers.

usage: stats_torch.py WEIGHTSMITH FOLDER
"""
import json
import math
import pathlib
import random
import subprocess
import sys

import numpy
import torch

import write_torch_cases

SHARES = {"0.001": 0.001, "0.01": 0.01, "0.05": 0.05, "0.25": 0.25, "0.5": 0.5, "0.75": 0.75, "0.95": 0.95,
          "0.99": 0.99, "0.999": 0.999}
ODD = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def run(weightsmith, *words):
    """What the program printed, with odd numbers as such, and its exit code."""
    done = subprocess.run([weightsmith, *words, "--json"], capture_output=True, text=True)
    if not done.stdout:
        sys.exit(f"{' '.join(map(str, words))}: {done.stderr}")
    return number(json.loads(done.stdout)), done.returncode


def number(value):
    if isinstance(value, dict):
        return {k: v if k == "name" else number(v) for k, v in value.items()}
    if isinstance(value, list):
        return [number(v) for v in value]
    return ODD.get(value, value) if isinstance(value, str) else value


def near(ours, theirs, bound=0.0):
    if math.isnan(theirs) or math.isnan(ours):
        return math.isnan(theirs) and math.isnan(ours)
    return ours == theirs or abs(ours - theirs) <= bound


def wide(tensor):
    """Its numbers in double precision or wider, as NumPy's; of complex ones the magnitudes."""
    if tensor.is_complex():
        parts = torch.view_as_real(tensor.resolve_conj()).to(torch.float64).numpy().astype(numpy.longdouble)
        found = numpy.hypot(parts[..., 0], parts[..., 1]).astype(numpy.float64)
        return numpy.where(numpy.isnan(parts).any(-1), numpy.nan, found).astype(numpy.longdouble)
    if tensor.is_floating_point():
        return tensor.to(torch.float64).numpy().astype(numpy.longdouble)
    return tensor.numpy().astype(numpy.longdouble)


def position(flags):
    found = numpy.argwhere(flags)
    return [int(i) for i in found[0]] if flags.any() else None


def problems(ours, tensor):
    """What is wrong with the statistics of one tensor, in words."""
    values = wide(tensor)
    nan, inf = numpy.isnan(values), numpy.isinf(values)
    ordered, finite = numpy.sort(values[~nan]), values[~nan & ~inf]
    checks = {
        "count": (ours["count"], values.size, 0), "nan": (ours["nan"], int(nan.sum()), 0),
        "inf": (ours["inf"], int(inf.sum()), 0), "zeros": (ours["zeros"], int((values == 0).sum()), 0),
        "min": (ours["min"], float(ordered[0]) if ordered.size else math.nan, 0),
        "max": (ours["max"], float(ordered[-1]) if ordered.size else math.nan, 0)}
    with numpy.errstate(all="ignore"):
        l1 = float(abs(finite).sum())
        checks["l1"] = ours["l1"], l1, 1e-12 * l1
        l2 = float(numpy.sqrt((finite * finite).sum()))
        checks["l2"] = ours["l2"], l2, 1e-12 * l2
        mean = float(finite.mean()) if finite.size else math.nan
        checks["mean"] = ours["mean"], mean, 1e-12 * l1 / max(finite.size, 1)
        std = float(finite.std(ddof=1)) if finite.size > 1 else math.nan
        checks["std"] = ours["std"], std, 1e-11 * std
        if ordered.size and not inf.any():
            own = ordered.astype(numpy.float64)
            for name, share in SHARES.items():
                theirs = float(numpy.quantile(own, share))
                checks[name] = ours["quantiles"][name], theirs, 1e-15 * max(abs(own[0]), abs(own[-1]))
    wrong = [f"{what}: {mine} instead of {theirs}" for what, (mine, theirs, bound) in checks.items()
             if not near(mine, theirs, bound)]
    if ours["first_nan"] != position(nan) or ours["first_inf"] != position(inf):
        wrong.append(f"first {ours['first_nan']}, {ours['first_inf']} instead of {position(nan)}, {position(inf)}")
    edges, counts = ours["histogram"]["edges"], ours["histogram"]["counts"]
    if finite.size and math.isfinite(edges[-1]):
        # 64-bit integers are compared as they are; NumPy's own histogram would round them.
        places = numpy.searchsorted(numpy.array(edges, dtype=numpy.longdouble), finite.ravel(), side="right") - 1
        if counts != numpy.bincount(places, minlength=len(counts)).tolist():
            wrong.append(f"histogram {counts} over {edges}")
    return wrong


def as_torch(ours, tensor):
    """torch's own results, where there is nothing odd: they are computed in the tensor's dtype, or float64."""
    if tensor.numel() < 2 or tensor.is_complex() or ours["nan"] or ours["inf"] or not tensor.is_floating_point():
        return []
    theirs = tensor.to(torch.float64)
    pairs = {"mean": theirs.mean(), "std": theirs.std(), "l2": theirs.norm(), "l1": theirs.norm(1),
             "min": theirs.min(), "max": theirs.max()}
    return [f"torch's {what}: {ours[what]} instead of {float(theirs)}" for what, theirs in pairs.items()
            if not near(ours[what], float(theirs), 1e-9 * abs(float(theirs)) + 1e-13 * ours["l1"] / tensor.numel())]


def cases():
    generator, rng = torch.Generator().manual_seed(11), random.Random(11)
    for seed in range(3):
        yield from write_torch_cases.dtypes(torch.Generator().manual_seed(seed)).items()
    for word in write_torch_cases.WORDS:
        dtype = getattr(torch, word)
        for i in range(6):
            shape = tuple(rng.choice([0, 1, 2, 3, 17, 40]) for _ in range(rng.randint(0, 4)))
            yield f"{word}.random{i}", write_torch_cases.filled(shape, dtype, generator)
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
        many = torch.randn(300, 70, generator=generator).to(dtype)
        name = str(dtype).split(".")[1]
        yield from {f"{name}.many": many, f"{name}.transposed": many.t(), f"{name}.steps": many[::3, 1::2],
                    f"{name}.expanded": many[:1].expand(9, 70), f"{name}.far": many * 0.01 + 100,
                    f"{name}.nan": torch.full((3, 5), math.nan, dtype=dtype), f"{name}.zeros": torch.zeros(4000, dtype=dtype),
                    f"{name}.infinite": torch.tensor([math.inf, -math.inf, 1.0], dtype=dtype),
                    f"{name}.scalar": torch.tensor(-2.5, dtype=dtype), f"{name}.empty": torch.zeros(0, 3, dtype=dtype)}.items()
    yield "denormals", torch.arange(3000, dtype=torch.int32).view(torch.float32)
    yield "large", torch.randn(1 << 20, generator=generator)


def differences(left, right):
    """As torch computes them in float64."""
    a, b = left.to(torch.float64).ravel(), right.to(torch.float64).ravel()
    return {"max_abs": float((a - b).abs().max()), "mean_abs": float((a - b).abs().mean()),
            "cosine": float((a @ b) / (a.norm() * b.norm())), "equal_fraction": float((a == b).double().mean()),
            "rel_l2": float((a - b).norm() / a.norm())}


def compare(weightsmith, folder):
    torch.manual_seed(5)
    left, right = {}, {}
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.float8_e4m3fn):
        for shape in ((7,), (300, 70), (64, 3, 5, 5)):
            name = f"{dtype}.{shape}"
            left[name] = torch.randn(shape).to(dtype)
            changed = left[name].to(torch.float32) + torch.randn(shape) * 0.01 * (torch.rand(shape) < 0.5)
            right[name] = changed.to(random.choice([dtype, torch.float32]))
    torch.save(left, folder / "left.pt")
    torch.save(right, folder / "right.pt")
    found, code = run(weightsmith, "compare", folder / "left.pt", folder / "right.pt", "--values")
    ours = {each["name"]: each for each in found["value_differs"]}
    wrong = [] if code == 1 else [f"exit code {code}"]
    for name in left:
        wanted = differences(left[name], right[name])
        if name not in ours:
            wrong += [f"{name} is not told to differ"] if wanted["equal_fraction"] < 1 else []
            continue
        wrong += [f"{name}: {what} {ours[name][what]} instead of {theirs}" for what, theirs in wanted.items()
                  if not near(ours[name][what], theirs, 1e-10 * abs(theirs) + 1e-15)]
    return len(left), wrong


def main():
    weightsmith, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"{i}.{name}": tensor for i, (name, tensor) in enumerate(cases())}
    torch.save(tensors, folder / "stats.pt")
    found, code = run(weightsmith, "stats", folder / "stats.pt")
    ours = {each["name"]: each for each in found["tensors"]}
    wrong = [] if code == 0 and list(ours) == list(tensors) else [f"exit code {code}, or other keys"]
    for name, tensor in tensors.items():
        wrong += [f"{name}: {what}" for what in problems(ours[name], tensor) + as_torch(ours[name], tensor)]
    compared, differ = compare(weightsmith, folder)
    print(f"statistics of {len(tensors)} tensors, {len(wrong)} wrong; {compared} compared, {len(differ)} wrong")
    for line in (wrong + differ)[:20]:
        print(line)
    sys.exit(bool(wrong or differ))


main()
