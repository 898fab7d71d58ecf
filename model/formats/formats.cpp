// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"

#include "model/base/text.h"
#include "model/formats/foreign.h"
#include "model/formats/safetensors.h"
#include "model/formats/shardindex.h"
#include "model/formats/torchlegacyreader.h"
#include "model/formats/torchzipreader.h"

#include <QFileInfo>

#include <array>

std::span<const FormatReader> formatReaders()
{
    static const std::array readers{safetensorsFormat, torchZipFormat, torchLegacyFormat};
    return readers;
}

namespace {
Result<std::shared_ptr<const Checkpoint>> openFile(const QString &path, Progress &progress)
{
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    std::array<std::byte, foreignHeadBytes> head{};
    const Result<qint64> got = (*file)->readSome(0, head);
    if (!got)
        return got.error();
    const auto seen = std::span<const std::byte>(head).first(std::size_t(*got));

    std::optional<Error> refusal;
    for (const FormatReader &reader : formatReaders()) {
        if (!reader.recognises(seen))
            continue;
        auto checkpoint = reader.open(*file, progress);
        if (checkpoint || checkpoint.error().kind != Error::Kind::NotThisFormat)
            return checkpoint;
        refusal = checkpoint.error();
    }
    if (refusal) // the reader looked inside and knows more than the first bytes say
        return *refusal;
    const QString name = displayName(QFileInfo(path).fileName().toStdString());
    return Error{Error::Kind::NotThisFormat, QStringLiteral("“%1” %2.").arg(name, foreignFormat(seen, (*file)->size())),
                 path};
}
}

Result<std::shared_ptr<const Checkpoint>> openCheckpoint(const QString &path, Progress &progress)
{
    if (QFileInfo(path).isDir()) {
        const Result<QString> index = findShardIndex(path);
        return index ? openShards(*index, openFile, progress) : index.error();
    }
    return isShardIndex(path) ? openShards(path, openFile, progress) : openFile(path, progress);
}
