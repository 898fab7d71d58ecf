// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/handsteps.h"

#include <QString>

/// What the menu says of a step by hand, with the number of keys it touches: "Drop all below “layers.0.” · 26 keys".
QString menuText(HandStep::Kind kind, const std::string &subject, qint64 keys);
/// What the undo list says: "Drop 26 keys". `newName` is of renames.
QString undoText(const HandStep &step, const QString &newName);
