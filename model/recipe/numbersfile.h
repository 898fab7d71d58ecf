// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <optional>
#include <string_view>
#include <vector>

/// Read whole numbers from a text file, between them blanks, line breaks or commas (a JSON list too). `file` is
/// relative to `folder`. BadRecipe names file and line.
/// The word `null`, where it is allowed, is the number `null`.
Result<std::vector<qint64>> readNumbers(const QString &file, const QString &folder, std::optional<qint64> null = {});
/// The same of text already read.
Result<std::vector<qint64>> parseNumbers(std::string_view text, const QString &fileName,
                                         std::optional<qint64> null = {});
