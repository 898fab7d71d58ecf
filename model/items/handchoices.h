// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/handbind.h"
#include "model/items/handpairs.h"
#include "model/items/handsteps.h"

/// All that the menu of some rows offers, counted: it looks at every name, so it is work for another thread.
struct HandChoices
{
    struct Rename
    {
        HandStep::Kind kind;
        std::string subject;
        qint64 keys = 0;
    };

    std::vector<Rename> renames;
    std::vector<HandStep> steps;
    std::vector<HandBind> binds;
    std::vector<HandPairs> likely; ///< as likelyPairs()
    bool isMissing = false; ///< the likely ones are sources
};

HandChoices handChoices(const KeyTree &tree, const std::vector<quint32> &rows);
