// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/expression.h"

#include <algorithm>
#include <unordered_set>

namespace {
/// One that joins others may use the same one many times over: each is visited once.
class SourceSearch
{
public:
    void visit(const Expression &expression)
    {
        const Expression *node = &lowest(expression);
        if (node->kind == Expression::Kind::Source && m_seen.insert(node->tensor).second)
            found.push_back(node->tensor);
        if (!node->takesSeveral() || !m_joined.insert(node).second)
            return;
        for (const Expression *input : node->arrangement->inputs)
            visit(*input);
    }

    std::vector<TensorIndex> found;

private:
    std::unordered_set<TensorIndex> m_seen;
    std::unordered_set<const Expression *> m_joined;
};
}

const Expression &lowest(const Expression &expression)
{
    const Expression *node = &expression;
    while (node->input && !node->takesSeveral())
        node = node->input;
    return *node;
}

std::optional<SourceRun> sourceRun(const Expression &expression)
{
    qint64 first = 0;
    for (const Expression *node = &expression; node; node = node->input) {
        switch (node->kind) {
        case Expression::Kind::Source: return SourceRun{node->tensor, first};
        case Expression::Kind::Reshape:
        case Expression::Kind::Copy: break;
        case Expression::Kind::View:
            if (!node->arrangement->way.isRun())
                return std::nullopt;
            first += node->arrangement->way.offset;
            break;
        default: return std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<TensorIndex> wholeSource(const Expression &expression)
{
    const Expression *node = &expression;
    while (node->kind == Expression::Kind::Copy)
        node = node->input;
    return node->kind == Expression::Kind::Source ? std::optional(node->tensor) : std::nullopt;
}

bool isMade(const Expression &expression)
{
    const Expression &node = lowest(expression);
    return node.takesSeveral() ? sources(node).empty() : node.kind != Expression::Kind::Source;
}

std::vector<TensorIndex> sources(const Expression &expression)
{
    SourceSearch search;
    search.visit(expression);
    return std::move(search.found);
}

std::optional<TensorIndex> firstSource(const Expression &expression)
{
    const Expression *node = &expression;
    while (node->input)
        node = node->input;
    if (node->kind == Expression::Kind::Source)
        return node->tensor;
    const std::vector<TensorIndex> all = sources(expression); // the first that is joined may be zeros
    return all.empty() ? std::nullopt : std::optional(all.front());
}

qint64 elements(const Expression &expression)
{
    return elementCount(*expression.shape).value_or(0);
}

qint64 byteCount(const Expression &expression)
{
    qint64 bytes = 0;
    return __builtin_mul_overflow(elements(expression), byteSize(expression.dtype), &bytes) ? 0 : bytes;
}
