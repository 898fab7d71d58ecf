// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

/// Python that gives this tensor: one line for safetensors or torch, with the file's path and the key as literals.
QString pythonLine(const Checkpoint &checkpoint, const Tensor &tensor);
