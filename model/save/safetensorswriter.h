// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"
#include "model/save/save.h"

/// A plan as one safetensors file, byte for byte what the reference writes for the same tensors: dtypes in descending
/// order, then names, in header and data; the header padded with spaces to a multiple of eight (formats §4.3).
/// Unsupported names the first key that the format cannot hold. Tied tensors become copies, with a finding.
Result<Layout> safetensorsLayout(const Plan &plan, const SaveOptions &options);
