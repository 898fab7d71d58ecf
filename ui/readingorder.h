// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

class QWidget;

/// What Tab goes to below `window` or a part of one, as one reads: from left to right and from top to bottom, panel by
/// panel. Qt's own order is that of creation, which a list of cards that come and go does not keep.
QList<QWidget *> tabStops(const QWidget &window);
