// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

/// Ask the system to back the inside of [data, data + bytes) with large pages: a third of the time of opening 100,000
/// tensors was the system handing out small ones. For fresh memory of several mebibytes that will be filled from its
/// start. Only a wish: it changes nothing else, and where the system does not grant it, nothing at all.
void preferLargePages(const void *data, std::size_t bytes);

/// `bytes` of memory in large pages, at the start of one if it is large. For std::free(); throws std::bad_alloc.
std::byte *allocateInLargePages(std::size_t bytes);

/// Reserve room in a vector or string that is still empty, in large pages.
template<typename Container>
void reserveInLargePages(Container &container, std::size_t count)
{
    container.reserve(count);
    preferLargePages(container.data(), container.capacity() * sizeof(*container.data()));
}
