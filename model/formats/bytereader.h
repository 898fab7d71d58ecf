// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtEndian>

#include <cstddef>

/// A little-endian number at an address that may be unaligned. The caller has checked that the bytes are there.
template<typename T>
T littleEndian(const void *address)
{
    return qFromLittleEndian<T>(address);
}

/// A little-endian number at `offset` of a buffer.
template<typename T>
T littleEndian(const char *bytes, std::size_t offset)
{
    return qFromLittleEndian<T>(bytes + offset);
}
