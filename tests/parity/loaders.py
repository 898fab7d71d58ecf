# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Built-in recipes and imported settings against the loaders they stand for, over random state dicts.

Equal names in equal number, and every bit of their tensors. Where an original loses a key silently because two become
one, a built-in recipe must refuse; imported settings keep the last, as the original does.

usage: loaders.py WEIGHTSMITH FOLDER [ROUNDS [SEED]]
"""
import pathlib
import random
import subprocess
import sys

import torch

import loader_keys as keys
import loader_originals as originals
from loader_vissl import vissl_init

RECIPES = pathlib.Path(__file__).resolve().parents[2] / "resources" / "recipes"


class Ours:
    """The program, on state dicts."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def run(self, *words):
        return subprocess.run([self.program, *map(str, words)], capture_output=True, text=True)

    def converted(self, tree, recipe, *options):
        """The state dict after `recipe`, or the message why there is none."""
        source, out = self.folder / "source.pt", self.folder / "out.pt"
        out.unlink(missing_ok=True)
        torch.save(tree, source)
        done = self.run("convert", "--quiet", source, "-o", out, "--recipe", recipe, *options)
        return torch.load(out) if done.returncode == 0 else done.stderr

    def builtin(self, name, tree, **values):
        words = [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
        return self.converted(tree, RECIPES / f"{name}.recipe.yaml", *words)

    def imported(self, kind, settings, *options):
        """The recipe file that `settings` become, or the message why there is none."""
        file, recipe = self.folder / "settings.txt", self.folder / "imported.recipe.yaml"
        file.write_text(settings)
        done = self.run("recipes", "import", "--quiet", file, "--as", kind, *options)
        recipe.write_text(done.stdout)
        return recipe if done.returncode == 0 else done.stderr


def difference(ours, theirs):
    if isinstance(ours, str):
        return f"refused: {ours.strip()}"
    if set(ours) != set(theirs):
        return f"only ours {sorted(set(ours) - set(theirs))[:4]}, only theirs {sorted(set(theirs) - set(ours))[:4]}"
    wrong = [k for k in ours if ours[k].dtype != theirs[k].dtype or not torch.equal(ours[k], theirs[k])]
    return f"other values: {wrong[:4]}" if wrong else None


def no_key_lost(ours, theirs, before):
    """`theirs` may have fewer keys than `before`, because two became one; then ours must have refused."""
    if len(theirs) < len(before):
        return None if isinstance(ours, str) and "both become" in ours else "two keys became one, and it is not told"
    return difference(ours, theirs)


def fvcore(ours, chance):
    names = keys.wrapped(chance) + [""] * (chance.random() < 0.2)
    # fvcore renames in place: of “module.a” and “module.module.a” it loses one without a word, and we lose none.
    before = keys.state(k for k in names if "module." + k not in names)
    theirs = dict(before)
    originals.fvcore_strip(theirs, "module.")
    return difference(ours.builtin("fvcore/checkpointer", {"model": before}), theirs)


def timm(ours, chance):
    before = keys.state(keys.wrapped(chance))
    return no_key_lost(ours.builtin("timm/training_checkpoint", {"state_dict": before}), originals.timm_clean(before), before)


RULES = [(r"^module\.", ""), (r"^module.", ""), (r"^backbone\.", ""), (r"layer(\d)\.", r"stage\1."), (r"\.bn(\d)", r".norm\g<1>"),
         (r"^(?!heads)", "backbone."), (r"(\w+)\.(\w+)$", r"\2.\1"), (r"$", ".x"), (r"[aeiou]", ""), (r"x*", "-"), (r"_orig_mod\.", "")]


def mmengine(ours, chance):
    before = keys.state(keys.wrapped(chance))
    rules = chance.sample(RULES, chance.randint(1, 4))
    recipe = ours.imported("mmengine", f"revise_keys = {rules!r}\n")
    theirs = originals.mmengine_revise(dict(before), rules)
    return difference(ours.converted({"state_dict": before}, recipe), theirs)


MAPPINGS = [(r"^module\.", ""), (r"^backbone", "model.backbone"), (r"layer1\.(\d+)", r"blocks.\1"), (r"conv1", "proj"),
            (r"norm\.weight$", "ln.weight"), (r"(attn|heads)\.", "mixer."), (r"\.bn2\.", ".norm."), (r"fc.*.bias", "fc.0.b")]


def transformers(ours, chance):
    mapping = dict(chance.sample(MAPPINGS, chance.randint(1, 4)))
    recipe = ours.imported("transformers", originals.json_text(mapping))
    before = {k: v for k, v in keys.state(keys.wrapped(chance)).items() if not originals.hits_a_twin(k, mapping)}
    theirs = originals.transformers_rename(before, mapping)
    if len(theirs) < len(before):
        before = {k: v for k, v in before.items() if any(v is kept for kept in theirs.values())}
    return difference(ours.converted(before, recipe), theirs) if before else None


def legacy_names(ours, chance):
    stems = ["bert.embeddings", "encoder.layer.0.output", "decoder.conv", "head"]
    leaves = ["LayerNorm.gamma", "LayerNorm.beta", "LayerNorm.weight", "weight_g", "weight_v", "gamma", "bias"]
    before = keys.state(some for some in keys.some(chance, [f"{s}.{leaf}" for s in stems for leaf in leaves]))
    return no_key_lost(ours.builtin("huggingface/legacy_names", before), originals.transformers_legacy(before), before)


def torchtune_llama(ours, chance):
    before, heads, kv_heads, dim = keys.llama(chance, False)
    there = originals.torchtune.hf_to_tune(before, heads, kv_heads, dim)
    wrong = difference(ours.builtin("torchtune/llama_from_hf", before, heads=heads, kv_heads=kv_heads), there)
    back = originals.torchtune.tune_to_hf(there, heads, kv_heads, dim)
    return wrong or difference(ours.builtin("torchtune/llama_to_hf", there, heads=heads, kv_heads=kv_heads), back)


def torchtune_qwen2(ours, chance):
    before, heads, kv_heads, dim = keys.llama(chance, True)
    there = originals.torchtune_qwen2.qwen2_hf_to_tune(before, heads, kv_heads, dim)
    wrong = difference(ours.builtin("torchtune/qwen2_from_hf", before), there)
    back = originals.torchtune_qwen2.qwen2_tune_to_hf(there, heads, kv_heads, dim)
    return wrong or difference(ours.builtin("torchtune/qwen2_to_hf", there), back)


def torchtune_meta(ours, chance):
    table = originals.torchtune._FROM_META
    names = [k.format(layer) for layer in range(chance.randint(1, 12)) for k in table]
    before = keys.state(keys.some(chance, names) + ["layers.0.attention.wq.weight"])
    theirs = originals.torchtune.meta_to_tune(before)
    return difference(ours.builtin("torchtune/llama_from_meta", before | {"rope.freqs": torch.ones(2)}), theirs)


def trunk(chance, extra=()):
    return keys.state(f"_feature_blocks.{k}" for k in keys.some(chance, keys.resnet(chance)) + list(extra))


def in_classy(state):
    return {"classy_state_dict": {"base_model": {"model": {"trunk": state, "heads": {"0.clf.0.weight": torch.ones(1)}}}}}


def vissl_to_detectron2(ours, chance):
    before = trunk(chance, ["fc1.weight", "layer4.fc2.bias"])
    theirs = originals.vissl_to_detectron2._rename_weights_to_d2(before, "torch")
    return difference(ours.builtin("detectron2/from_vissl_resnet", in_classy(before)), theirs)


def vissl_and_classy(ours, chance):
    before = trunk(chance, ["fc.weight", "clf.bias"])
    there = originals.vissl_to_classy.convert_trunk_to_classy_model(before, 101)
    wrong = difference(ours.builtin("vissl/to_classy_vision", in_classy(before)), there)
    back = originals.classy_to_vissl.convert_classy_trunk_to_vissl_model(there, 101)
    return wrong or difference(ours.builtin("vissl/from_classy_vision", in_classy(there)), back)


def vissl_to_torchvision(ours, chance):
    before = trunk(chance)
    theirs = originals.vissl_checkpoint.replace_module_prefix(before, "_feature_blocks.")
    return difference(ours.builtin("vissl/trunk_to_torchvision", {"model_state_dict": before}), theirs)


def caffe2_to_torchvision(ours, chance):
    before = keys.state(keys.caffe2_resnet(chance))
    blobs = {k: v.numpy() for k, v in before.items()}
    theirs = originals.caffe2_to_torchvision._rename_weights_for_resnet(blobs, [])
    return difference(ours.builtin("vissl/caffe2_resnet_to_torchvision", {"blobs": before}), theirs)


def deepcluster_to_vissl(ours, chance):
    names = [f"features.module.{n}.{leaf}" for n in (0, 1, 4, 5, 8, 9, 11, 12, 14, 15) for leaf in keys.NORM]
    before = keys.state(keys.some(chance, names) + ["sobel.0.weight", "classifier.1.bias", "top_layer.weight"])
    theirs = originals.alexnet_to_vissl._rename_weights_for_alexnet(before, "torch", "deepcluster")
    return difference(ours.builtin("vissl/deepcluster_alexnet", {"state_dict": before}), theirs)


SUBJECTS = [fvcore, timm, mmengine, transformers, legacy_names, torchtune_llama, torchtune_qwen2, torchtune_meta, vissl_init,
            vissl_to_detectron2, vissl_and_classy, vissl_to_torchvision, caffe2_to_torchvision, deepcluster_to_vissl]


def main():
    ours = Ours(sys.argv[1], sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 20261126
    failed = 0
    for subject in SUBJECTS:
        wrong = []
        for number in range(rounds):
            problem = subject(ours, random.Random(f"{seed} {subject.__name__} {number}"))
            if problem:
                wrong.append(f"    round {number}: {problem}")
        print(f"{subject.__name__}: {rounds} random state dicts, {len(wrong)} differ", *wrong[:5], sep="\n")
        failed += len(wrong)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
