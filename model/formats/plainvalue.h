// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/picklegraph.h"

#include <optional>
#include <string>

/// A value that a call stands for, told without calling anything.
struct PlainValue
{
    ObjectNode::Kind kind = ObjectNode::Kind::Value; ///< Value, or Bool, Integer, Float, Complex of a numpy scalar
    ObjectNode::Form form = ObjectNode::Form::Plain;
    std::string text; ///< of a Value or Complex; a numpy scalar's dtype otherwise
    qint64 integer = 0;
    double number = 0;
};

/// torch.Size, torch.device, dtypes, paths, numpy dtypes and scalars, slices, ranges, …: nothing for any other call.
std::optional<PlainValue> plainValue(const PickleGraph &graph, const PickleNode &node);
/// A short Python expression for a dict key or an argument: 'text', 3, (1, 2), None, module.name, or <list>.
std::string shortText(const PickleGraph &graph, PickleValue value);
/// A whole number of any size: decimal up to some 4,000 digits, hexadecimal beyond.
std::string bigIntegerText(const PickleNode &node);
/// As Python's repr: the shortest digits that give the same number back.
std::string floatText(double value);
