# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""timm.layers without what its packages import, so that only torch has to be there."""
import importlib
import sys
import types

MODULES = ("pos_embed", "patch_embed", "pos_embed_rel")


def modules(timm):
    """Of the folder of an unpacked timm."""
    for name, place in (("timm", timm), ("timm.layers", timm / "layers")):
        sys.modules.setdefault(name, types.ModuleType(name)).__path__ = [str(place)]
    traced = types.ModuleType("timm.layers._fx")
    traced.register_notrace_function = traced.register_notrace_module = lambda one: one
    sys.modules["timm.layers._fx"] = traced
    return [importlib.import_module("timm.layers." + name) for name in MODULES]


def functions(timm):
    """All that resize, by name."""
    return {name: value for module in modules(timm) for name, value in vars(module).items() if name.startswith("res")}
