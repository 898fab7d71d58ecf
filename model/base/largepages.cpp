// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/largepages.h"

#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace {
constexpr std::uintptr_t largePage = 2 << 20;

std::size_t wholePages(std::size_t bytes)
{
    return (bytes + largePage - 1) & ~(largePage - 1);
}
}

void FreeBlock::operator()(std::byte *block) const
{
    if (mapped == 0)
        std::free(block);
    else
        ::munmap(block, mapped);
}

FreeBlock freeBlock(std::size_t bytes)
{
    return {bytes < largePage ? 0 : wholePages(bytes)};
}

MemoryBlock allocateBlock(std::size_t bytes)
{
    if (bytes < largePage) {
        void *memory = std::malloc(bytes);
        if (!memory)
            throw std::bad_alloc();
        return MemoryBlock(static_cast<std::byte *>(memory));
    }
    // A large page more than is needed, of which what lies before the first and behind the last goes back.
    const std::size_t whole = wholePages(bytes);
    void *memory =
        ::mmap(nullptr, whole + largePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        throw std::bad_alloc();
    auto *const first = static_cast<std::byte *>(memory);
    const std::size_t before = -reinterpret_cast<std::uintptr_t>(memory) & (largePage - 1);
    if (before > 0)
        ::munmap(first, before);
    if (before < largePage)
        ::munmap(first + before + whole, largePage - before);
    ::madvise(first + before, bytes & ~(largePage - 1), MADV_HUGEPAGE); // what does not fill one stays small
    return MemoryBlock(first + before, freeBlock(bytes));
}
