// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inputfile.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

/// Reads at rising offsets through one window, so that 100,000 neighbouring headers cost a few hundred reads, and the
/// headers of large storages one small read each.
class ZipWindow
{
public:
    explicit ZipWindow(const InputFile &file) : m_file(file) {}

    /// Up to `bytes` bytes at `offset`; fewer at the end of the file. Valid until the next call.
    Result<std::string_view> at(qint64 offset, std::size_t bytes)
    {
        if (offset >= m_offset && offset + qint64(bytes) <= m_offset + qint64(m_filled))
            return std::string_view(m_buffer).substr(std::size_t(offset - m_offset), bytes);
        const bool isNear = offset >= m_offset && offset - m_offset < 4 * qint64(largest);
        const std::size_t wanted = std::max(bytes, isNear ? largest : smallest);
        if (m_buffer.size() < wanted)
            m_buffer.resize(wanted);
        const auto got = m_file.readSome(offset, std::as_writable_bytes(std::span(m_buffer)).first(wanted));
        if (!got)
            return got.error();
        m_offset = offset;
        m_filled = std::size_t(*got);
        return std::string_view(m_buffer).substr(0, std::min(bytes, m_filled));
    }

private:
    static constexpr std::size_t smallest = 512;
    static constexpr std::size_t largest = 1 << 17;

    const InputFile &m_file;
    std::string m_buffer;
    qint64 m_offset = 0;
    std::size_t m_filled = 0;
};
