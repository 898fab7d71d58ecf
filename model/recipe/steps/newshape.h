// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/values.h"

/// A shape to give: the target's, or sizes, each of which may be an expression.
struct NewShape
{
    bool isTarget = false;
    std::vector<std::string> sizes;

    Result<std::vector<SizeExpression>> compile(const CaptureScope &scope, const Lets &lets) const;
    bool isGiven() const { return isTarget || !sizes.empty(); }
    /// "64, -1"
    std::string listText() const;
    bool operator==(const NewShape &) const = default;
};

/// "64 × -1", also of sizes that are no shape.
QString sizesText(const SizeList &sizes);

template<>
struct Codec<NewShape>
{
    static constexpr FieldType type = FieldType::Sizes;
    static std::span<const std::string_view> choices();
    static std::string schema();
    static Result<NewShape> parse(const Node &node);
    static Node print(const NewShape &shape);
};
