// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/expression.h"

std::vector<TensorIndex> sources(const Expression &expression)
{
    const Expression *node = &expression;
    while (node->input)
        node = node->input;
    return node->kind == Expression::Kind::Source ? std::vector<TensorIndex>{node->tensor} : std::vector<TensorIndex>{};
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
