// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <string_view>
#include <vector>

/// Read whole numbers from a text file, between them blanks, line breaks or commas (a JSON list too). `file` is
/// relative to `folder`. BadRecipe names file and line.
Result<std::vector<qint64>> readNumbers(const QString &file, const QString &folder);
/// The same of text already read.
Result<std::vector<qint64>> parseNumbers(std::string_view text, const QString &fileName);
