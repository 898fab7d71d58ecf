// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/bytesource.h"
#include "model/base/largepages.h"

#include <string_view>

/// A JSON object in a file, such as a safetensors header, as a sequence of objects that together have its entries, each
/// as long as memory allows: the parser's index takes four bytes for each part (a bracket, comma, colon, text or
/// number), so an object read whole would take up to five times its size, whatever it says. One of up to `usual` bytes
/// is one piece and is not looked at here. Whether a piece is JSON is for the parser to say; if all are, so is the
/// whole, provided that no piece is empty where there are several.
class JsonPieces
{
public:
    static constexpr std::size_t usualBytes = 8 << 20;
    /// Bytes behind a piece that the parser may read.
    static constexpr std::size_t padding = 64;

    /// Bytes of an entry that is longer than a usual piece.
    static constexpr std::size_t anyLength = std::size_t(-1);

    /// The `bytes` at `offset` of the source. An entry longer than `longest`, or than `usual` if that is more, is an
    /// error.
    JsonPieces(const ByteSource &source, qint64 offset, std::size_t bytes, std::size_t usual = usualBytes,
               std::size_t longest = anyLength);

    std::size_t bytes() const { return m_bytes; }
    bool atEnd() const { return m_isLast; }
    /// Whether the last piece is the whole object.
    bool isWhole() const { return m_isLast && m_base == 0; }
    /// The next piece, valid until the one after it. Damaged: a single entry that is longer, or has more parts, than
    /// any real one.
    Result<std::string_view> next();
    /// Where a byte of the last piece lies in the file.
    qint64 offsetOf(const char *place) const { return m_offset + qint64(m_base) + (place - m_data.data()); }

private:
    /// What is known of the window's front.
    struct Front
    {
        std::size_t scanned = 0;
        std::size_t cut = 0; ///< of the last comma between two entries
        std::size_t parts = 0;
        qint64 depth = 0;
        bool isInText = false;
        bool isInWord = false; ///< in a number or a constant
    };

    void dropLast();
    Result<void> fill();
    bool scan();
    std::string_view upToCut();
    Error tooMuch(const QString &what) const;

    ByteSource m_source;
    qint64 m_offset;
    std::size_t m_bytes;
    std::size_t m_usual;
    std::size_t m_longest;
    LargeVector<char> m_data; ///< room for all of it, of which only what is used is ever touched
    std::size_t m_base = 0; ///< of the window's first byte in the object
    std::size_t m_filled = 0; ///< bytes of the window
    bool m_isLast = false;
    Front m_front;
};
