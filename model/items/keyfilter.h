// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/items/keytree.h"

#include <functional>
#include <vector>

/// What the filter line says, as a value. Words separated by spaces, all of which must hold; `!` before one negates it:
///
///     attn.qkv            text anywhere in the result or source key, letters in any case; "…" to take it literally
///     *.blocks.?.mlp*     a pattern of the whole key: `*` any text, `?` one character
///     /\.(q|k)_proj\./    a regular expression found in the key; `/…/i` in any case
///     dtype:bfloat16      torch's word or a pattern of it; several separated by commas
///     shape:*,3,*,*       sizes, outermost first; `*` any size, `...` any number of sizes
///     >1M <=512 >1.5GB    parameters, or bytes with a B
///     missing mismatch    a verdict (filterWord()); `renamed`; `difference`: whatever is not as it should be
class KeyFilter
{
public:
    /// Whether one leaf stays.
    using Term = std::function<bool(const KeyLeaves &leaves, quint32 leaf)>;

    /// No words: everything stays.
    KeyFilter() = default;

    /// Errors are sentences for the line below the field (Usage).
    static Result<KeyFilter> parse(const QString &text);

    bool isEmpty() const { return m_terms.empty(); }
    bool matches(const KeyLeaves &leaves, quint32 leaf) const;

private:
    std::vector<Term> m_terms;
};

/// The rows of `tree` whose leaves match the filter and have one of the verdicts (an empty set means any): a tree of
/// its own, with the groups above them and totals of what is kept. Gives `tree` itself when all is kept, null only when
/// `progress` asks to stop.
std::shared_ptr<const KeyTree> filterKeyTree(std::shared_ptr<const KeyTree> tree, const KeyFilter &filter,
                                             const VerdictSet &verdicts, Progress &progress);
