// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/grids.h"

#include <map>

/// Which grid the tokens of a position embedding are of, and how many stand before it (class, register and
/// distillation tokens), from what the step says, the target states, and the keys there are.
class TokenGrids
{
public:
    explicit TokenGrids(StepRun &run) : m_run(run), m_attributes(run) {}

    /// Read the target's attributes, if there is a target.
    Result<void> ask();

    struct Question
    {
        const Row &row;
        qint64 tokens = 0;
        std::optional<qint64> wanted; ///< tokens of the target's row; nothing: `to` says the grid
        std::optional<GridSize> from, to; ///< nothing: to be found
        std::optional<qint64> prefix;
    };
    struct Answer
    {
        qint64 prefix = 0;
        GridSize from, to;
    };
    /// Errors as those of a rule.
    Result<Answer> of(const Question &question) const;

private:
    Result<qint64> prefixOf(const Question &question) const;
    Result<GridSize> sourceOf(const Question &question, qint64 prefix) const;
    Result<GridSize> targetOf(const Question &question, qint64 prefix) const;
    qint64 tokensBeside(Name name) const;

    StepRun &m_run;
    TargetAttributes m_attributes;
    std::optional<GridSize> m_grid;
    std::optional<qint64> m_prefix;
    std::map<std::string, qint64, std::less<>> m_tokens; ///< by the prefix of the keys that are such tokens
};
