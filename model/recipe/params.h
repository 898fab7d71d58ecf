// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/node.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The named values of a recipe with their defaults, in order. A null default: one must be set.
///
/// In steps, conditions and bind, `{name}` stands for the value: in a text for a scalar, and as the whole of a text for
/// a list or a map too. In arithmetic, `{i+name}`, the value is a whole number. A name that a pattern captures is
/// hidden by the parameter of that name.
using Params = std::vector<Node::Entry>;

/// BadRecipe for a name or a default that cannot be referred to, and for too many of them.
Result<void> checkParams(const Params &params);

class Lets; ///< `lets.h`

/// Puts the values of one recipe in place of their names, item by item.
class ParamFiller
{
public:
    /// `params` must have passed checkParams().
    explicit ParamFiller(Params params = {}) : m_params(std::move(params)) {}

    /// `item`, a step, a condition or bind, with the values in it. BadRecipe at a reference to a value that is not set
    /// or does not fit there, at an unknown name that is nearly a parameter's and is none of `lets`,
    /// and when all that was filled becomes larger than a recipe may be.
    Result<Node> fill(const Node &item, const Lets &lets);

private:
    Result<Node> fillNode(const Node &node, std::string_view key);
    Result<void> fillIn(Node &filled, const Node &node, std::string_view key);
    Result<Node> fillText(const Node &node, std::string_view key);
    Result<std::string> fillBraces(const Node &node, std::string_view key, std::string_view inside);
    Result<std::string> fillArithmetic(const Node &node, std::string_view key, std::string_view text);
    Result<Node> whole(const Node &reference, const Node &value);
    Result<void> checkNames(const Lets &lets);
    Result<void> spend(const Node &reference, std::size_t bytes);
    void note(const Node &node, std::string_view key, std::string_view word);
    void noteGroups(std::string_view regex);
    const Node *find(std::string_view name) const;

    Params m_params;
    std::size_t m_bytes = 0; ///< of values put in
    int m_checkedNames = 0;
    // Of the item that is filled, names in braces that are no parameter's:
    std::set<std::string, std::less<>> m_captured; ///< by patterns
    std::map<std::string, const Node *, std::less<>> m_used; ///< elsewhere, with the first place
};

/// Give a parameter another value, of its default's type as for paramValue(). BadRecipe for an unknown name, with the
/// nearest one, and for a value that does not fit.
Result<void> setParam(Params &params, std::string_view name, const Node &value);
/// What `text` says as the value of a parameter with this default: text as it is for a text, and otherwise YAML of the
/// default's kind (whole number, number, true or false, list, map); anything without a default. BadRecipe says what is
/// expected.
Result<Node> paramValue(const Node &byDefault, std::string_view text);
