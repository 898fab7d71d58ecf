// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"
#include "model/save/save.h"

/// A plan as one torch zip file that every torch from 1.6 on loads, with `weights_only=True` and `mmap=True` too: the
/// profile of formats §1.10. The state dict is an OrderedDict in the plan's order, with `_metadata` if the source has
/// it; bare, under SaveOptions::rootKey, or in its place among the source's objects. Unsupported names the first key or
/// object that such a file cannot hold.
Result<Layout> torchLayout(const Plan &plan, const SaveOptions &options);
