// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/yaml.h"

/// Where pieces of YAML end, which yaml-cpp does not tell: all take the text and a byte in it.

/// End of a scalar that begins at `begin` and was read as `value`.
std::size_t scalarEnd(std::string_view text, std::size_t begin, std::string_view value, bool quoted);
/// End of a null: behind `null` or `~`, or `begin` itself when nothing is written.
std::size_t nullEnd(std::string_view text, std::size_t begin);
/// Behind the closing bracket of a list or map whose last child ends at `from`.
std::size_t bracketEnd(std::string_view text, std::size_t from, char bracket);
/// Behind the colon that follows a key ending at `from`.
std::size_t afterColon(std::string_view text, std::size_t from);

/// Refuses what YAML cannot hold: bytes that are not UTF-8, and control characters.
Result<void> checkCharacters(std::string_view text);
/// The same, and the size a recipe may have.
Result<void> checkText(std::string_view text);

/// Lines and columns of bytes asked for mostly in order.
class PlaceCursor
{
public:
    explicit PlaceCursor(std::string_view text) : m_text(text) {}
    Place at(std::size_t byte);

private:
    std::string_view m_text;
    std::size_t m_byte = 0;
    Place m_place;
};
