// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/recipe/selector.h"
#include "model/recipe/step.h"

#include <array>
#include <optional>

/// How a field's type reads from and prints to YAML data, and what an editor and a schema need to know of it. One
/// specialisation per member type:
///   type, choices(), schema(), parse(), print() (a null when there is nothing to say).
template<typename T>
struct Codec;

/// The words of an enum, in the order of its values: specialised beside the enum.
template<typename E>
inline constexpr std::array<std::string_view, 0> enumWords{};

/// BadRecipe: expected something else than `node`.
Error expected(const Node &node, const QString &what);
/// A full stop, or "; did you mean “x”?" when a known word is near; otherwise the words there are.
QString suggestion(std::string_view word, const std::vector<std::string_view> &known);
/// YAML in one line.
std::string textOf(const Node &node);

// The plain types, in codec.cpp.
Result<bool> parseBool(const Node &node);
Result<qint64> parseInteger(const Node &node);
Result<std::string> parseTextScalar(const Node &node);
Result<std::vector<std::string>> parseTexts(const Node &node);
Result<std::vector<qint64>> parseIntegers(const Node &node);
Result<std::size_t> parseChoice(const Node &node, std::span<const std::string_view> words);
std::string choiceSchema(std::span<const std::string_view> words);

constexpr std::string_view textSchema = R"({"type": ["string", "number", "boolean"]})";
constexpr std::string_view textsSchema =
    R"({"anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "array", "items": {"type": ["string", "number", "boolean"]}}]})";

constexpr std::string_view integersSchema =
    R"({"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]})";

struct PlainCodec
{
    static std::span<const std::string_view> choices() { return {}; }
};

template<>
struct Codec<bool> : PlainCodec
{
    static constexpr FieldType type = FieldType::Bool;
    static std::string schema() { return R"({"type": "boolean"})"; }
    static Result<bool> parse(const Node &node) { return parseBool(node); }
    static Node print(bool value) { return Node::scalar(value ? "true" : "false"); }
};

template<>
struct Codec<qint64> : PlainCodec
{
    static constexpr FieldType type = FieldType::Integer;
    static std::string schema() { return R"({"type": "integer"})"; }
    static Result<qint64> parse(const Node &node) { return parseInteger(node); }
    static Node print(qint64 value) { return Node::scalar(std::to_string(value)); }
};

template<>
struct Codec<std::string> : PlainCodec
{
    static constexpr FieldType type = FieldType::Text;
    static std::string schema() { return std::string(textSchema); }
    static Result<std::string> parse(const Node &node) { return parseTextScalar(node); }
    static Node print(const std::string &value) { return Node::scalar(value); }
};

/// A list of text; one text stands for a list of one.
template<>
struct Codec<std::vector<std::string>> : PlainCodec
{
    static constexpr FieldType type = FieldType::Texts;
    static std::string schema() { return std::string(textsSchema); }
    static Result<std::vector<std::string>> parse(const Node &node) { return parseTexts(node); }
    static Node print(const std::vector<std::string> &value);
};

/// A list of whole numbers; one stands for a list of one.
template<>
struct Codec<std::vector<qint64>> : PlainCodec
{
    static constexpr FieldType type = FieldType::Sizes;
    static std::string schema() { return std::string(integersSchema); }
    static Result<std::vector<qint64>> parse(const Node &node) { return parseIntegers(node); }
    static Node print(const std::vector<qint64> &value);
};

template<typename E>
requires std::is_enum_v<E>
struct Codec<E>
{
    static constexpr FieldType type = FieldType::Choice;
    static std::span<const std::string_view> choices() { return enumWords<E>; }
    static std::string schema() { return choiceSchema(enumWords<E>); }
    static Result<E> parse(const Node &node)
    {
        const Result<std::size_t> index = parseChoice(node, enumWords<E>);
        if (!index)
            return index.error();
        return E(*index);
    }
    static Node print(E value) { return Node::scalar(std::string(enumWords<E>[std::size_t(value)])); }
};

/// Empty: not given.
template<typename T>
struct Codec<std::optional<T>>
{
    static constexpr FieldType type = Codec<T>::type;
    static auto choices() { return Codec<T>::choices(); }
    static std::string schema() { return Codec<T>::schema(); }
    static Result<std::optional<T>> parse(const Node &node)
    {
        Result<T> value = Codec<T>::parse(node);
        if (!value)
            return value.error();
        return std::optional<T>(std::move(*value));
    }
    static Node print(const std::optional<T> &value) { return value ? Codec<T>::print(*value) : Node(); }
};

template<>
struct Codec<Selector> : PlainCodec
{
    static constexpr FieldType type = FieldType::Selector;
    static std::string schema() { return std::string(selectorReference); }
    static Result<Selector> parse(const Node &node) { return Selector::parse(node); }
    static Node print(const Selector &value) { return value.node(); }
};

/// A dtype that values can be converted to.
template<>
struct Codec<DType> : PlainCodec
{
    static constexpr FieldType type = FieldType::Choice;
    static std::span<const std::string_view> choices();
    static std::string schema() { return choiceSchema(choices()); }
    static Result<DType> parse(const Node &node);
    static Node print(DType value);
};

/// A place in the file: `a/b` or a list of its components. Empty: none given; `auto` is a word of its own.
struct ObjectPath
{
    std::vector<std::string> components;
    bool isAuto = false;

    bool operator==(const ObjectPath &) const = default;
};

template<>
struct Codec<ObjectPath> : PlainCodec
{
    static constexpr FieldType type = FieldType::Path;
    static std::string schema() { return std::string(textsSchema); }
    static Result<ObjectPath> parse(const Node &node);
    static Node print(const ObjectPath &value);
};

/// Old name → new name, or nothing to drop it; in order.
using NamePairs = std::vector<std::pair<std::string, std::optional<std::string>>>;

template<>
struct Codec<NamePairs> : PlainCodec
{
    static constexpr FieldType type = FieldType::Pairs;
    static std::string schema()
    {
        return R"({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}})";
    }
    static Result<NamePairs> parse(const Node &node);
    static Node print(const NamePairs &value);
};
