// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/target.h"

#include <cstdlib>

/// Manifests: any bytes end in a target or a sentence, and what is read reads the same in small pieces,
/// and prints as something that reads the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto first = parseManifest(text, QStringLiteral("fuzz.json"));
    const auto inPieces = parseManifest(text, QStringLiteral("fuzz.json"), 1);
    if (bool(first) != bool(inPieces))
        std::abort();
    if (!first) {
        if (first.error().message.isEmpty())
            std::abort();
        return 0;
    }
    const std::string printed = printManifest(**first);
    if (printManifest(**inPieces) != printed)
        std::abort();
    const auto second = parseManifest(printed, QStringLiteral("fuzz.json"));
    if (!second || printManifest(**second) != printed)
        std::abort();
    return 0;
}
