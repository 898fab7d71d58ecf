// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchzipreader.h"
#include "tests/fuzz/readable.h"
#include "tests/support/memoryfile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Progress progress;
    const auto file = memoryFile({reinterpret_cast<const char *>(data), size});
    if (!file)
        return 0;
    if (const auto checkpoint = torchZipFormat.open(file, progress))
        checkReadable(*checkpoint);
    return 0;
}
