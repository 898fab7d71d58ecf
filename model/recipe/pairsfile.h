// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"

/// Read a table of old and new names: .csv, .tsv (two columns, an empty second one drops; a first line such as
/// "from,to" is a heading) or .json (a map, null drops). `file` is relative to `folder`. BadRecipe names file and line.
Result<NamePairs> readPairs(const QString &file, const QString &folder);
/// The CSV half, for text already read.
Result<NamePairs> parsePairs(std::string_view text, char separator, const QString &fileName);
