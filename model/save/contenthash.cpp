// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/contenthash.h"

#include <new>
#include <xxhash.h>

struct ContentHasher::State
{
    XXH3_state_t *xxh = XXH3_createState();

    State()
    {
        if (!xxh)
            throw std::bad_alloc();
    }
    ~State() { XXH3_freeState(xxh); }
    State(const State &) = delete;
    State &operator=(const State &) = delete;
};

ContentHasher::ContentHasher() : m_state(std::make_unique<State>())
{
    reset();
}

ContentHasher::~ContentHasher() = default;

void ContentHasher::reset()
{
    XXH3_128bits_reset(m_state->xxh);
}

void ContentHasher::add(std::span<const std::byte> data)
{
    XXH3_128bits_update(m_state->xxh, data.data(), data.size());
}

ContentHash ContentHasher::result() const
{
    constexpr char digits[] = "0123456789abcdef";
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, XXH3_128bits_digest(m_state->xxh));
    ContentHash hash;
    for (std::size_t i = 0; i < sizeof bytes.digest; ++i) {
        hash.digits[2 * i] = digits[bytes.digest[i] >> 4];
        hash.digits[2 * i + 1] = digits[bytes.digest[i] & 0xF];
    }
    return hash;
}
