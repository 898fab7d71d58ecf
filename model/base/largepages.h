// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

/// A block of memory that goes back to the system when it is given up, if it is large: through the heap's free list, a
/// million names that a plan gave up would stay between those it kept.
struct FreeBlock
{
    std::size_t mapped = 0; ///< bytes; 0: from the heap
    void operator()(std::byte *block) const;
};
using MemoryBlock = std::unique_ptr<std::byte, FreeBlock>;

/// `bytes` of memory, in large pages and at the start of one if it is large: a third of the time of opening 100,000
/// tensors was the system handing out small ones. Room that is never written costs nothing. Throws std::bad_alloc.
MemoryBlock allocateBlock(std::size_t bytes);
/// How allocateBlock(bytes) is given up.
FreeBlock freeBlock(std::size_t bytes);

/// For vectors that may be long and are filled from their start. Elements that resize() adds are default-initialised,
/// so plain bytes are not cleared.
template<typename T>
struct LargePageAllocator
{
    using value_type = T;

    LargePageAllocator() = default;
    template<typename U>
    LargePageAllocator(const LargePageAllocator<U> &)
    {}
    T *allocate(std::size_t count) { return reinterpret_cast<T *>(allocateBlock(count * sizeof(T)).release()); }
    void deallocate(T *memory, std::size_t count)
    {
        freeBlock(count * sizeof(T))(reinterpret_cast<std::byte *>(memory));
    }
    template<typename U, typename... Arguments>
    void construct(U *place, Arguments &&...arguments)
    {
        if constexpr (sizeof...(Arguments) == 0)
            ::new (static_cast<void *>(place)) U;
        else
            ::new (static_cast<void *>(place)) U(std::forward<Arguments>(arguments)...);
    }
    bool operator==(const LargePageAllocator &) const { return true; }
};
template<typename T>
using LargeVector = std::vector<T, LargePageAllocator<T>>;
