# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VISSL's init_model_from_consolidated_weights, as PyPI has it (the documented dialect), against its settings imported."""
import torch

import loader_keys as keys
import loader_originals as originals

UNTOUCHED = -1.0


class Model:
    """All that VISSL asks of a model here."""

    def __init__(self, names):
        self.tensors = {name: torch.full((2,), UNTOUCHED) for name in names}

    def state_dict(self):
        return self.tensors


def settings_text(features, init):
    lines = ["config:", "  MODEL:", "    FEATURE_EVAL_SETTINGS:"]
    lines += [f"      {key}: {value}" for key, value in features.items()]
    lines += ["    WEIGHTS_INIT:", "      PARAMS_FILE: x.torch"]
    lines += [f"      {key}: {value!r}" for key, value in init.items()]
    return "\n".join(lines) + "\n"


def random_settings(chance):
    extractor = chance.random() < 0.5
    features = {"EVAL_MODE_ON": extractor or chance.random() < 0.3, "FREEZE_TRUNK_ONLY": extractor,
                "FREEZE_TRUNK_AND_HEAD": False, "EVAL_TRUNK_AND_HEAD": chance.random() < 0.3,
                "LINEAR_EVAL_FEAT_POOL_OPS_MAP": [["res5", ["Identity", []]]] if extractor else []}
    right = "trunk.base_model._feature_blocks." if extractor else "trunk._feature_blocks."
    init = {"STATE_DICT_KEY_NAME": chance.choice(["", "model", "classy_state_dict"]),
            "REMOVE_PREFIX": chance.choice(["", "module.", "mod"]),
            "APPEND_PREFIX": chance.choice([right, right, right, "trunk.", "trunk.base_model.", ""]),
            "SKIP_LAYERS": chance.choice([["num_batches_tracked"], [], ["num_batches_tracked", "heads"], ["layer1"]])}
    return extractor, features, init


def checkpoint_and_target(chance, init, extractor):
    names = keys.some(chance, keys.resnet(chance, ((1, 2, 1, 1),)))
    place = "trunk.base_model._feature_blocks." if extractor else "trunk._feature_blocks."
    target = [place + name for name in keys.some(chance, list(names))] + ["heads.0.clf.0.weight", place + "new.weight"]
    if init["STATE_DICT_KEY_NAME"] == "classy_state_dict":
        trunk = keys.state("_feature_blocks." + name for name in names)
        return {"classy_state_dict": {"base_model": {"model": {"trunk": trunk, "heads": {"0.clf.0.weight": torch.ones(2)}}}}}, target
    if chance.random() < 0.5:
        names = ["module." + name for name in names]
    state = keys.state(names + (["fc.weight"] if chance.random() < 0.5 else []))
    return ({init["STATE_DICT_KEY_NAME"]: state} if init["STATE_DICT_KEY_NAME"] else state), target


def vissl_init(ours, chance):
    extractor, features, init = random_settings(chance)
    tree, target = checkpoint_and_target(chance, init, extractor)
    model = Model(target)
    config = originals.AttrDict({"MODEL": {"FEATURE_EVAL_SETTINGS": features}})
    try:
        originals.vissl_checkpoint.init_model_from_consolidated_weights(
            config, model, tree, init["STATE_DICT_KEY_NAME"], init["SKIP_LAYERS"], init["REMOVE_PREFIX"], init["APPEND_PREFIX"])
        refused = None
    except Exception as error:  # VISSL raises nothing more particular
        refused = str(error)
    recipe = ours.imported("vissl", settings_text(features, init), "--dialect", "documented")
    file = ours.folder / "target.pt"
    torch.save(Model(target).state_dict(), file)
    have = ours.converted(tree, recipe, "--target", file)
    if refused:
        return None if isinstance(have, str) and "compatible" in have else f"VISSL refuses ({refused[:60]}), we do not: {have}"
    wanted = {name: value for name, value in model.tensors.items() if value[1] != UNTOUCHED}
    if isinstance(have, str) and not wanted:
        return None if "Nothing would be saved" in have else f"VISSL loads nothing, we refuse otherwise: {have}"
    if isinstance(have, str):
        return f"VISSL loads {len(wanted)} keys, we refuse: {have}"
    if set(have) != set(wanted):
        return f"{init}: only ours {sorted(set(have) - set(wanted))[:4]}, only VISSL's {sorted(set(wanted) - set(have))[:4]}"
    wrong = [name for name in have if not torch.equal(have[name], wanted[name])]
    return f"{init}: other values {wrong[:4]}" if wrong else None
