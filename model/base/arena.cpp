// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/arena.h"

#include <algorithm>
#include <cstring>

namespace {
constexpr std::size_t largestBlock = 2 << 20;
}

void Arena::expect(std::size_t bytes)
{
    m_nextBlock = std::clamp(bytes, m_nextBlock, largestBlock);
}

void *Arena::allocateInNewBlock(std::size_t bytes, std::size_t alignment)
{
    const std::size_t block = std::max(bytes + alignment, m_nextBlock);
    m_nextBlock = std::clamp(m_capacity + block, m_nextBlock, largestBlock);
    m_blocks.push_back(allocateBlock(block));
    m_capacity += block;
    m_next = m_blocks.back().get();
    m_end = m_next + block;
    return allocate(bytes, alignment);
}

Name Arena::store(std::string_view text)
{
    return store(text, {}, {});
}

Name Arena::store(std::string_view first, std::string_view second, std::string_view third)
{
    const std::size_t size = first.size() + second.size() + third.size();
    if (size == 0)
        return {"", 0};
    auto *copy = static_cast<char *>(allocate(size, 1));
    char *out = copy;
    for (const std::string_view part : {first, second, third}) {
        if (!part.empty())
            std::memcpy(out, part.data(), part.size());
        out += part.size();
    }
    return {copy, size};
}
