// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/handbind.h"
#include "model/items/handpairs.h"
#include "model/items/handsteps.h"

#include <QString>

/// What the menu says of a step by hand, with the number of keys it touches: "Drop all below “layers.0.” · 26 keys".
QString menuText(HandStep::Kind kind, const std::string &subject, qint64 keys);
/// What the undo list says: "Drop 26 keys", "Rename 12 keys, a.b to a.c". `newName` is of renames.
QString undoText(const HandStep &step, const QString &newName);

/// "Skip all below “head.” · 2 keys".
QString menuText(const HandBind &hand);
/// "Skip head.", "Ignore head. if missing".
QString undoText(const HandBind &hand);

/// What a drag says over a row, for one line or two.
struct PairWords
{
    QString names; ///< "✓ pair: a.weight → b.weight"
    QString outcome; ///< "[64, 3] fits", or why it cannot be; may be empty
};
/// `from` and `to` are the names as there is room for them; `byKeyboard` adds which keys go on.
PairWords pairText(const HandPairs &pairs, const QString &from, const QString &to, bool byKeyboard);
/// What a menu says of one partner: "b.weight · [64, 3] fits".
QString partnerText(const HandPairs &pairs, bool isSource);
/// "Pair a.weight with b.weight".
QString undoText(const HandPairs &pairs);
