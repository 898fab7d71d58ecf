// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/formats.h"

/// What torch.save wrote from 0.1.10 to 1.5, and still writes when asked not to use zip: five pickles, then the
/// storages one after the other.
extern const FormatReader torchLegacyFormat;
