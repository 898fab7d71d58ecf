// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"

#include <optional>
#include <string>
#include <utility>

/// One file format that can be read. A format is one file pair under `model/formats` and one line in the registry.
struct FormatReader
{
    std::string_view word; ///< "safetensors", "torch-zip"
    /// Whether the first bytes of a file (up to 512, all there are) look like this format.
    bool (*recognises)(std::span<const std::byte> head);
    /// Read the metadata. NotThisFormat hands the file on to the next reader; other errors end the search.
    Result<std::shared_ptr<const Checkpoint>> (*open)(std::shared_ptr<const InputFile> file, Progress &progress);
};

/// All readers, in the order they are asked.
std::span<const FormatReader> formatReaders();

/// Open `path`, whatever its ending says; an index of shards (`*.index.json`), or a folder with one, is opened with its
/// shards as one checkpoint. Errors are whole sentences: NotFound, Unreadable, NotThisFormat (names what
/// the file seems to be: a Git LFS pointer, a web page, a tar, …), Damaged, Cancelled.
Result<std::shared_ptr<const Checkpoint>> openCheckpoint(const QString &path, Progress &progress);
/// `FILE::path/inside` as people type it, taken apart: the file, and the root's path if one is given. A file that
/// exists under the whole text is that file.
std::pair<QString, std::optional<std::string>> splitSpec(const QString &spec);
