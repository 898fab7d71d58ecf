// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/largepages.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

/// A UTF-8 name as the file has it. The bytes live in an Arena that the owner of the name keeps alive.
using Name = std::string_view;

/// A bump allocator for names and other trivially destructible data. Addresses stay valid until the arena dies.
/// Not thread-safe while it grows; immutable afterwards and then safe to read from any thread.
class Arena
{
public:
    Arena() = default;
    /// Of which about `expected` bytes are wanted.
    explicit Arena(std::size_t expected) { expect(expected); }
    Arena(Arena &&) noexcept = default;
    Arena &operator=(Arena &&) noexcept = default;

    /// What follows will take about `bytes`: the first blocks are not small, then.
    void expect(std::size_t bytes);
    /// Copy `text` and return a view of the copy.
    Name store(std::string_view text);
    /// Copy the concatenation of the parts.
    Name store(std::string_view first, std::string_view second, std::string_view third = {});
    /// Construct a T that needs no destructor.
    template<typename T, typename... Arguments>
    T *make(Arguments &&...arguments)
    {
        static_assert(std::is_trivially_destructible_v<T>);
        return new (allocate(sizeof(T), alignof(T))) T{std::forward<Arguments>(arguments)...};
    }
    /// `bytes` of uninitialised memory aligned to `alignment` (a power of two).
    void *allocate(std::size_t bytes, std::size_t alignment)
    {
        const std::size_t padding = -reinterpret_cast<std::uintptr_t>(m_next) & (alignment - 1);
        if (std::size_t(m_end - m_next) < padding || std::size_t(m_end - m_next) - padding < bytes) [[unlikely]]
            return allocateInNewBlock(bytes, alignment);
        std::byte *place = m_next + padding;
        m_next = place + bytes;
        return place;
    }
    /// Bytes taken from the system.
    std::size_t capacity() const { return m_capacity; }

private:
    void *allocateInNewBlock(std::size_t bytes, std::size_t alignment);

    std::vector<MemoryBlock> m_blocks;
    std::byte *m_next = nullptr;
    std::byte *m_end = nullptr;
    std::size_t m_capacity = 0;
    std::size_t m_nextBlock = 4096;
};
