// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstddef>
#include <span>

/// How many bytes of a file foreignFormat() wants to see.
constexpr std::size_t foreignHeadBytes = 512;

/// What a file that no reader takes seems to be, by its first bytes: "is a Git LFS pointer, not the checkpoint
/// itself: run `git lfs pull`". Continues a sentence that begins with the file's name. Never empty.
QString foreignFormat(std::span<const std::byte> head, qint64 fileBytes);
