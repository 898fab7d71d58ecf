// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>
#include <vector>

/// A name for people: invalid UTF-8, control characters, line breaks and direction overrides become visible escapes
/// (`\n`, `\x07`, `\u202e`), so that no file can forge what a terminal or a label shows.
QString displayName(std::string_view name);
/// Several with commas between them: "a, b, c and 5 more".
QString displayNames(const std::vector<std::string> &names);
/// The same as displayName() as UTF-8.
std::string escaped(std::string_view name);

/// "27.5 M", "769 k", "4,608": a count as the field writes it; exact below 10,000.
QString countText(qint64 count);
/// "27,648": exact, with separators.
QString exactText(qint64 count);
/// "110.6 kB", decimal units, as file managers and the Hub show sizes.
QString bytesText(qint64 bytes);

/// The candidate nearest to `word` by edit distance, or empty when none is close (at most a third of its letters off).
std::string nearest(std::string_view word, const std::vector<std::string_view> &candidates);

/// Order names as people do: runs of digits by value, so `layers.2` comes before `layers.10`.
/// A total order: names that differ only in leading zeros are ordered by bytes.
bool naturalLess(std::string_view left, std::string_view right);
