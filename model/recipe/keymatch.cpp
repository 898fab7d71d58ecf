// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/keymatch.h"

#include "model/recipe/selectorcompiled.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Bind", text);
}
}

KeyMatcher::KeyMatcher() = default;
KeyMatcher::~KeyMatcher() = default;
KeyMatcher::KeyMatcher(KeyMatcher &&) noexcept = default;
KeyMatcher &KeyMatcher::operator=(KeyMatcher &&) noexcept = default;

Result<KeyMatcher> KeyMatcher::compile(const std::vector<Node> &items)
{
    KeyMatcher matcher;
    for (const Node &node : items) {
        if (node.kind == Node::Kind::Scalar) {
            matcher.m_substrings.push_back(node.text);
            continue;
        }
        const Result<Selector> selector = Selector::parse(node);
        if (!selector)
            return selector.error();
        // A selector that needs more than a name, a dtype and a shape is told now, not at the first key.
        const Result<bool> usable = matchesKey(*selector, "", DType::Unknown, {});
        if (!usable)
            return usable.error();
        matcher.m_kept.push_back(*selector);
        matcher.m_selectors.emplace_back(*selector, nullptr);
    }
    return matcher;
}

bool KeyMatcher::matches(Name name, DType dtype, const Shape &shape)
{
    const auto isIn = [&](const std::string &text) { return name.find(text) != Name::npos; };
    const auto selects = [&](SelectorMatcher &matcher) { return matcher.matches(name, dtype, shape); };
    return std::any_of(m_substrings.begin(), m_substrings.end(), isIn)
        || std::any_of(m_selectors.begin(), m_selectors.end(), selects);
}

std::optional<Error> KeyMatcher::error() const
{
    for (const SelectorMatcher &matcher : m_selectors) {
        if (matcher.error())
            return Error{Error::Kind::BadRecipe,
                         tr("A pattern of bind cannot be used: %1").arg(matcher.error()->message)};
    }
    return std::nullopt;
}
