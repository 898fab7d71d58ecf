// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"
#include "model/recipe/recipe.h"

template<>
inline constexpr auto enumWords<Bind::Counters> = std::array<std::string_view, 3>{"create", "ignore", "report"};
template<>
inline constexpr auto enumWords<Bind::ShapePolicy> = std::array<std::string_view, 3>{"error", "skip", "keep-target"};
template<>
inline constexpr auto enumWords<Bind::HeadPolicy> =
    std::array<std::string_view, 3>{"load", "skip", "skip-if-shape-differs"};

/// The `bind` part of a recipe from YAML data; BadRecipe names the field.
Result<Bind> parseBind(const Node &node);
/// Fields that differ from their default.
Node printBind(const Bind &bind);
/// Its JSON Schema.
std::string bindSchema();

/// Its fields as a form shows them, one line each: "skip", "strict.missing".
std::span<const FieldInfo> bindFields();
/// The value of one of them; nothing when it is at its default.
std::optional<Node> bindField(const Bind &bind, std::string_view name);
/// With one of them set, or set back to its default by a null node; BadRecipe names the field.
Result<Bind> withBindField(const Bind &bind, std::string_view name, const Node &value);
