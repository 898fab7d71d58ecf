// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"
#include "model/recipe/lets.h"
#include "model/recipe/step.h"

#include <cstddef>
#include <span>

/// What can be done with a field's value, whichever struct it is a member of.
struct FieldOperations
{
    FieldType type;
    std::span<const std::string_view> (*choices)();
    std::string (*schema)();
    Result<void> (*read)(const Node &node, void *value); ///< leaves the value as it was when `node` is no such
    Node (*print)(const void *value);
    bool (*equal)(const void *left, const void *right);
    void (*assign)(void *to, const void *from);
};

template<typename Member>
const FieldOperations &fieldOperations()
{
    using C = Codec<Member>;
    static constexpr FieldOperations operations = {
        C::type,
        [] { return std::span<const std::string_view>(C::choices()); },
        [] { return std::string(C::schema()); },
        [](const Node &node, void *value) -> Result<void> {
            Result<Member> parsed = C::parse(node);
            if (!parsed)
                return parsed.error();
            *static_cast<Member *>(value) = std::move(*parsed);
            return {};
        },
        [](const void *value) { return C::print(*static_cast<const Member *>(value)); },
        [](const void *left, const void *right) {
            return *static_cast<const Member *>(left) == *static_cast<const Member *>(right);
        },
        [](void *to, const void *from) { *static_cast<Member *>(to) = *static_cast<const Member *>(from); }};
    return operations;
}

// Those of most fields are compiled once, in fieldtable.cpp.
extern template const FieldOperations &fieldOperations<bool>();
extern template const FieldOperations &fieldOperations<qint64>();
extern template const FieldOperations &fieldOperations<std::string>();
extern template const FieldOperations &fieldOperations<std::optional<std::string>>();
extern template const FieldOperations &fieldOperations<std::vector<std::string>>();
extern template const FieldOperations &fieldOperations<std::vector<qint64>>();
extern template const FieldOperations &fieldOperations<Selector>();

/// One line of a step's field table; see field.h.
struct FieldLine
{
    std::string_view name;
    std::string_view help;
    int flags;
    const FieldOperations *operations;
    std::ptrdiff_t offset; ///< of the value in the struct, in bytes
};

using FieldLines = std::vector<FieldLine>;

constexpr int mainField = 1; ///< a scalar or list as the step's body is this field
constexpr int requiredField = 2;
constexpr int bodyField = 4; ///< the whole body, maps too, is this field's value
constexpr int oneOfField = 8; ///< exactly one of the fields marked so is given
constexpr int atMostOneField = 16; ///< at most one of the fields marked so is given
constexpr int usualField = 32; ///< of those, the one that a form offers first

template<typename T>
const T &defaultOf()
{
    static const T defaults;
    return defaults;
}

template<typename T, typename Member>
FieldLine field(std::string_view name, Member T::*member, std::string_view help, int flags = 0)
{
    const auto *whole = reinterpret_cast<const std::byte *>(&defaultOf<T>());
    const auto *value = reinterpret_cast<const std::byte *>(&(defaultOf<T>().*member));
    return {name, help, flags, &fieldOperations<Member>(), value - whole};
}

// What a field table needs of the words around a field.
namespace fields {
Error unknownField(const Node &value, std::string_view name, std::string_view step, std::span<const FieldInfo> fields);
Error missingField(const Node &body, std::string_view name, std::string_view step);
Error badValue(Error error, std::string_view name, std::string_view step);
Error needsMap(const Node &body, std::string_view step, std::span<const FieldInfo> fields);
/// `given`: of each field, whether it has another value than its default.
Result<void> checkShares(const std::vector<bool> &given, std::string_view step, std::span<const FieldInfo> fields);
/// Keep a text for the life of the program.
std::string_view keep(std::string text);
}
