# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input channels against timm: adapt_input_conv for every number from 1 to 64, every dtype and kernels of many shapes,
and whole models that timm itself builds for other images and loads.

usage: in_chans_timm.py WEIGHTSMITH FOLDER
"""
import json
import pathlib
import subprocess
import sys

import timm
import torch
from timm.models._manipulate import adapt_input_conv

import converting

DTYPES = torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int32, torch.uint8
# Of kernels, by the number of their input channels.
SHAPES = {3: [(16, 3, 7, 7), (1, 3, 1, 1), (5, 3, 2, 9), (3, 3, 16, 16), (2, 3, 0, 3), (9, 3, 1, 33)],
          1: [(8, 1, 3, 3)], 2: [(8, 2, 3, 3)], 4: [(8, 4, 3, 3)], 6: [(5, 6, 3, 5)], 12: [(16, 12, 3, 3)],
          48: [(7, 48, 3, 3), (3, 48, 1, 1)], 192: [(4, 192, 1, 3)], 13: [(6, 13, 5, 5)], 40: [(6, 40, 3, 3)]}
MODELS = "resnet34", "convnext_atto", "efficientnet_b0", "vit_tiny_patch16_224", "repvgg_a0", "tresnet_m"


def kernels():
    generator = torch.Generator().manual_seed(6)
    for dtype in DTYPES:
        for shapes in SHAPES.values():
            for shape in shapes:
                name = f"{str(dtype)[6:]}.{'x'.join(map(str, shape))}.weight"
                yield name, (torch.randn(shape, generator=generator) * 3).abs().to(dtype)


def theirs(tensor, channels, base):
    """What timm makes of it; nothing where it refuses."""
    try:
        return adapt_input_conv(channels, tensor, base_chans=base)
    except (NotImplementedError, AssertionError):
        return None


def compare_function(weightsmith, folder, base):
    """All kernels that timm takes, for several numbers of channels at once; those that it refuses, one by one."""
    differ = same = refused = 0
    before = dict(kernels())
    for start in range(1, 65, 16):
        source, wanted, steps = {}, {}, []
        for channels in range(start, start + 16):
            for name, tensor in before.items():
                made = theirs(tensor, channels, base)
                if made is not None:
                    source[f"{channels}.{name}"], wanted[f"{channels}.{name}"] = tensor, made
                elif channels < 5 and name.startswith("float32"):
                    refused += 1
                    differ += not is_refused(weightsmith, folder, {name: tensor}, f"{{to: {channels}, from: {base}, where: {name}}}")
            steps.append(f"in-chans: {{to: {channels}, from: {base}, where: {{prefix: '{channels}.'}}}}")
        torch.save(source, folder / "source.pt")
        out = folder / f"{base}-{start}.pt"
        differ += converting.compare(converting.convert(weightsmith, folder, "\n  - ".join(steps), out), wanted)
        same += len(wanted)
    print(f"images of {base}: {same} kernels, {differ} differ; {refused} refused as timm does", flush=True)
    return differ


def is_refused(weightsmith, folder, source, fields):
    """Whether a sentence says what to do instead, and the exit code that it is the recipe's."""
    torch.save(source, folder / "source.pt")
    done = subprocess.run([weightsmith, "convert", "--quiet", folder / "source.pt", "-o", folder / "none.pt",
                           "--step", "in-chans: " + fields], capture_output=True, text=True)
    if done.returncode == 5 and "expected “mode” to be repeat" in done.stderr:
        return True
    print("not refused:", fields, done.returncode, done.stderr)
    return False


def manifest(model, path):
    """The target that a model is."""
    tensors = {key: {"shape": list(value.shape)} for key, value in model.state_dict().items()}
    attributes = {"first_conv": model.pretrained_cfg["first_conv"]}
    path.write_text(json.dumps({"weightsmith-manifest": 1, "name": "model", "attributes": attributes, "tensors": tensors}))
    return path


def compare_models(weightsmith, folder):
    """The whole state dict of models that timm loads for 1, 8 and 25 channels; of tresnet timm takes 1 alone."""
    failed = 0
    for name in MODELS:
        torch.manual_seed(1)
        source = timm.create_model(name).state_dict()
        torch.save(source, folder / "source.pt")
        for channels in (1, 8, 25) if name != "tresnet_m" else (1,):
            # Without custom_load: what timm's own files go through.
            overlay = {"file": str(folder / "source.pt"), "custom_load": False}
            model = timm.create_model(name, pretrained=True, in_chans=channels, pretrained_cfg_overlay=overlay)
            target = manifest(model, folder / "target.json")
            ways = [["--step", "in-chans", "--target", target]]
            if name == "resnet34":
                ways += [["--step", f"in-chans: {channels}"]]
            for way in ways:
                out = folder / "model.pt"
                subprocess.run([weightsmith, "convert", "--quiet", "--force", folder / "source.pt", "-o", out, *way],
                               check=True, stdout=subprocess.DEVNULL)
                differ = converting.compare(torch.load(out, weights_only=True), dict(model.state_dict()))
                failed += differ
                print(f"{name} for {channels} channels, {len(way) // 2} options: {len(source)} tensors, {differ} differ", flush=True)
    return failed


def main():
    torch.set_num_threads(1)
    weightsmith, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    failed = sum(compare_function(weightsmith, folder, base) for base in (3, 4, 13))
    failed += compare_models(weightsmith, folder)
    sys.exit(bool(failed))


main()
