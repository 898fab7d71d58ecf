// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/formats/jsonpieces.h"
#include "model/save/certificate.h"

#include <optional>

/// A tensor as a certificate describes it.
struct CertifiedTensor
{
    Name name; ///< bytes that are not UTF-8 are U+FFFD
    DType dtype = DType::Unknown;
    Shape shape;
    ContentHash content; ///< of its values, dense in C order
};

/// A certificate as it was read (cli.md, Files of ours).
struct Certificate
{
    std::vector<FileDigest> sources;
    std::optional<std::string> sourceRoot; ///< what was chosen as `FILE::path`
    std::vector<FileDigest> outputs; ///< the file; of a save in shards these and their index, last
    std::string recipe; ///< its text
    std::optional<std::string> target; ///< as it was typed
    std::string device;
    Arena names;
    std::vector<CertifiedTensor> tensors; ///< in the order of the output
};

/// Read a certificate. `pieceBytes`: how much is parsed at once, for tests. Damaged, with what is wrong and what was
/// expected, for anything that certificateText() does not write; fields it does not know are passed over.
Result<Certificate> readCertificate(const ByteSource &source, std::size_t pieceBytes = JsonPieces::usualBytes);
