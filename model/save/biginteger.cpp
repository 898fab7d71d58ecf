// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/biginteger.h"

#include <charconv>

std::optional<std::string> bigIntegerBytes(std::string_view text)
{
    const bool isNegative = text.starts_with('-');
    text.remove_prefix(isNegative ? 1 : 0);
    const unsigned base = text.starts_with("0x") ? 16 : 10;
    text.remove_prefix(base == 16 ? 2 : 0);
    if (text.empty())
        return std::nullopt;
    std::string bytes(1, '\0');
    for (const char &digit : text) {
        unsigned carry = 0;
        const auto [end, error] = std::from_chars(&digit, &digit + 1, carry, int(base));
        if (error != std::errc() || end != &digit + 1)
            return std::nullopt;
        for (char &byte : bytes) {
            carry += static_cast<unsigned char>(byte) * base;
            byte = char(carry & 0xFF);
            carry >>= 8;
        }
        if (carry > 0)
            bytes += char(carry);
    }
    unsigned carry = 1;
    for (char &byte : bytes) {
        if (!isNegative)
            break;
        carry += static_cast<unsigned char>(~byte);
        byte = char(carry & 0xFF);
        carry >>= 8;
    }
    const bool isZero = bytes == std::string(1, '\0');
    const bool hasSignBit = bytes.back() & 0x80;
    if (!isZero && hasSignBit != isNegative)
        bytes += isNegative ? '\xff' : '\0';
    return bytes;
}
