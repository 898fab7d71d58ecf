// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/jsonwriter.h"
#include "model/checkpoint/checkpoint.h"

/// Write the non-tensor objects of a checkpoint as one JSON object. An instance becomes an object with its class as
/// "__class__" beside its state; what JSON cannot say becomes text (`torch.float32`); tensors and the dicts that are
/// roots are left out; nesting beyond 100 levels, and what follows 100,000 values, becomes "…".
void writeObjects(JsonWriter &json, const Checkpoint &checkpoint);
