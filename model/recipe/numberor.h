// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"

/// A whole number, or a word in its place. `Word` has the word as `text`, the least number as `least` (or none), and
/// what is expected as `expected()`.
template<typename Word>
struct NumberOr
{
    std::optional<qint64> number; ///< nothing: the word

    bool operator==(const NumberOr &) const = default;
};

template<typename Word>
struct Codec<NumberOr<Word>>
{
    static constexpr FieldType type = FieldType::Integer;
    static std::span<const std::string_view> choices()
    {
        static constexpr std::array<std::string_view, 1> words{Word::text};
        return words;
    }
    static std::string schema()
    {
        constexpr std::optional<qint64> least = Word::least;
        const std::string from = least ? R"(, "minimum": )" + std::to_string(*least) : std::string();
        return R"({"anyOf": [{"type": "integer")" + from + R"(}, {"const": ")" + std::string(Word::text) + R"("}]})";
    }
    static Result<NumberOr<Word>> parse(const Node &node)
    {
        if (node.isScalar() && node.text == Word::text)
            return NumberOr<Word>{};
        const Result<qint64> number = parseInteger(node);
        constexpr std::optional<qint64> least = Word::least;
        if (!number || (least && *number < *least))
            return expected(node, Word::expected());
        return NumberOr<Word>{*number};
    }
    static Node print(const NumberOr<Word> &value)
    {
        return Node::scalar(value.number ? std::to_string(*value.number) : std::string(Word::text));
    }
};
