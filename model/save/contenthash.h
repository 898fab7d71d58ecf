// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

/// An XXH3-128 in its canonical form: 32 hexadecimal digits, most significant first.
struct ContentHash
{
    std::array<char, 32> digits{};

    std::string_view text() const { return {digits.data(), digits.size()}; }
    bool operator==(const ContentHash &) const = default;
};

/// XXH3-128 of a stretch of bytes, fed piecemeal.
class ContentHasher
{
public:
    ContentHasher();
    ~ContentHasher();
    ContentHasher(const ContentHasher &) = delete;
    ContentHasher &operator=(const ContentHasher &) = delete;

    void reset();
    void add(std::span<const std::byte> data);
    ContentHash result() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};
