// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchzipreader.h"
#include "tests/fuzz/invariants.h"
#include "tests/support/memoryfile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Progress progress;
    const auto file = memoryFile({reinterpret_cast<const char *>(data), size});
    if (const auto checkpoint = torchZipFormat.open(file, progress))
        checkInvariants(**checkpoint);
    return 0;
}
