// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// A whole number told in decimal ("-123") or hexadecimal ("0x1f") digits as two's complement, least significant byte
/// first, in as few bytes as hold its sign. Nothing when the text is anything else.
std::optional<std::string> bigIntegerBytes(std::string_view text);
