// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/attributetexts.h"

std::optional<std::vector<std::string>> attributeTexts(const Target &target, std::string_view name)
{
    const auto stated = target.attributes().find(std::string(name));
    if (stated == target.attributes().end())
        return std::nullopt;
    if (const auto *one = std::get_if<std::string>(&stated->second))
        return std::vector{*one};
    const auto *several = std::get_if<std::vector<std::string>>(&stated->second);
    return several ? std::optional(*several) : std::nullopt;
}
