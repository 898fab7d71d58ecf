# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files joined, and keys filled from the target, against what torch's load_state_dict makes of the target model: keys,
order, every bit, and what is tied. The exported Python does the same.

usage: twofiles_torch.py WEIGHTSMITH FOLDER
"""
import pathlib
import subprocess
import sys

import torch

import listing

# Keys of the trunk that the source lacks, the bind policy, and whether a head comes from a second file.
CASES = [
    ([], "{unmatched: fill}", False),
    (["emb.weight"], "{unmatched: fill}", False),
    (["norm.num_batches_tracked", "norm.running_mean"], "{unmatched: fill}", False),
    (["out.weight"], "{unmatched: fill, skip: [norm.]}", True),
    (["emb.weight", "out.weight"], "{unmatched: fill, order: source}", True),
]


class Model(torch.nn.Module):
    """With an output that is tied to its embedding."""

    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.emb = torch.nn.Embedding(7, 4)
        self.norm = torch.nn.BatchNorm1d(4)
        self.norm.running_mean.normal_()
        self.norm.num_batches_tracked.fill_(seed)
        self.out = torch.nn.Linear(4, 7, bias=False)
        self.out.weight = self.emb.weight
        self.head = torch.nn.Linear(4, 3)


def loaded(lacking, bind, head):
    """The target model after it has loaded what the source and the second file have."""
    model = Model(1)
    state = {key: value for key, value in Model(2).state_dict().items()
             if key not in lacking and not key.startswith("head.") and not ("norm." in bind and key.startswith("norm."))}
    if not {"emb.weight", "out.weight"} & set(lacking):
        state["out.weight"] = state["emb.weight"]
    model.load_state_dict({**state, **head}, strict=False)
    return model.state_dict()


def differences(ours, wanted, is_ordered):
    if (list(ours) != list(wanted)) if is_ordered else (set(ours) != set(wanted)):
        return f"keys {list(ours)} against {list(wanted)}"
    wrong = [key for key in ours if listing.dense_bytes(ours[key]) != listing.dense_bytes(wanted[key])
             or ours[key].dtype != wanted[key].dtype]
    if wrong:
        return f"tensors {wrong}"
    ties = [values["emb.weight"].data_ptr() == values["out.weight"].data_ptr() for values in (ours, wanted)]
    return "" if ties[0] == ties[1] else "emb.weight and out.weight are no longer tied"


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def main():
    weightsmith, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    torch.save(Model(1).state_dict(), folder / "target.pt")
    head = {key: value for key, value in Model(3).state_dict().items() if key.startswith("head.")}
    torch.save({"model": {key.removeprefix("head."): value for key, value in head.items()}}, folder / "head.pt")
    for lacking, bind, has_head in CASES:
        trunk = {key: value for key, value in Model(2).state_dict().items()
                 if key not in lacking and not key.startswith("head.")}
        torch.save(trunk, folder / "trunk.pt")
        join = "[{join: [{root: []}, {root: model, file: head.pt, prefix: head.}]}]" if has_head else "[]"
        recipe = folder / "two.recipe.yaml"
        recipe.write_text(f"weightsmith: 1\nsteps: {join}\nbind: {bind}\n")
        files = ["--recipe", recipe, "--target", folder / "target.pt"]
        run(weightsmith, "convert", folder / "trunk.pt", "-o", folder / "ours.pt", "--strict", "--force", *files)
        script = folder / "convert.py"
        script.write_text(run(weightsmith, "recipes", "export", recipe, "--as", "python"))
        run(sys.executable, script, folder / "trunk.pt", folder / "theirs.pt", folder / "target.pt")
        wanted = loaded(lacking, bind, head if has_head else {})
        for name in ("ours.pt", "theirs.pt"):
            wrong = differences(torch.load(folder / name, weights_only=True), wanted, "source" not in bind)
            failed += bool(wrong)
            if wrong:
                print(f"--- {name}, without {lacking}, bind {bind}\n{wrong}")
    print(f"{2 * len(CASES) - failed} of {2 * len(CASES)} conversions give what load_state_dict does")
    sys.exit(bool(failed))


main()
