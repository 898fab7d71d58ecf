// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/dialects/imported.h"

// Rules of other loaders as recipes. `text` is Python or JSON, read as data (pythonliteral.h); BadRecipe has its place.

/// MMEngine: `revise_keys=[(pattern, replacement), …]`, or `init_cfg=dict(type='Pretrained', prefix=…)`, alone or
/// somewhere in a configuration.
Result<Imported> importMMEngine(std::string_view text, const std::string &source);

/// transformers: `key_mapping`, a map of regular expressions and what takes their place, as its version 5 applies it.
Result<Imported> importKeyMapping(std::string_view text, const std::string &source);

/// How vLLM's mapper, or one of the copies of it, goes through a table: entry after entry, or the longest that fits.
enum class MapperOrder : quint8 { Chain, LongestFirst };
/// vLLM: `WeightsMapper(orig_to_new_prefix={…}, …)`.
Result<Imported> importWeightsMapper(std::string_view text, const std::string &source, MapperOrder order);

/// torchtune and torchtitan: a map of names with `{}` for the number of a layer; None leaves the key out, and a key
/// that is not in it is an error.
Result<Imported> importLayerTable(std::string_view text, const std::string &source);

/// Old and new names: CSV, TSV, or a map, where nothing or null drops the key.
Result<Imported> importPairs(std::string_view text, const std::string &source);
