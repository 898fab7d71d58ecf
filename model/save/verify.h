// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"

/// Compare a file just written, as our own reader opened it, with the plan: names, dtypes, shapes, and the place and
/// strides of every tensor's bytes. Gives the number of the tensor that each output became; DoesNotHold names the first
/// difference.
Result<std::vector<TensorIndex>> verify(const Plan &plan, const Layout &layout, const Checkpoint &written);
