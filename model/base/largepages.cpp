// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/largepages.h"

#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace {
constexpr std::uintptr_t largePage = 2 << 20;
}

void preferLargePages(const void *data, std::size_t bytes)
{
    const auto begin = reinterpret_cast<std::uintptr_t>(data);
    const std::uintptr_t first = (begin + largePage - 1) & ~(largePage - 1);
    const std::uintptr_t last = (begin + bytes) & ~(largePage - 1);
    if (first < last)
        ::madvise(reinterpret_cast<void *>(first), last - first, MADV_HUGEPAGE);
}

std::byte *allocateInLargePages(std::size_t bytes)
{
    const std::size_t whole = (bytes + largePage - 1) & ~(largePage - 1); // as aligned_alloc asks
    void *memory = bytes < largePage ? std::malloc(bytes) : std::aligned_alloc(largePage, whole);
    if (!memory)
        throw std::bad_alloc();
    preferLargePages(memory, bytes);
    return static_cast<std::byte *>(memory);
}
