// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

/// "int", "dict", "argparse.Namespace": what kind of value an object is.
QString objectTypeText(const ObjectTree &tree, ObjectId id);
/// One line: a scalar's value, the number of entries of a container, dtype and shape of a tensor.
QString objectValueText(const Checkpoint &checkpoint, ObjectId id);
