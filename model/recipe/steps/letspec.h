// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/support.h"

/// As many names a recipe may give values, parameters included.
constexpr std::size_t mostLets = 100;

/// One name of `let` and how its value is found.
class LetSpec
{
public:
    enum class Kind : quint8 { Literal, Ints, Count, Dim, TargetDim, Attr, Table, Expr };

    static Result<LetSpec> parse(const std::string &name, const Node &node);

    const std::string &name() const { return m_name; }
    Kind kind() const { return m_kind; }
    /// As written.
    const Node &node() const { return m_node; }
    /// Regular expression, row, attribute or expression.
    const std::string &text() const { return m_text; }
    qint64 axis() const { return m_axis; }
    const Selector &selector() const { return m_selector; }
    /// The value of a literal or a table.
    const std::optional<LetValue> &literal() const { return m_literal; }

    /// Whether its expression can be read with these names.
    Result<void> check(const Lets &lets) const;
    /// Its value over the rows, the target and the names of `run`. Errors name the step.
    Result<LetValue> evaluate(StepRun &run) const;
    std::vector<SentencePart> words() const;

    bool operator==(const LetSpec &other) const { return m_name == other.m_name && m_node == other.m_node; }

private:
    Result<LetValue> ints(StepRun &run) const;
    Result<LetValue> dim(StepRun &run) const;
    Result<LetValue> attribute(StepRun &run) const;

    std::string m_name;
    Kind m_kind = Kind::Literal;
    Node m_node;
    std::string m_text;
    qint64 m_axis = 0;
    Selector m_selector;
    std::optional<LetValue> m_literal;
};

struct LetSpecs
{
    std::vector<LetSpec> specs;

    bool operator==(const LetSpecs &) const = default;
};

template<>
struct Codec<LetSpecs> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema();
    static Result<LetSpecs> parse(const Node &node);
    static Node print(const LetSpecs &value);
};
