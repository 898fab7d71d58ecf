// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/jsonwriter.h"
#include "model/checkpoint/checkpoint.h"

/// Write the non-tensor objects of a checkpoint as JSON: what JSON cannot say becomes text (`torch.float32`,
/// `argparse.Namespace(…)`), tensors and whole roots are left out, nesting beyond 100 levels becomes "…".
void writeObjects(JsonWriter &json, const Checkpoint &checkpoint);
/// A short Python-like text of one object: `{'lr': 0.1, …}`.
QString objectText(const ObjectTree &tree, ObjectId id);
