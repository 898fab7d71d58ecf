// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Whole-number expressions of name templates and conditions: + - * // % and brackets as in Python, and in conditions
/// also == != < <= > >= and or not. Overflow and division by zero are errors.
class Arithmetic
{
public:
    enum class Grammar { Value, Condition };
    /// The number under which the caller knows a name, or why there is none.
    using Resolve = std::function<Result<int>(std::string_view name)>;
    /// The value of such a number.
    using Value = std::function<Result<qint64>(int slot)>;

    /// The error's message is a whole sentence.
    static Result<Arithmetic> parse(std::string_view text, Grammar grammar, const Resolve &resolve);
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
        Not
    };
    struct Operation
    {
        Operator op;
        qint64 operand = 0;
    };
    /// In reverse Polish order.
    const std::vector<Operation> &operations() const { return m_operations; }

private:
    friend class ArithmeticParser;

    std::vector<Operation> m_operations;
    std::string m_text;
};
