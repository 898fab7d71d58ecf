// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inputfile.h"

#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

/// A file in memory with these bytes, for tests and fuzzers of readers; nothing when the system refuses.
inline std::shared_ptr<const InputFile> memoryFile(std::string_view bytes)
{
    const int descriptor = ::memfd_create("test", MFD_CLOEXEC);
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t written = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (written <= 0)
            break;
        done += std::size_t(written);
    }
    auto file = InputFile::open(QStringLiteral("/proc/self/fd/%1").arg(descriptor));
    ::close(descriptor);
    return file && done == bytes.size() ? *file : nullptr;
}
