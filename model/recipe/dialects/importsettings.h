// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"
#include "model/recipe/dialects/visslsettings.h"

/// Whose settings a text holds; the words are those of `recipes import --as`.
enum class SettingsKind : quint8 {
    Vissl,
    VisslTeacher,
    MMEngine,
    Transformers,
    Vllm, ///< entry after entry
    VllmLongest, ///< the longest entry that fits: other versions of the same mapper
    Torchtune,
    Pairs, ///< old and new names
};
template<>
inline constexpr auto enumWords<SettingsKind> = std::array<std::string_view, 8>{
    "vissl", "vissl-teacher", "mmengine", "transformers", "vllm", "vllm-longest", "torchtune", "pairs"};
template<>
inline constexpr auto enumWords<VisslSettings::Dialect> = std::array<std::string_view, 2>{"documented", "main"};

/// What is imported: text of settings, and `KEY=VALUE` words that outrank it (VISSL's alone).
struct ImportInput
{
    std::string text;
    std::string name; ///< where the text is from, for messages; empty: nowhere
    std::vector<std::string> overrides;
    std::optional<SettingsKind> kind; ///< nothing: as the text looks
    VisslSettings::Dialect dialect = VisslSettings::Dialect::Main;
};

/// A recipe from another program's settings. The text is read as data, nothing in it is run. BadRecipe names the
/// setting, with line and column where it has some.
Result<Imported> importSettings(const ImportInput &input);
/// Whose settings a text looks like; VISSL's when it looks like nobody's.
SettingsKind settingsKind(std::string_view text, std::string_view name);
