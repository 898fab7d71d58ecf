// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

/// Whether a shell pattern (`*`, `?`, `[…]`; `*` spans dots) matches a whole name. An empty pattern matches all.
bool globMatches(const std::string &pattern, std::string_view name);
