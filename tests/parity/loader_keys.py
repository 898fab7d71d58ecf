# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random state dicts as training programs leave them; each tensor holds values of its own, so that none is mistaken."""
import torch

WRAPPERS = ["module.", "_orig_mod.", "modules.", "module", "mod_module.", ""]
PARTS = ["backbone", "layer1", "0", "12", "conv1", "bn2", "module", "_orig_mod", "norm", "attn", "heads", "fc", "größe"]
LEAVES = ["weight", "bias", "running_mean", "num_batches_tracked", "gamma"]
NORM = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]


def state(keys):
    return {key: torch.tensor([float(number), 0.5]) for number, key in enumerate(dict.fromkeys(keys))}


def some(chance, keys, least=0.3):
    """A part of the keys, in another order."""
    keys = [key for key in keys if chance.random() < chance.uniform(least, 1)] or keys[:1]
    if chance.random() < 0.5:
        chance.shuffle(keys)
    return keys


def wrapped(chance):
    """Names below wrappers, sometimes all of them."""
    prefix = chance.choice(["module.", "module.module.", "_orig_mod.", ""])
    keys = []
    for _ in range(chance.randint(1, 40)):
        parts = [chance.choice(PARTS) for _ in range(chance.randint(0, 4))]
        inner = "".join(chance.choice(WRAPPERS) for _ in range(chance.randint(0, 3))) if chance.random() < 0.4 else ""
        keys.append(prefix + inner + ".".join(parts + [chance.choice(LEAVES)]))
    if prefix and chance.random() < 0.5:
        keys.append("other.weight")
    return keys


def resnet(chance, depths=((3, 4, 6, 3), (3, 4, 23, 3))):
    """All names of a torchvision ResNet with bottlenecks."""
    keys = ["conv1.weight"] + [f"bn1.{leaf}" for leaf in NORM]
    for stage, depth in enumerate(chance.choice(depths), 1):
        for block in range(depth):
            at = f"layer{stage}.{block}"
            for part in (1, 2, 3):
                keys += [f"{at}.conv{part}.weight"] + [f"{at}.bn{part}.{leaf}" for leaf in NORM]
            if block == 0:
                keys += [f"{at}.downsample.0.weight"] + [f"{at}.downsample.1.{leaf}" for leaf in NORM]
    return keys


def caffe2_resnet(chance):
    norm = ["s", "b", "rm", "riv"]
    keys = ["conv1_w"] + [f"res_conv1_bn_{leaf}" for leaf in norm]
    for stage, depth in zip((2, 3, 4, 5), (3, 4, 6, 3)):
        for block in range(depth):
            for branch in ["branch2a", "branch2b", "branch2c"] + ["branch1"] * (block == 0):
                at = f"res{stage}_{block}_{branch}"
                keys += [f"{at}_w", f"{at}_b"] + [f"{at}_bn_{leaf}" for leaf in norm]
    keys = some(chance, keys) + ["pred_w", "pred_b", "lr", "model_iter"]
    return keys + [f"{key}_momentum" for key in keys[: chance.randint(0, 5)]]


def llama(chance, biased):
    """Names and shapes of a Llama (or, biased, a Qwen2) of Hugging Face, and its numbers of heads."""
    kv_heads = chance.choice([1, 2, 3])
    heads, half = kv_heads * chance.choice([1, 2]), chance.choice([1, 2, 4, 5])
    dim, rows = heads * 2 * half, kv_heads * 2 * half
    shapes = {"model.embed_tokens.weight": (7, dim), "model.norm.weight": (dim,), "lm_head.weight": (7, dim)}
    for layer in range(chance.randint(1, 13)):
        at = f"model.layers.{layer}"
        for part, size in (("q", dim), ("k", rows), ("v", rows)):
            shapes[f"{at}.self_attn.{part}_proj.weight"] = (size, dim)
            if biased:
                shapes[f"{at}.self_attn.{part}_proj.bias"] = (size,)
        shapes |= {f"{at}.self_attn.o_proj.weight": (dim, dim), f"{at}.mlp.gate_proj.weight": (3, dim),
                   f"{at}.mlp.up_proj.weight": (3, dim), f"{at}.mlp.down_proj.weight": (dim, 3),
                   f"{at}.input_layernorm.weight": (dim,), f"{at}.post_attention_layernorm.weight": (dim,)}
        if chance.random() < 0.3:
            shapes[f"{at}.self_attn.rotary_emb.inv_freq"] = (half,)
    generator = torch.Generator().manual_seed(chance.randint(0, 1 << 30))
    return {k: torch.randn(s, generator=generator) for k, s in shapes.items()}, heads, kv_heads, dim
