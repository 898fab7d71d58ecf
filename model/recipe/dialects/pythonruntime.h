// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/dialects/pythonselect.h"

/// The pieces of `resources/export/*.py` with these names, and all that they need, as Python: functions, then the
/// class with its methods, in the order of those files.
std::string pythonRuntime(const PythonPieces &pieces);
/// Lines that import the modules of Python that a text names.
std::string pythonImports(std::string_view text);
