// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/finding.h"
#include "model/recipe/recipe.h"

/// Something that the settings do without telling, and what to set instead.
struct ImportRemark
{
    Finding finding;
    std::vector<std::string> repair = {}; ///< `KEY=VALUE` words that mend it, given after the settings; empty: none
};

/// The error with its place in the text of `name` (empty: a text that was never in a file), where it has one.
Error placed(Error error, const std::string &name);

/// A recipe made from the settings of another program.
struct Imported
{
    Recipe recipe;
    std::vector<ImportRemark> remarks;
    std::string file; ///< the checkpoint that the settings name; empty: none
};
