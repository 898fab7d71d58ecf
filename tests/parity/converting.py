# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps on `source.pt` of a folder, and what they give against what torch gives."""
import subprocess

import torch

import listing


def convert(weightsmith, folder, step, out):
    recipe = folder / "step.recipe.yaml"
    recipe.write_text(f"weightsmith: 1\nsteps:\n  - {step}\n")
    subprocess.run([weightsmith, "convert", "--quiet", folder / "source.pt", "-o", out, "--recipe", recipe],
                   check=True, stdout=subprocess.DEVNULL)
    return torch.load(out, weights_only=True)


def compare(after, wanted):
    """How many tensors differ; another order of keys counts too."""
    wrong = [k for k, v in wanted.items()
             if k not in after or after[k].dtype != v.dtype or after[k].shape != v.shape
             or listing.dense_bytes(after[k]) != listing.dense_bytes(v)]
    for key in wrong:
        print("differs:", key)
    return len(wrong) + (list(after) != list(wanted))
