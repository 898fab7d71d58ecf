// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"
#include "model/recipe/lets.h"
#include "model/recipe/step.h"

#include <span>

/// One line of a step's field table; see field.h.
template<typename T, typename Member>
struct Field
{
    std::string_view name;
    Member T::*member;
    std::string_view help;
    int flags;
};

constexpr int mainField = 1; ///< a scalar or list as the step's body is this field
constexpr int requiredField = 2;
constexpr int bodyField = 4; ///< the whole body, maps too, is this field's value
constexpr int oneOfField = 8; ///< exactly one of the fields marked so is given
constexpr int atMostOneField = 16; ///< at most one of the fields marked so is given
constexpr int usualField = 32; ///< of those, the one that a form offers first

template<typename T, typename Member>
constexpr Field<T, Member> field(std::string_view name, Member T::*member, std::string_view help, int flags = 0)
{
    return {name, member, help, flags};
}

// What stepKind() needs of the words around a field; in field.cpp, so that templates stay small.
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
