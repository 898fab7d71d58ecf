// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/contenthash.h"
#include "model/save/save.h"
#include "model/save/transfer.h"

enum class WholeFile : quint8 { Xxh3, Xxh3AndSha256 };

/// What identifies the bytes of one file.
struct FileDigest
{
    QString path;
    qint64 bytes = 0;
    ContentHash xxh3;
    std::string sha256 = {}; ///< hexadecimal; empty: not asked for
};

/// Read a file from end to end and digest it. Counts its bytes.
Result<FileDigest> digestFile(const InputFile &file, WholeFile digests, ByteCount &count);

/// Digest the values of a tensor, dense in C order. Counts its bytes.
Result<ContentHash> digestTensor(TensorBytes &bytes, const Tensor &tensor, ByteCount &count);

/// What a certificate says beyond the plan.
struct CertificateFacts
{
    std::string created; ///< RFC 3339
    QString device;
    std::vector<FileDigest> sources;
    std::vector<FileDigest> outputs;
    std::vector<ContentHash> contents; ///< of each output's values, dense in C order
};

/// The certificate's JSON (cli.md, Files of ours).
std::string certificateText(const Plan &plan, const CertificateFacts &facts);
