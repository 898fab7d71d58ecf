// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <vector>

/// Something worth telling that stops nothing: shown in the findings list, printed by the command line.
struct Finding
{
    enum class Severity { Info, Warning, Error };

    /// Where a click on the finding goes.
    struct Where
    {
        std::string key = {}; ///< a source or target key; empty: none
        int step = -1; ///< index into the recipe's steps; -1: none
    };

    Severity severity = Severity::Warning;
    std::string kind; ///< a stable word for programs, e.g. "no-effect", "trailing-bytes", "collision"
    QString message; ///< whole sentence
    Where where = {};
};

using Findings = std::vector<Finding>;
