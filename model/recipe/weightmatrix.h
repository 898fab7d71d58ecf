// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

#include <vector>

/// A matrix made by hand: a list of rows, all of one length.
struct WeightMatrix
{
    qint64 rows = 0;
    qint64 columns = 0;
    std::vector<double> numbers; ///< row by row

    bool operator==(const WeightMatrix &) const = default;

    /// BadRecipe says what was expected at that place.
    static Result<WeightMatrix> parse(const Node &node);
    Node print() const;
    /// One row a line, its numbers apart by blanks or commas, or a JSON list of lists. `file` is relative to `folder`.
    /// BadRecipe names file and line.
    static Result<WeightMatrix> read(const QString &file, const QString &folder);
    /// The same of text already read.
    static Result<WeightMatrix> parseText(std::string_view text, const QString &fileName);
};
