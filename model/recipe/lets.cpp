// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/lets.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <charconv>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Let", text);
}

std::optional<qint64> integer(std::string_view text)
{
    qint64 value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && problem == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                                       : std::nullopt;
}

/// Where each part ends when the sizes are laid one behind the other.
LetValue::Numbers endsOf(const LetValue::Numbers &sizes)
{
    LetValue::Numbers ends;
    qint64 sum = 0;
    for (const qint64 size : sizes) {
        if (size < 0 || __builtin_add_overflow(sum, size, &sum))
            return {};
        ends.push_back(sum);
    }
    return ends;
}

bool areScalars(const std::vector<Node> &nodes)
{
    return std::all_of(nodes.begin(), nodes.end(), [](const Node &node) { return node.isScalar(); });
}

LetValue listOf(const std::vector<Node> &items)
{
    LetValue::Numbers numbers;
    LetValue::Texts texts;
    for (const Node &item : items) {
        texts.push_back(item.text);
        if (const auto number = item.quoted ? std::nullopt : integer(item.text))
            numbers.push_back(*number);
    }
    return numbers.size() == texts.size() ? LetValue(std::move(numbers)) : LetValue(std::move(texts));
}
}

LetValue::LetValue(Content content) : m_content(std::move(content))
{
    if (const auto *numbers = std::get_if<Numbers>(&m_content))
        m_ends = endsOf(*numbers);
}

std::optional<LetValue> LetValue::of(const Node &literal)
{
    if (literal.isScalar()) {
        const auto number = literal.quoted ? std::nullopt : integer(literal.text);
        return number ? LetValue(*number) : LetValue(literal.text);
    }
    if (literal.isList() && areScalars(literal.items))
        return listOf(literal.items);
    if (!literal.isMap())
        return std::nullopt;
    Table table;
    for (const auto &[key, value] : literal.entries) {
        if (!value.isScalar())
            return std::nullopt;
        table.emplace(key, value.text);
    }
    return LetValue(std::move(table));
}

std::optional<qint64> LetValue::number() const
{
    if (const auto *number = std::get_if<qint64>(&m_content))
        return *number;
    const auto *text = std::get_if<std::string>(&m_content);
    return text ? integer(*text) : std::nullopt;
}

std::optional<std::string> LetValue::text() const
{
    if (const auto *number = std::get_if<qint64>(&m_content))
        return std::to_string(*number);
    const auto *text = std::get_if<std::string>(&m_content);
    return text ? std::optional(*text) : std::nullopt;
}

Result<std::string> LetValue::at(std::string_view key, std::string_view name) const
{
    const auto problem = [&](const QString &what) { return Error{Error::Kind::BadRecipe, what}; };
    if (const auto *table = std::get_if<Table>(&m_content)) {
        const auto found = table->find(key);
        if (found == table->end())
            return problem(tr("“%1” has nothing for “%2”").arg(displayName(name), displayName(key)));
        return found->second;
    }
    const auto *numbers = std::get_if<Numbers>(&m_content);
    const auto *texts = std::get_if<Texts>(&m_content);
    if (!numbers && !texts)
        return problem(tr("“%1” is %2, not a list or a table").arg(displayName(name), description()));
    const qint64 size = qint64(numbers ? numbers->size() : texts->size());
    const auto index = integer(key);
    if (!index)
        return problem(tr("“%1” is not a whole number, and “%2” is a list").arg(displayName(key), displayName(name)));
    if (*index < -size || *index >= size)
        return problem(tr("“%1” has %2 items, so there is none at %3").arg(displayName(name)).arg(size).arg(*index));
    const auto at = std::size_t(*index < 0 ? *index + size : *index);
    return numbers ? std::to_string((*numbers)[at]) : (*texts)[at];
}

QString LetValue::description() const
{
    if (const auto *number = std::get_if<qint64>(&m_content))
        return tr("the number %1").arg(*number);
    if (const auto *text = std::get_if<std::string>(&m_content))
        return tr("the text “%1”").arg(displayName(std::string_view(*text).substr(0, 100)));
    return isList() ? tr("a list") : isKnown() ? tr("a table") : tr("not known yet");
}

const Lets &Lets::any()
{
    static const Lets lets = [] {
        Lets any;
        any.m_isAny = true;
        return any;
    }();
    return lets;
}

Lets Lets::of(const Params &params)
{
    Lets lets;
    for (const auto &[name, value] : params)
        lets.m_values.insert_or_assign(name,
                                       std::make_shared<const LetValue>(LetValue::of(value).value_or(LetValue())));
    return lets;
}

void Lets::set(std::string_view name, LetValue value)
{
    m_values.insert_or_assign(std::string(name), std::make_shared<const LetValue>(std::move(value)));
    m_bySteps.emplace(name);
}

std::shared_ptr<const LetValue> Lets::find(std::string_view name) const
{
    static const auto unknown = std::make_shared<const LetValue>();
    const auto found = m_values.find(name);
    if (found != m_values.end())
        return found->second;
    return m_isAny && isWord(name) ? unknown : nullptr;
}

std::vector<std::string_view> Lets::names() const
{
    std::vector<std::string_view> names;
    for (const auto &[name, value] : m_values)
        names.push_back(name);
    return names;
}

QString whyNoLetName(std::string_view name)
{
    constexpr std::size_t longest = 64;
    constexpr std::array<std::string_view, 5> taken{"in", "target", "and", "or", "not"};
    if (!isWord(name) || name.size() > longest)
        return tr("up to %1 letters, digits and _ that do not begin with a digit make one").arg(longest);
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
        return tr("expressions have another meaning for it");
    return {};
}
