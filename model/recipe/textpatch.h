// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/node.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A replacement of [begin, end) of a text.
struct TextEdit
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
};

/// The text with all edits made; they must not overlap.
std::string patched(std::string_view text, std::vector<TextEdit> edits);

/// Whether pieces are written as YAML or, in a recipe that is JSON, as JSON.
enum class TextFormat { Yaml, Json };
TextFormat formatOf(std::string_view text);

/// The edits that turn the piece `before` of `text` into `after`, leaving all that stays equal (layout, comments,
/// quotes) as it is. Nothing: the layout does not allow it, write the piece anew.
std::optional<std::vector<TextEdit>> patchNode(std::string_view text, const Node &before, const Node &after);

/// Begin of the line that holds `byte`, and behind its line break.
std::size_t lineBegin(std::string_view text, std::size_t byte);
std::size_t lineEnd(std::string_view text, std::size_t byte);
