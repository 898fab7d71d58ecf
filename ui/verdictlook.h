// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"
#include "ui/theme.h"

/// How a verdict looks: a sign, so that colour never speaks alone, and a colour by meaning.
struct VerdictLook
{
    QString sign;
    Tone tone = Tone::Muted;
};

VerdictLook look(KeyVerdict verdict);
