// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

/// Open the checkpoints that steps of `input.recipe` name into `input.files`, and join them, and the target's where the
/// bind policy may fill keys from it, with the source in `input.checkpoint`. What cannot be opened is for the step to
/// say that needs it. Those of the plan before are taken again while nothing changed them on the disk, and so is what
/// they are joined to: an edit that names no other file opens none. False when `progress` asks to stop.
bool openFiles(PlanInput &input, Progress &progress, const std::shared_ptr<const Plan> &before = {});
