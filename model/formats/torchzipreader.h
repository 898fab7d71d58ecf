// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/formats.h"

/// What torch.save writes since 1.6: a zip file with a pickle and one member per storage. TorchScript archives are read
/// for their weights; torch.package and torch.export archives are named and refused.
extern const FormatReader torchZipFormat;
