// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/target/target.h"

/// An attribute that names one thing or several, such as `classifier`. Nothing where it is not stated, or is no text.
std::optional<std::vector<std::string>> attributeTexts(const Target &target, std::string_view name);
