// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/certificatereader.h"

#include <cstdlib>

/// Certificates: any bytes end in a certificate or a sentence, and what is read reads the same in small pieces.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const ByteSource source(text, QStringLiteral("fuzz.json"));
    const Result<Certificate> whole = readCertificate(source);
    const Result<Certificate> inPieces = readCertificate(source, 1);
    if (bool(whole) != bool(inPieces))
        std::abort();
    if (!whole) {
        if (whole.error().message.isEmpty())
            std::abort();
        return 0;
    }
    const auto isEqual = [](const CertifiedTensor &one, const CertifiedTensor &other) {
        return one.name == other.name && one.dtype == other.dtype && one.shape == other.shape
            && one.content == other.content;
    };
    if (!std::equal(whole->tensors.begin(), whole->tensors.end(), inPieces->tensors.begin(), inPieces->tensors.end(),
                    isEqual)
        || whole->recipe != inPieces->recipe || whole->outputs.size() != inPieces->outputs.size())
        std::abort();
    return 0;
}
