// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/selectorcompiled.h"
#include "model/recipe/table.h"

/// A piece of a name, in bytes.
struct NameSpan
{
    quint32 at = 0;
    quint32 size = 0;

    quint32 end() const { return at + size; }
    bool operator==(const NameSpan &) const = default;
};

/// The name a row had when `step` came to it, and what had been done to it by then.
struct NameThen
{
    std::string name;
    const History *history = nullptr;
};
NameThen nameBefore(const Row &row, int step);
/// Where a piece of a name stood in the file's name, going back through `history`; what a step made of other text is
/// where that text was.
NameSpan spanInSource(NameSpan span, const History *history);
/// The pieces of nameBefore() that `step` put something else in the place of.
std::vector<NameSpan> replacedBy(const Row &row, int step);

/// What is looked for in names: all of the tests must pass.
struct Sought
{
    std::vector<SelectorTest> tests;
    bool isOnce = false; ///< the first occurrence alone
};

/// Finds the pieces of a name that the patterns of a step match: of its selectors, and what it looks for itself. Names
/// alone are asked: what a selector says of values, the target and other rows is taken as holding.
class SoughtFinder
{
public:
    explicit SoughtFinder(const Step &step);
    ~SoughtFinder();
    SoughtFinder(SoughtFinder &&) noexcept;
    SoughtFinder &operator=(SoughtFinder &&) noexcept;

    /// Whether the step looks for something in names at all.
    bool isEmpty() const;
    /// In order, without overlaps; none when the name does not match.
    std::vector<NameSpan> find(Name name);

private:
    struct Pattern;
    std::vector<Pattern> m_patterns; ///< any of them
};
