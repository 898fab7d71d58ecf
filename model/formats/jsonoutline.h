// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/bytesource.h"

#include <algorithm>
#include <bitset>
#include <string_view>

/// Where an object of JSON text lies.
struct JsonSpan
{
    bool isThere = false;
    std::size_t open = 0; ///< of its first bracket
    std::size_t close = 0; ///< of its last bracket; the text's end when none closes it
    std::size_t commas = 0; ///< between its entries

    /// Bytes with both brackets.
    std::size_t bytes(std::size_t textBytes) const { return std::min(close + 1, textBytes) - open; }
};

/// What one look at each byte tells of JSON text: enough to read an object piece by piece or to refuse it unread. It
/// judges nothing: whether the text is JSON is for a parser to say. Keys are compared as written, escapes and all.
struct JsonOutline
{
    JsonSpan top; ///< the whole, when it begins as an object
    JsonSpan member; ///< the first entry of the asked name whose value is an object
    std::bitset<8> names; ///< which of the names asked for are keys of the whole

    static Result<JsonOutline> read(const ByteSource &source, std::string_view member = {},
                                    std::span<const std::string_view> names = {});
};
