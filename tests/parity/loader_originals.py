# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The functions of other loaders that decide about names, from their packages as PyPI has them.

Packages that import half of the world when they are entered are given as mere folders: the module with the function is
the original's, its package's __init__ is not run.
"""
import json
import logging
import pathlib
import sys
import types


def as_folder(*packages):
    for name in packages:
        places = (pathlib.Path(entry, *name.split(".")) for entry in sys.path)
        package = types.ModuleType(name)
        package.__path__ = [str(next(place for place in places if place.is_dir()))]
        sys.modules[name] = package


logging.disable(logging.CRITICAL)
as_folder("timm", "timm.models", "torchtune", "torchtune.models", "torchtune.models.qwen2", "extra_scripts")

from extra_scripts import convert_caffe2_to_torchvision_resnet as caffe2_to_torchvision  # noqa: E402,F401
from extra_scripts import convert_caffe2_to_vissl_alexnet as alexnet_to_vissl  # noqa: E402,F401
from extra_scripts import convert_classy_vision_to_vissl_resnet as classy_to_vissl  # noqa: E402,F401
from extra_scripts import convert_vissl_to_classy_vision as vissl_to_classy  # noqa: E402,F401
from extra_scripts import convert_vissl_to_detectron2 as vissl_to_detectron2  # noqa: E402,F401
from fvcore.common.checkpoint import _strip_prefix_if_present as fvcore_strip  # noqa: E402,F401
from timm.models._helpers import clean_state_dict as timm_clean  # noqa: E402,F401
from torchtune.models import convert_weights as torchtune  # noqa: E402,F401
from torchtune.models.qwen2 import _convert_weights as torchtune_qwen2  # noqa: E402,F401
from transformers.core_model_loading import WeightRenaming, rename_source_key  # noqa: E402
from transformers.conversion_mapping import get_checkpoint_conversion_mapping  # noqa: E402

import mmengine  # noqa: E402,F401

as_folder("mmengine.runner")
from mmengine.runner import checkpoint as mmengine_checkpoint  # noqa: E402

import vissl.utils.checkpoint as vissl_checkpoint  # noqa: E402,F401
from vissl.config import AttrDict  # noqa: E402,F401

as_folder("vissl.models", "vissl.data", "vissl.data.collators")
from vissl.models.model_helpers import is_feature_extractor_model  # noqa: E402

sys.modules["vissl.models"].is_feature_extractor_model = is_feature_extractor_model


def mmengine_revise(state, rules):
    """What mmengine hands to its model after revise_keys."""
    taken = []
    original = mmengine_checkpoint.load_state_dict
    mmengine_checkpoint.load_state_dict = lambda model, state, strict, logger: taken.append(state)
    try:
        mmengine_checkpoint._load_checkpoint_to_model(None, {"state_dict": state}, revise_keys=rules)
    finally:
        mmengine_checkpoint.load_state_dict = original
    return dict(taken[0])


def transformers_rename(state, mapping):
    """Each key through transformers' renamings, as from_pretrained makes them of key_mapping."""
    rules = [WeightRenaming(source_patterns=k, target_patterns=v) for k, v in mapping.items()]
    return {rename_source_key(key, rules, [])[0]: value for key, value in state.items()}


def transformers_legacy(state):
    rules = get_checkpoint_conversion_mapping("legacy")
    return {rename_source_key(key, rules, [])[0]: value for key, value in state.items()}


def hits_a_twin(key, mapping):
    """Whether transformers would replace an earlier twin of the text that its pattern matched: a known difference."""
    for pattern, replacement in mapping.items():
        rule = WeightRenaming(source_patterns=pattern, target_patterns=replacement)
        match = rule.compiled_sources.search(key)
        if match and key.find(match.group(0)) != match.start():
            return True
        key = rule.rename_source_key(key)[0]
    return False


def json_text(mapping):
    return json.dumps(mapping)
