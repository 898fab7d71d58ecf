// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

#include <string>
#include <string_view>

/// YAML and recipes larger than this are refused unread.
constexpr std::size_t maximumTextBytes = 4 * 1024 * 1024;
/// So are those with more signs that may begin a value: brackets, commas, colons, … Fifty thousand pairs of quoted
/// names have 200,000.
constexpr std::size_t maximumSigns = 250'000;

/// Read one YAML document, or JSON when the text starts with '{'. Scalars stay text as written; anchors, aliases, tags
/// and duplicate keys are refused. A BadRecipe error carries line and column.
Result<Node> parseText(std::string_view text);

/// One YAML document, flow style included.
Result<Node> parseYaml(std::string_view text);
/// Strict JSON of any size, nested as deep as YAML may here. Takes up to 300 bytes for each byte of it.
Result<Node> parseJson(std::string_view text);

/// Lists and maps nest at most this deep.
constexpr int maximumDepth = 64;

/// Line and column (in characters), both from 1, of a byte of a text.
struct Place
{
    int line = 1;
    int column = 1;
};
Place placeOf(std::string_view text, std::size_t byte);
/// BadRecipe at a byte of a text.
Error errorAt(std::string_view text, std::size_t byte, const QString &message);
/// BadRecipe at a node.
Error errorAt(const Node &node, const QString &message);
/// BadRecipe at the key of a map entry.
Error errorAtKey(const Node &value, const QString &message);

/// One line in flow style; quotes only where YAML needs them.
std::string flowText(const Node &node);
/// One line of JSON.
std::string jsonText(const Node &node);
/// A scalar as YAML writes it inside brackets (`inFlow`) or at the end of a line.
enum class Surroundings { Flow, Block };
std::string scalarText(const Node &node, Surroundings surroundings);
