// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/decimal.h"

#include <array>
#include <charconv>
#include <cmath>

std::optional<double> parseDecimal(std::string_view text)
{
    double number = 0;
    const char *end = text.data() + text.size();
    const auto [last, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc() || last != end || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::string decimalText(double number)
{
    std::array<char, 32> text;
    const auto [end, problem] = std::to_chars(text.data(), text.data() + text.size(), number);
    return {text.data(), end};
}
