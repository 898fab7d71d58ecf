// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>

/// Ask the system to back the inside of [data, data + bytes) with large pages: a third of the time of opening 100,000
/// tensors was the system handing out small ones. For fresh memory of several mebibytes that will be filled from its
/// start. Only a wish: it changes nothing else, and where the system does not grant it, nothing at all.
void preferLargePages(const void *data, std::size_t bytes);

/// A block of memory that goes back to the system when it is given up, if it is large: through the heap's free list, a
/// million names that a plan gave up would stay between those it kept.
struct FreeBlock
{
    std::size_t mapped = 0; ///< bytes; 0: from the heap
    void operator()(std::byte *block) const;
};
using MemoryBlock = std::unique_ptr<std::byte, FreeBlock>;

/// `bytes` of memory, in large pages and at the start of one if it is large. Throws std::bad_alloc.
MemoryBlock allocateBlock(std::size_t bytes);

/// Reserve room in a vector or string that is still empty, in large pages.
template<typename Container>
void reserveInLargePages(Container &container, std::size_t count)
{
    container.reserve(count);
    preferLargePages(container.data(), container.capacity() * sizeof(*container.data()));
}
