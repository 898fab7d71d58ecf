// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/step.h"

/// Whose list of patterns and replacements: MMEngine replaces every match (`re.sub`), transformers the first.
enum class RegexDialect : quint8 { MMEngine, Transformers };

/// A pattern of Python's re, and what takes its place.
struct RegexRule
{
    std::string pattern;
    std::string replacement;
};

/// What a step does to names as such rules, to be run one after the other; none for a step that only checks or orders.
/// The error says why it cannot be said, as the end of a sentence.
Result<std::vector<RegexRule>> regexRules(const Step &step, RegexDialect dialect);
