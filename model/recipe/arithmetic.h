// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

class Lets;
struct LetValue;

/// Whole-number expressions of name templates and conditions: + - * // % and brackets as in Python, and in conditions
/// also == != < <= > >= and or not. Names that `let` gave are numbers, lists in list[i] and table[i], and lists in the
/// functions: bisect(list, i), how many of a sorted list are at most i; stage(sizes, i) and block(sizes, i), in which
/// of parts of these sizes place i lies and where in it; flat(sizes, s, b), their inverse; isqrt(n), the root rounded
/// down. Overflow, division by zero and places outside a list are errors.
class Arithmetic
{
public:
    enum class Grammar { Value, Condition };
    /// The number under which the caller knows a name, or why there is none.
    using Resolve = std::function<Result<int>(std::string_view name)>;
    /// The value of such a number.
    using Value = std::function<Result<qint64>(int slot)>;

    /// What `resolve` does not know is looked for in `lets`, whose values are kept. The error's message is a whole
    /// sentence.
    static Result<Arithmetic> parse(std::string_view text, Grammar grammar, const Resolve &resolve, const Lets &lets);
    Result<qint64> evaluate(const Value &value) const;

    enum class Operator : quint8 {
        Number,
        Slot,
        Add,
        Subtract,
        Multiply,
        Divide,
        Modulo,
        Negate,
        Equal,
        NotEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        And,
        Or,
        Not,
        Let, ///< a number that a name stands for; `operand`: which of lets()
        At, ///< of a list or table, which `operand` says as for those below
        Bisect,
        Stage,
        Block,
        Flat,
        Isqrt
    };
    struct Operation
    {
        Operator op;
        qint64 operand = 0;
    };
    /// In reverse Polish order.
    const std::vector<Operation> &operations() const { return m_operations; }
    /// A name that `let` gave, and its value at that place of the recipe.
    struct Named
    {
        std::string name;
        std::shared_ptr<const LetValue> value;
    };
    const std::vector<Named> &lets() const { return m_lets; }

private:
    friend class ArithmeticParser;

    std::vector<Operation> m_operations;
    std::vector<Named> m_lets;
    std::string m_text;
};
