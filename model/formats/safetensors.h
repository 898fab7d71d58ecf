// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/formats.h"

/// safetensors: `u64 N | N bytes of JSON | data`. One root at the top level, tensors in the header's order.
/// Opens whatever can be located without guessing and says what the reference library would refuse.
extern const FormatReader safetensorsFormat;
