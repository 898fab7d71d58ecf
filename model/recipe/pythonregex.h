// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <string>
#include <string_view>

/// A Python pattern in PCRE2's syntax.
struct PythonPattern
{
    std::string pcre;
    bool isAscii = false; ///< (?a): \d \w \s \b are ASCII
};

/// Translate what the two read differently (\Z, \s, \v, `{,n}`, classes) and refuse what Python refuses. The error's
/// message is a part of a sentence.
Result<PythonPattern> translatePython(std::string_view pattern);
/// Python's fnmatch: `*`, `?`, `[…]`, `[!…]`; the whole name.
std::string translateGlob(std::string_view pattern);
