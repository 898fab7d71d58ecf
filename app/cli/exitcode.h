// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

/// The process exit code for a kind of failure: the one table of `cli.md`, Exit codes. 0 is success.
int exitCode(Error::Kind kind);
