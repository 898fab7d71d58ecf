// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/params.h"

#include <QString>

#include <memory>
#include <optional>
#include <variant>

/// What a name stands for that `let` or a parameter gives.
struct LetValue
{
    using Numbers = std::vector<qint64>;
    using Texts = std::vector<std::string>;
    using Table = std::map<std::string, std::string, std::less<>>;
    /// Nothing: not known before the plan runs.
    using Content = std::variant<std::monostate, qint64, std::string, Numbers, Texts, Table>;

    LetValue() = default;
    explicit LetValue(Content content);
    /// A whole number, text, or a list or map of such; nothing for anything else.
    static std::optional<LetValue> of(const Node &literal);

    const Content &content() const { return m_content; }
    bool isKnown() const { return m_content.index() != 0; }
    bool isList() const
    {
        return std::holds_alternative<Numbers>(m_content) || std::holds_alternative<Texts>(m_content);
    }
    /// A number, or a text that is one.
    std::optional<qint64> number() const;
    /// A number or a text as a name holds it; nothing for lists and tables.
    std::optional<std::string> text() const;
    /// What a list or table has for `key`; an error's message goes on from “cannot be computed: ”.
    Result<std::string> at(std::string_view key, std::string_view name) const;
    /// Of a list of sizes, 0 or more: where each part ends; empty when it is none.
    const Numbers &ends() const { return m_ends; }
    /// "the number 3", "a list", for messages.
    QString description() const;

    bool operator==(const LetValue &other) const { return m_content == other.m_content; }

private:
    Content m_content;
    Numbers m_ends;
};

/// The names that expressions may use beside captures, as one place of a recipe sees them. A value.
class Lets
{
public:
    /// As many numbers or texts a list or table may have.
    static constexpr std::size_t mostItems = 100'000;

    /// Every word may be a name: for steps that are read without their recipe.
    static const Lets &any();
    /// Of a recipe's parameters: those that have a value.
    static Lets of(const Params &params);

    void set(std::string_view name, LetValue value);
    /// Null when there is none.
    std::shared_ptr<const LetValue> find(std::string_view name) const;
    std::vector<std::string_view> names() const;
    bool has(std::string_view name) const { return m_values.contains(name); }
    /// Set by a step, not a parameter.
    bool isSetByStep(std::string_view name) const { return m_bySteps.contains(name); }

private:
    std::map<std::string, std::shared_ptr<const LetValue>, std::less<>> m_values;
    std::set<std::string, std::less<>> m_bySteps;
    bool m_isAny = false;
};

/// Why a word cannot be a name that expressions use; empty: it can.
QString whyNoLetName(std::string_view name);
