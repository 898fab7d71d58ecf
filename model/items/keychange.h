// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

/// Whether a row of `now` says anything else than the row of its name in `before`: where it comes from, what it is held
/// against, its shape, dtype or verdict. A key that `before` did not have is changed; a group is when any key below it
/// is, of which a large group looks at a part, spread evenly.
bool isRowChanged(const KeyTree &before, const KeyTree &now, quint32 node);
