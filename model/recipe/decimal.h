// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// A finite number as C and Python write it, `-1`, `0.5`, `1e-5`; nothing for all other text.
std::optional<double> parseDecimal(std::string_view text);
/// The shortest text that is the same number.
std::string decimalText(double number);
