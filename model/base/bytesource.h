// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inputfile.h"

#include <cstring>
#include <string_view>

/// Bytes to read at positions, of a file or of a text in memory; either outlives this.
class ByteSource
{
public:
    ByteSource(const InputFile &file) : m_file(&file), m_name(file.path()) {}
    /// `name` stands for the path in messages.
    ByteSource(std::string_view text, QString name) : m_text(text), m_name(std::move(name)) {}

    std::size_t size() const { return m_file ? std::size_t(m_file->size()) : m_text.size(); }
    const QString &name() const { return m_name; }
    /// Fill `out` from `offset`. Those bytes must be there; a file that was cut meanwhile is an Error.
    Result<void> readAt(std::size_t offset, std::span<char> out) const
    {
        if (m_file)
            return m_file->readAt(qint64(offset), std::as_writable_bytes(out));
        if (!out.empty())
            std::memcpy(out.data(), m_text.data() + offset, out.size());
        return {};
    }

private:
    const InputFile *m_file = nullptr;
    std::string_view m_text;
    QString m_name;
};
