// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handchoices.h"

HandChoices handChoices(const KeyTree &tree, const std::vector<quint32> &rows)
{
    constexpr std::size_t mostLikely = 6; // partners that a menu offers
    HandChoices choices;
    choices.steps = handSteps(tree, rows);
    choices.binds = handBinds(tree, rows);
    if (rows.size() != 1)
        return choices;
    const quint32 row = rows.front();
    for (const HandStep::Kind kind : {HandStep::Kind::Rename, HandStep::Kind::RenameComponent}) {
        std::string subject = renameSubject(tree, row, kind);
        if (!subject.empty())
            choices.renames.push_back({kind, std::move(subject), renameCount(tree, row, kind)});
    }
    choices.likely = likelyPairs(tree, row, mostLikely);
    choices.isMissing = tree.verdict(row) == KeyVerdict::Missing;
    return choices;
}
